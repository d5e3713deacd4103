"""Keep what somebody is typing: it survives a lost session, a refusal, another tab."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.documents import access
from congvu.documents.drafting.check_draft import refuse_state_secrets, refuse_unless_editor
from congvu.documents.models import Autosave
from congvu.documents.types import DraftContent
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words

LONGEST_VALUE = 2000


@clause("ND30.10.2")
def autosave_draft(
    *,
    document_id: int,
    base_ordinal: int,
    content: DraftContent,
    by: Actor,
    at: datetime,
    heading: Mapping[str, str] | None = None,
    replacing: str | None = None,
) -> Autosave:
    """Put the typed text in this person's one autosave of the draft.

    It is no version and nobody else sees it. `base_ordinal` is the version that was opened. A
    text with the mark of a state secret is not even kept here (QC.4.1). `heading` is what was
    typed around the text (subject, signer, ...), as typed. `replacing` is the `stamp` of the
    autosave that this tab knows ("" for none): one that another tab wrote is not replaced.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise")
        mine = Autosave.objects.select_for_update()
        other = mine.filter(document=document, posting_id=by.posting_id).first()
        typed = content.to_json()

        refuse_unless_editor(document, by)
        subject = (heading or {}).get("subject", "")
        refuse_state_secrets(subject, content.text, is_declared_open=True)
        _refuse_other_tab(other, typed, replacing)

        autosave, _ = Autosave.objects.update_or_create(
            document=document,
            posting_id=by.posting_id,
            defaults={
                "agency_id": document.agency_id,
                "base_ordinal": base_ordinal,
                "content": {**typed, "heading": _heading(heading, other)},
                "saved_at": at,
            },
        )
    return autosave


def _refuse_other_tab(
    other: Autosave | None, typed: Mapping[str, Any], replacing: str | None
) -> None:
    if other is None or replacing is None or stamp(other) == replacing:
        return
    is_same = all(other.content.get(name) == value for name, value in typed.items())
    refuse_unless(is_same, "documents.E133", moment=moment_words(other.saved_at))


def _heading(given: Mapping[str, str] | None, other: Autosave | None) -> dict[str, str]:
    """What is typed now, cut to a sane length; not given: as it was kept before."""
    if given is None:
        before: dict[str, str] = other.content.get("heading", {}) if other else {}
        return before
    return {name: text[:LONGEST_VALUE] for name, text in given.items()}


def stamp(autosave: Autosave | None) -> str:
    """By what a tab knows an autosave again; "" for none."""
    return autosave.saved_at.isoformat() if autosave else ""


@clause("ND30.10.2")
def drop_autosave(*, document_id: int, by: Actor, at: datetime) -> None:
    """Give up what was typed since the last version."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise")

        refuse_unless_editor(document, by)

        Autosave.objects.filter(document=document, posting_id=by.posting_id).delete()

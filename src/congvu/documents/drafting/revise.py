"""Revise a draft: a new version on top of the one that was opened; none is ever lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.autosave import autosave_draft
from congvu.documents.drafting.check_draft import (
    checked_signer,
    kind_of,
    refuse_unless_editable,
    refuse_unless_editor,
)
from congvu.documents.drafting.choose_co_signers import (
    checked_co_signers,
    co_signer_choices,
    write_co_signers,
)
from congvu.documents.drafting.start import checked_heading, write_version
from congvu.documents.models import Autosave, Document, DraftVersion
from congvu.documents.types import CoSignerChoice, DraftContent
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words

LONGEST_NOTE = 500


@clause("ND30.10.2")
def revise_draft(
    *,
    document_id: int,
    base_ordinal: int,
    content: DraftContent,
    by: Actor,
    at: datetime,
    subject: str | None = None,
    signer_posting_id: int | None = None,
    co_signers: Sequence[CoSignerChoice] | None = None,
    urgency: int | None = None,
    in_force_on: date | None = None,
    note: str = "",
    is_declared_open: bool = False,
    replacing: str | None = None,
) -> DraftVersion:
    """Save a new version; what is None stays as it is. Sending the same twice saves it once.

    `base_ordinal` is the version that was opened: when a newer one exists the act is refused. The
    text is kept in the autosave first, so no refusal loses it; `replacing`: see `autosave_draft`.
    """
    opened: dict[str, Any] = {"document_id": document_id, "base_ordinal": base_ordinal}
    autosave_draft(**opened, content=content, by=by, at=at, replacing=replacing)
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise", lock=True)
        newest = document.versions.select_related("by__person").order_by("ordinal").last()
        if subject in (None, document.subject) and _is_repeated(newest, base_ordinal, content, by):
            _forget_autosave(document, by)
            return newest

        refuse_unless_editor(document, by)
        refuse_unless_editable(document)
        _refuse_if_newer(newest, base_ordinal)
        wanted = checked_heading(
            document.subject if subject is None else subject,
            content,
            urgency,
            in_force_on,
            day=clock.local(at).date(),
            is_declared_open=is_declared_open,
            agency_id=document.agency_id,
        )
        beside = _checked_people(document, signer_posting_id, co_signers, at)

        note = plain_spaces(clean_text(note))[:LONGEST_NOTE]
        version = write_version(document, newest.ordinal + 1, content, by, at, note)
        _write_heading(document, wanted, signer_posting_id, urgency, in_force_on, at)
        write_co_signers(document, beside, at)
        _forget_autosave(document, by)

        write_entry(
            "documents.drafting.revised",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.2",
            details={"version": version.ordinal, "declared_open": is_declared_open},
        )
    return version


def _checked_people(
    document: Document,
    signer_posting_id: int | None,
    co_signers: Sequence[CoSignerChoice] | None,
    at: datetime,
) -> list[CoSignerChoice]:
    """The signer newly chosen, if any, must have the right; gives who signs beside."""
    kind, agency_id = kind_of(document), document.agency_id
    checked_signer(signer_posting_id, kind=kind, agency_id=agency_id, at=at)
    return checked_co_signers(
        co_signer_choices(document) if co_signers is None else co_signers,
        kind=kind,
        signer_posting_id=signer_posting_id or document.signer_id,
        agency_id=agency_id,
        at=at,
    )


def _is_repeated(newest: DraftVersion, base_ordinal: int, content: DraftContent, by: Actor) -> bool:
    """A double click: the newest version is this very text, saved on this very base by us."""
    return (
        newest.ordinal == base_ordinal + 1
        and newest.by_id == by.posting_id
        and newest.content == content.to_json()
    )


def _refuse_if_newer(newest: DraftVersion, base_ordinal: int) -> None:
    refuse_if(base_ordinal > newest.ordinal, "documents.E106", ordinal=base_ordinal)
    refuse_unless(
        newest.ordinal == base_ordinal,
        "documents.E105",
        name=newest.by.person.full_name,
        ordinal=newest.ordinal,
        moment=moment_words(newest.at),
    )


def _forget_autosave(document: Document, by: Actor) -> None:
    Autosave.objects.filter(document=document, posting_id=by.posting_id).delete()


def _write_heading(
    document: Document,
    subject: str,
    signer_posting_id: int | None,
    urgency: int | None,
    in_force_on: date | None,
    at: datetime,
) -> None:
    document.subject = subject
    document.signer_id = signer_posting_id or document.signer_id
    document.urgency = document.urgency if urgency is None else urgency
    document.in_force_on = in_force_on or document.in_force_on
    document.changed_at = at
    document.save(update_fields=["subject", "signer", "urgency", "in_force_on", "changed_at"])

"""Keep what somebody is typing: it survives a lost session, a refusal, another tab."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents import access
from congvu.documents.drafting.check_draft import refuse_state_secrets, refuse_unless_editor
from congvu.documents.models import Autosave
from congvu.documents.types import DraftContent
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.10.2")
def autosave_draft(
    *, document_id: int, base_ordinal: int, content: DraftContent, by: Actor, at: datetime
) -> Autosave:
    """Put the typed text in this person's one autosave of the draft.

    It is no version and nobody else sees it. `base_ordinal` is the version that was opened. A
    text with the mark of a state secret is not even kept here (QC.4.1).
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise")

        refuse_unless_editor(document, by)
        refuse_state_secrets("", content.text, is_declared_open=True)

        autosave, _ = Autosave.objects.update_or_create(
            document=document,
            posting_id=by.posting_id,
            defaults={
                "agency_id": document.agency_id,
                "base_ordinal": base_ordinal,
                "content": content.to_json(),
                "saved_at": at,
            },
        )
    return autosave

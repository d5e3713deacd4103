"""Cancel a draft that will not become a document (hủy dự thảo); everything written stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import (
    checked_reason,
    refuse_unless_editable,
    refuse_unless_editor,
)
from congvu.documents.models import Document
from congvu.documents.states import DocumentState, become
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.10")
def cancel_draft(*, document_id: int, reason: str, by: Actor, at: datetime) -> Document:
    """End a draft that is still with its drafter; the reason is required and kept."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise", lock=True)

        refuse_unless_editor(document, by)
        refuse_unless_editable(document)
        reason = checked_reason(reason)

        become(document, DocumentState.CANCELLED, at)
        document.opinion_requests.filter(answered_at__isnull=True).update(answered_at=at)

        write_entry(
            "documents.drafting.cancelled",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10",
            details={"reason": reason},
        )
    return document

"""Recall an issued document: the recipients are asked to destroy it and to confirm (ND30 18.4).

Here the document is frozen as it is; its trail stays on both sides (documents R20).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import checked_reason
from congvu.documents.events import DocumentRecalled
from congvu.documents.models import Recall
from congvu.documents.states import DocumentState, become
from congvu.kit.events import publish
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.18.4", "ND30.18.4.b")
def recall_document(
    *, document_id: int, reason: str, by: Actor, at: datetime, is_formal: bool = False
) -> Recall:
    """Call the document back. `is_formal`: a recall by decision, which nobody may refuse."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="recall", lock=True)

        reason = checked_reason(reason)

        become(document, DocumentState.RECALLED, at)
        recall = Recall.objects.create(
            agency_id=document.agency_id,
            document=document,
            reason=reason,
            is_formal=is_formal,
            by_id=by.posting_id,
            at=at,
        )

        write_entry(
            "documents.outgoing.recalled",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.18.4",
            details={"symbol": document.symbol, "reason": reason, "formal": is_formal},
        )
        publish(DocumentRecalled(document_id=document.id, at=at))
    return recall

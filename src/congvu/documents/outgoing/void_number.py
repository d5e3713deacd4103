"""Void a number: the document is not issued; its number stays in the book and never returns."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import checked_reason
from congvu.documents.models import Numbering
from congvu.documents.outgoing.ask_to_issue import SUBJECT
from congvu.documents.states import DocumentState, become
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import WaitingSignature

LONGEST_KEPT = 500


@clause("ND30.15.1", "ND30.16")
def void_number(*, document_id: int, reason: str, by: Actor, at: datetime) -> Numbering:
    """Cancel a numbered document that was not issued; the register shows the number as void."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="number", lock=True)

        reason = checked_reason(reason)[:LONGEST_KEPT]

        become(document, DocumentState.CANCELLED, at)
        numbering = document.numbering
        numbering.voided_at = at
        numbering.void_reason = reason
        numbering.save(update_fields=["voided_at", "void_reason"])
        for waiting in signing.waiting_for(SUBJECT, document_id):
            end_waiting(
                waiting_id=waiting.id,
                state=WaitingSignature.State.CANCELLED,
                said="Số của văn bản đã bị hủy.",
                at=at,
                by=by,
            )

        write_entry(
            "documents.outgoing.number_voided",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.15.1",
            details={"symbol": numbering.symbol, "reason": reason},
        )
    return numbering

"""Stop what still waits to be carried of a document that was purged (QC.4.1)."""

from __future__ import annotations

from congvu.documents.events import DocumentPurged
from congvu.exchange.models import Delivery, Receipt
from congvu.exchange.states import DeliveryState
from congvu.rules.clauses import clause

SAID = "Văn bản đã bị tiêu hủy nên không gửi nữa."


@clause("QC.4.1")
def stop_purged(event: DocumentPurged) -> None:
    """Reaction to a purge: nothing more leaves, and no reason given for it stays."""
    ours = Delivery.objects.filter(document_id=event.document_id)
    ours.filter(state=DeliveryState.QUEUED).update(
        state=DeliveryState.FAILED, state_at=event.at, state_reason=SAID
    )
    ours.exclude(state=DeliveryState.FAILED).update(state_reason="")
    Receipt.objects.filter(document_id=event.document_id).update(reason="")

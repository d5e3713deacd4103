"""Note status messages at the sender, in any order, any number of times."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from congvu.documents.incoming.receive import Received
from congvu.documents.models import Document
from congvu.exchange.models import Delivery, Receipt
from congvu.exchange.states import DeliveryState
from congvu.kit import wall
from congvu.rules import receipts
from congvu.rules.clauses import clause
from congvu.rules.receipts import Effect, Status

ARRIVALS_NOTED = """
WITH moved AS (
    UPDATE exchange_delivery d SET state = '01', state_at = %(entered)s, sent_at = d.queued_at,
        entered_at = %(entered)s, received_at = %(received)s, attempts = d.attempts + 1
    WHERE d.document_id = %(document_id)s AND d.to_agency_id = ANY(%(agencies)s::bigint[])
      AND d.state = 'queued'
    RETURNING d.id, d.document_id, d.to_agency_id, d.agency_id, d.entered_at)
INSERT INTO exchange_receipt (document_id, delivery_id, from_agency_id, to_agency_id, code,
    by_name, reason, at, noted_at)
SELECT document_id, id, to_agency_id, agency_id, '01', '', '', entered_at, entered_at FROM moved
ON CONFLICT DO NOTHING
"""


@clause("QC.9.1", "ND30.21.2.c")
def note_arrivals(*, document: Document, received: Sequence[Received]) -> None:
    """Note the automatic 01 of every recipient that the document has just entered.

    Runs in the delivering job's transaction; the answer needs nobody's hand.
    """
    by_moments: dict[tuple[datetime, datetime], list[int]] = {}
    for one in received:
        by_moments.setdefault((one.entered_at, one.received_at), []).append(one.agency_id)
    with transaction.atomic(), connection.cursor() as cursor:
        for (entered_at, received_at), agencies in by_moments.items():
            cursor.execute(
                ARRIVALS_NOTED,
                {
                    "document_id": document.id,
                    "agencies": agencies,
                    "entered": entered_at,
                    "received": received_at,
                },
            )


@clause("QC.9.1")
def note_receipt(*, receipt_id: int, at: datetime) -> Effect:
    """Take one status message in. What is repeated or late changes nothing but is kept."""
    with wall.crossing_agencies():
        receipt = Receipt.objects.select_for_update().get(id=receipt_id)
        delivery = Delivery.objects.select_for_update().get(
            document_id=receipt.document_id, to_agency_id=receipt.from_agency_id
        )
        step = receipts.absorb(_standing(delivery), Status(receipt.code)).value

        if step.effect is Effect.MOVED:
            delivery.state = DeliveryState(receipt.code)
            delivery.state_at = receipt.at
            delivery.state_reason = receipt.reason
            delivery.acknowledged_at = delivery.acknowledged_at or receipt.at
            delivery.save(update_fields=["state", "state_at", "state_reason", "acknowledged_at"])
        receipt.delivery = delivery
        receipt.noted_at = receipt.noted_at or at
        receipt.save(update_fields=["delivery", "noted_at"])
    return step.effect


def _standing(delivery: Delivery) -> receipts.DeliveryState:
    """Where the delivery stands, for the rule: from the receipts noted so far."""
    codes = list(
        Receipt.objects.filter(delivery=delivery, noted_at__isnull=False)
        .order_by("at", "id")
        .values_list("code", flat=True)
    )
    state = receipts.DeliveryState(is_formal_recall=_is_formal(delivery.document_id))
    for code in codes:
        state = receipts.absorb(state, Status(code)).value.state
    return state


def _is_formal(document_id: int) -> bool:
    recall = Document.objects.filter(id=document_id).values_list("recall__is_formal", flat=True)
    return bool(recall.first())

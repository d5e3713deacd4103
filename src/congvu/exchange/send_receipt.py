"""Send a status message (01–06, 15, 16) back to the sender of a document.

Reactions call the functions here with the event; the message itself travels in a job.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents.events import DocumentHandedBack, DocumentRegistered, RecallAnswered
from congvu.documents.models import Arrival, HandBack, RecallAnswer
from congvu.exchange.deliver import adapter
from congvu.exchange.models import Receipt
from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.rules.receipts import Status


@clause("QC.9.1", "ND30.21.2.c")
def say_registered(event: DocumentRegistered) -> None:
    """Status 03: the document stands in the register of incoming documents."""
    say(event.arrival_id, Status.REGISTERED, event.at)


@clause("QC.9.1", "ND30.21.2.b")
def say_handed_back(event: DocumentHandedBack) -> None:
    """Status 02 with the reason."""
    handed_back = HandBack.objects.get(arrival_id=event.arrival_id)
    say(event.arrival_id, Status.REFUSED, event.at, handed_back.reason)


@clause("ND30.18.4")
def say_recall_answer(event: RecallAnswered) -> None:
    """Status 15 or 16."""
    answer = RecallAnswer.objects.get(arrival_id=event.arrival_id)
    code = Status.RECALL_AGREED if answer.is_agreed else Status.RECALL_DECLINED
    say(event.arrival_id, code, event.at, answer.reason)


def say(arrival_id: int, code: Status, at: datetime, reason: str = "") -> None:
    """Put a status message on its way; an arrival that came by hand has nobody to tell."""
    arrival = Arrival.objects.select_related("document").get(id=arrival_id)
    if arrival.channel != Arrival.Channel.EXCHANGE:
        return
    with transaction.atomic():
        # Two tasks given at one moment say the same 04 twice: it is one message.
        receipt, _ = Receipt.objects.get_or_create(
            document_id=arrival.document_id,
            from_agency_id=arrival.agency_id,
            to_agency_id=arrival.document.agency_id,
            code=code.value,
            at=at,
            defaults={"reason": reason},
        )
        carry_receipt.defer(receipt_id=receipt.id)


def carry(*, receipt_id: int, at: datetime) -> None:
    """Carry a message over the road its document came by; one already noted is left alone."""
    with wall.crossing_agencies():
        waiting = Receipt.objects.select_for_update().filter(id=receipt_id, noted_at=None)
        for receipt in waiting:
            adapter("loopback").carry_receipt(receipt, at)


@job(lane="now", lock="receipt-{receipt_id}")
def carry_receipt(receipt_id: int) -> None:
    """The doorbell: a message that was noted is not carried again."""
    carry(receipt_id=receipt_id, at=clock.now())

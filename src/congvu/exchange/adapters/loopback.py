"""The road inside one installation: entry at the recipient is a row, the answer another.

It goes through the same verbs (receive, note_receipt) that the outside roads use.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from congvu.documents.incoming.receive import Incoming, receive_from_exchange
from congvu.documents.models import Document
from congvu.exchange.models import Receipt
from congvu.exchange.note_receipt import note_arrivals, note_receipt
from congvu.exchange.types import Waiting


class Loopback:
    """Sender and recipients share this database."""

    def carry_document(self, document: Document, waiting: Sequence[Waiting], at: datetime) -> None:
        """Enter the document at every recipient in one statement and note their 01."""
        received = receive_from_exchange(
            document_id=document.id,
            sender_name=document.issuer_name,
            urgency=document.urgency,
            sent_at=document.issued_at,
            entered_at=at,
            incoming=[Incoming(one.to_agency_id, one.is_for_information) for one in waiting],
        )
        note_arrivals(document=document, received=received)

    def carry_receipt(self, receipt: Receipt, at: datetime) -> None:
        """The other side is here: note it at once."""
        note_receipt(receipt_id=receipt.id, at=at)

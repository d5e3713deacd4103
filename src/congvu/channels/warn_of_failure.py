"""Warn of words that did not reach the sender of a message: their writer finds another way."""

from __future__ import annotations

from django.db import transaction

from congvu.channels.events import MessageMoved
from congvu.channels.models import InboundMessage, InboundNotice, Message
from congvu.channels.states import MessageState
from congvu.channels.take_in import SUBJECT
from congvu.channels.tell import tell
from congvu.channels.warn_of_delay import watchers
from congvu.rules.clauses import clause

# The automatic acknowledgement is nobody's words; its state stands on the page.
WRITTEN = {Message.Purpose.DECLINE, Message.Purpose.REPLY}


@clause("QC.9.2.b", "QC.10.2")
def warn_of_failure(event: MessageMoved) -> None:
    """Reaction: an answer or a decline failed for good on every road."""
    if event.state != MessageState.FAILED:
        return
    with transaction.atomic():
        message = Message.objects.get(id=event.message_id)
        if message.subject_kind != SUBJECT or message.purpose not in WRITTEN:
            return
        inbound = InboundMessage.objects.get(id=message.subject_id)
        writer = [message.by_id] if message.by_id else watchers(inbound.agency_id, event.at)
        tell(
            inbound,
            to=writer,
            kind=InboundNotice.Kind.NOT_SENT,
            key=f"khong-gui-duoc-{message.id}",
            text=f"Trả lời {inbound.reference} không gửi được tới {inbound.from_address}. "
            "Hãy gửi lại qua kênh khác hoặc liên hệ trực tiếp.",
            at=event.at,
        )

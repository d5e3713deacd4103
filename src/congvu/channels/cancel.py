"""Cancel a message that has not gone: nothing of it leaves any more."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.events import MessageMoved
from congvu.channels.models import Attempt, Message
from congvu.channels.states import AttemptState, MessageState
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

NOT_GONE = [AttemptState.QUEUED, AttemptState.FAILED_TEMPORARY]
# The provider has it, may have it, or it has failed for good.
GONE = [
    AttemptState.SENDING,
    AttemptState.UNKNOWN,
    AttemptState.ACCEPTED,
    AttemptState.DELIVERED,
    AttemptState.SEEN,
]
BY_LAW = {Message.Purpose.ACKNOWLEDGEMENT, Message.Purpose.DECLINE}


@clause("QC.8.2.a", "QC.8.3.a")
def cancel_message(*, message_id: int, reason: str, by: Actor, at: datetime) -> Message:
    """Only while no provider has it (E310); what the Regulation orders to be said stays (E311)."""
    with transaction.atomic():
        message = access.message_for(by, message_id, to="send", lock=True)
        reason = clean_text(reason).strip()[:500]
        # Locked here, an attempt is passed over by who hands over, and found cancelled afterwards.
        attempts = list(Attempt.objects.select_for_update().filter(message=message))

        refuse_if(message.purpose in BY_LAW, "channels.E311")
        refuse_unless(message.state == MessageState.WAITING, "channels.E310")
        refuse_if(any(one.state in GONE for one in attempts), "channels.E310")
        refuse_unless(reason, "channels.E312")

        Attempt.objects.filter(message=message, state__in=NOT_GONE).update(
            state=AttemptState.CANCELLED, said=f"Đã hủy: {reason}"[:500]
        )
        message.state = MessageState.CANCELLED
        message.save(update_fields=["state"])

        write_entry(
            "channels.cancelled",
            by=by,
            at=at,
            on=("message", message.id),
            clause="QC.8.2.a",
            details={"reason": reason, "key": message.key},
        )
        publish(MessageMoved(message_id=message.id, state=message.state, at=at))
    return message

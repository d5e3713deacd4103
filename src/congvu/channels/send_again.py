"""Send a message again over another channel: one message still, with one legal result."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.accept import SYSTEM_OF, queue_attempt
from congvu.channels.events import MessageAccepted
from congvu.channels.fold_address import fold_address
from congvu.channels.models import Attempt, Message, OwnAddress
from congvu.channels.states import OVER, AttemptState, MessageState
from congvu.channels.types import CHANNEL_WORDS, MAIL, SMS
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems.queries import refuse_unregistered

# A Zalo account is known only from what its owner wrote to us there.
WRITTEN_BY_HAND = (MAIL, SMS)
UNPROVEN = {MessageState.FAILED, MessageState.SENT}


@clause("QC.8.2.a", "QC.11.3")
def send_again(*, message_id: int, channel: str, address: str, by: Actor, at: datetime) -> Message:
    """A new attempt to `address`, from the own address of the agency on that channel.

    Only while nobody has confirmed receipt, or all is in doubt (E313), for what is done by duty:
    consent is given for one channel (E314); not over a channel whose attempt is still under way
    (E315), nor to a Zalo account typed by hand (E316), nor where the agency has no address of its
    own (E319).
    """
    with transaction.atomic():
        message = access.message_for(by, message_id, to="send", lock=True)
        attempts = Attempt.objects.filter(message=message).exclude(state__in=OVER)
        under_way = attempts.exclude(state=AttemptState.UNKNOWN).filter(channel=channel)
        address = fold_address(channel, address)
        sender = OwnAddress.objects.filter(
            agency_id=message.agency_id,
            channel=channel,
            person__isnull=True,
            valid_to__isnull=True,
        ).first()

        refuse_unless(channel in WRITTEN_BY_HAND, "channels.E316")
        refuse_unless(message.state in UNPROVEN or is_in_doubt(attempts), "channels.E313")
        refuse_unless(message.basis.startswith("duty"), "channels.E314")
        refuse_if(under_way.exists(), "channels.E315", channel=CHANNEL_WORDS[channel])
        refuse_unless(sender, "channels.E319", channel=CHANNEL_WORDS[channel])
        refuse_unless(address, "channels.E004", channels=CHANNEL_WORDS[channel])
        refuse_unregistered(SYSTEM_OF[channel], message.agency_id, clock.local(at).date())

        message.roads = [*[one for one in message.roads if one != channel], channel]
        message.addresses = {**message.addresses, channel: address}
        message.texts = {**message.texts, channel: text_for(message, channel, sender)}
        message.state = MessageState.WAITING if message.sent_at is None else MessageState.SENT
        message.save()
        attempt = queue_attempt(message, channel, at)

        write_entry(
            "channels.sent_again",
            by=by,
            at=at,
            on=("message", message.id),
            clause="QC.8.2.a",
            details={"channel": channel, "attempt": attempt.ordinal},
        )
        publish(MessageAccepted(message_id=message.id, channels=(channel,), at=at))
    return message


def is_in_doubt(attempts: Iterable[Attempt]) -> bool:
    """Nothing is under way but what nobody knows the end of: a person decides (`reconcile`)."""
    states = {one.state for one in attempts if one.state not in OVER}
    return states == {AttemptState.UNKNOWN}


def text_for(message: Message, channel: str, sender: OwnAddress) -> dict[str, Any]:
    """The same words as another channel carries them."""
    first: dict[str, Any] = next(iter(message.texts.values()))
    words = str(first.get("text", ""))
    if channel == MAIL:
        subject = str(first.get("subject", "")) or words.splitlines()[0][:120]
        return {"subject": subject, "text": words, "from_address": sender.address}
    return {"text": words, "from_address": sender.address}

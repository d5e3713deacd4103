"""Accept many orders at once: each as lawful and as single as one alone, in a few statements.

For lists: a hundred orders cost what five cost one by one. Nothing here is decided otherwise than
by `accept_message`; an order that is refused refuses nobody else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from congvu.channels.accept import columns_of, consents_for, examine, new_tracking
from congvu.channels.events import MessagesAccepted
from congvu.channels.models import Attempt, Message
from congvu.channels.sms_sender import Senders
from congvu.channels.states import AttemptState
from congvu.channels.types import Order
from congvu.kit.events import publish
from congvu.kit.refusal import Refusal
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.7.2", "QC.11.3", "QC.6.2.b")
def accept_messages(
    orders: Sequence[Order], *, by: Actor | None, at: datetime
) -> list[int | Refusal]:
    """For each order in turn its message's id or what refuses it; a known key gives its message."""
    with transaction.atomic():
        keys = [order.key for order in orders]
        said: dict[str, int | Refusal] = {**_ids(keys)}
        unknown = [order for order in orders if order.key not in said]
        given, allowed = consents_for(unknown, at), set[tuple[str, int]]()
        senders: Senders = {}
        new: dict[str, Message] = {}
        for order in unknown:
            try:
                lawful, roads, basis = examine(order, given, allowed, at, senders)
            except Refusal as refused:
                said[order.key] = refused
            else:
                columns = columns_of(lawful, roads, basis, by, at)
                new[order.key] = Message(key=order.key, **columns)

        Message.objects.bulk_create(new.values(), ignore_conflicts=True)
        kept = _ids(list(new))
        said.update(kept)
        _queue_first(new, kept, at)
        if new:
            used = {message.roads[0] for message in new.values()}
            publish(MessagesAccepted(channels=tuple(sorted(used)), at=at))
    return [said[order.key] for order in orders]


def _ids(keys: Sequence[str]) -> dict[str, int]:
    return dict(Message.objects.filter(key__in=keys).values_list("key", "id"))


def _queue_first(new: dict[str, Message], kept: dict[str, int], at: datetime) -> None:
    """The first attempt of each message that has none: one that was known keeps its own."""
    has_one = set(
        Attempt.objects.filter(message_id__in=list(kept.values())).values_list(
            "message_id", flat=True
        )
    )
    Attempt.objects.bulk_create(
        Attempt(
            agency_id=message.agency_id,
            message_id=kept[key],
            ordinal=1,
            channel=message.roads[0],
            address=message.addresses[message.roads[0]],
            lane=message.lane,
            tracking=new_tracking(kept[key], 1),
            state=AttemptState.QUEUED,
            next_at=max(message.send_from, at),
        )
        for key, message in new.items()
        if kept[key] not in has_one
    )

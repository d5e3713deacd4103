"""Who may see and decide what came in over the channels: the only door to a message.

Clerks and leaders of the agency see all; deciding is for clerks, leaders and heads of units.
"""

from __future__ import annotations

from collections.abc import Mapping

from congvu.channels.models import InboundMessage, Message
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD, Actor

ORDERS: Mapping[str, frozenset[str]] = {
    "read": frozenset({CLERK, LEADER, UNIT_HEAD}),
    "decide": frozenset({CLERK, LEADER, UNIT_HEAD}),
}


def inbound_for(by: Actor, inbound_id: int, *, to: str, lock: bool = False) -> InboundMessage:
    """The inbound message of the actor's agency, if this actor may do this with it."""
    rows = (
        InboundMessage.objects.select_for_update(of=("self",)) if lock else InboundMessage.objects
    )
    own = {"agency_id": by.agency_id, "agency_id__isnull": False, "to_person_id__isnull": True}
    inbound = rows.filter(id=inbound_id, **own).first()
    refuse_if(inbound is None, "channels.E001")
    refuse_if(by.roles.isdisjoint(ORDERS.get(to, frozenset())), "channels.E002")
    return inbound


def message_for(by: Actor, message_id: int) -> Message:
    """A message of the actor's agency, to be read."""
    message = Message.objects.filter(
        id=message_id,
        agency_id=by.agency_id,
        agency_id__isnull=False,
        from_person_id__isnull=True,
    ).first()
    refuse_if(message is None or by.roles.isdisjoint(ORDERS["read"]), "channels.E001")
    return message

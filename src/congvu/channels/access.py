"""Who may see and decide what came in and what went out over the channels: the only door.

Clerks, leaders and heads of units see and decide all of their agency's; whoever was given a message
to answer sees and answers that one; whoever sent a message sees that one.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from congvu.channels.models import Consent, Handling, InboundFile, InboundMessage, Message
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import AGENCY_ADMIN, CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor

SEE_ALL = frozenset({CLERK, LEADER, UNIT_HEAD})
ORDERS: Mapping[str, frozenset[str]] = {
    "read": SEE_ALL,
    "decide": SEE_ALL,
    "answer": SEE_ALL,
    "approve": frozenset({LEADER}),
    "send": SEE_ALL,
    "link": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "template": frozenset({CLERK, LEADER, AGENCY_ADMIN}),
}
# What an official may do with the one message that was given to them.
OF_THE_HANDLER = frozenset({"read", "answer"})
READERS = (CLERK, LEADER, UNIT_HEAD, OFFICIAL)


def inbound_for(by: Actor, inbound_id: int, *, to: str, lock: bool = False) -> InboundMessage:
    """The inbound message of the actor's agency, if this actor may do this with it.

    Refuses (E001) what is not there for this actor, and (E002) an order that is not theirs.
    """
    rows = (
        InboundMessage.objects.select_for_update(of=("self",)) if lock else InboundMessage.objects
    )
    inbound = rows.filter(id=inbound_id, **_of_the_agency(by, "to_person")).first()
    is_handler = inbound is not None and _handles(by, inbound, to)
    refuse_if(inbound is None or not (is_handler or by.has(*SEE_ALL)), "channels.E001")
    refuse_unless(is_handler or by.has(*ORDERS[to]), "channels.E002")
    return inbound


def inbound_seen_by(by: Actor) -> QuerySet[InboundMessage]:
    """The messages that this actor may read: the first wall of every list."""
    rows = InboundMessage.objects.filter(**_of_the_agency(by, "to_person"))
    if by.has(*SEE_ALL):
        return rows
    return rows.filter(handlings__to_id=by.posting_id, handlings__ended_at__isnull=True)


def file_for(by: Actor, inbound_id: int, ordinal: int) -> InboundFile:
    """A file that came with a message, to be opened; one that the gate refused is not there."""
    inbound = inbound_for(by, inbound_id, to="read")
    file = inbound.files.filter(ordinal=ordinal).exclude(sha256="").first()
    refuse_if(file is None, "channels.E001")
    return file


def message_for(by: Actor, message_id: int, *, to: str = "read", lock: bool = False) -> Message:
    """A message that the actor's agency sends, if this actor may do this with it."""
    rows = Message.objects.select_for_update(of=("self",)) if lock else Message.objects
    message = rows.filter(id=message_id, **_of_the_agency(by, "from_person")).first()
    is_own = message is not None and message.by_id == by.posting_id is not None
    is_own = is_own or (message is not None and to == "read" and _answers_for(by, message))
    refuse_if(message is None or not (is_own or by.has(*SEE_ALL)), "channels.E001")
    refuse_unless(is_own or by.has(*ORDERS[to]), "channels.E002")
    return message


def consent_for(by: Actor, consent_id: int) -> Consent:
    """A line of the agency's ledger of consents."""
    consent = Consent.objects.filter(
        id=consent_id, agency_id=by.agency_id, agency_id__isnull=False
    ).first()
    refuse_if(consent is None or not by.has(*READERS), "channels.E010")
    return consent


def messages_seen_by(by: Actor) -> QuerySet[Message]:
    """The messages whose way this actor may follow."""
    rows = Message.objects.filter(**_of_the_agency(by, "from_person"))
    return rows if by.has(*SEE_ALL) else rows.filter(by_id=by.posting_id, by_id__isnull=False)


def _of_the_agency(by: Actor, person: str) -> dict[str, object]:
    """Of the actor's agency, and nobody's own mailbox."""
    return {"agency_id": by.agency_id, "agency_id__isnull": False, f"{person}__isnull": True}


def _answers_for(by: Actor, message: Message) -> bool:
    """Whether the message went out about one that this actor was given to answer."""
    given = Handling.objects.filter(inbound_id=message.subject_id, to_id=by.posting_id)
    return message.subject_kind == "inbound" and by.posting_id is not None and given.exists()


def _handles(by: Actor, inbound: InboundMessage, to: str) -> bool:
    if to not in OF_THE_HANDLER or by.posting_id is None:
        return False
    given = Handling.objects.filter(inbound=inbound, to_id=by.posting_id)
    return (given if to == "read" else given.filter(ended_at__isnull=True)).exists()


def refuse_sender(by: Actor) -> None:
    """Texts of the agency are sent by those who see what comes back."""
    refuse_if(by.agency_id is None or not by.has(*ORDERS["send"]), "channels.E126")

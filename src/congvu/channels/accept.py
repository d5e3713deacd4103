"""Accept an order for a message: from here on it will be sent, once, whatever dies in between."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import transaction

from congvu.channels.add_withdrawal_link import add_withdrawal_links
from congvu.channels.events import MessageAccepted
from congvu.channels.models import Attempt, Consent, Lane, Message
from congvu.channels.sms_sender import Senders, lawful_text
from congvu.channels.states import AttemptState
from congvu.channels.types import CHANNEL_WORDS, MAIL, SMS, ZALO, Order
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems.queries import refuse_unregistered

DUTY, CONSENT = "duty", "consent"
# Channel -> its entry in the register of approved systems (QC.6.1, QC.6.2).
SYSTEM_OF = {MAIL: "thu-cong-vu", SMS: "sms", ZALO: "zalo"}
# Purposes that need the person's consent; everything else is official duty under its clause.
_CONSENT_FOR = {"notice": Consent.Purpose.NOTICE, "campaign": Consent.Purpose.CAMPAIGN}
LEGAL_CLASS = "QC.7.2"  # information, not an electronic document
# (agency, purpose, channel, address) -> the line of the ledger and the key that ends it
Consents = Mapping[tuple[int, str, str, str], tuple[int, str]]


@clause("QC.7.2", "QC.8.2.a", "QC.11.3", "QC.6.2.b")
def accept_message(order: Order, *, by: Actor | None, at: datetime) -> Message:
    """Keep the message and queue its first attempt; an order with a known key gives its message.

    Refuses a message without a basis (E003), without an address (E004) or text (E005) for its
    roads, and a channel that is no approved system (QC.11.3).
    """
    with transaction.atomic():
        known = Message.objects.filter(key=order.key).first()
        if known is not None:
            return known
        order, roads, basis = examine(order, consents_for([order], at), set(), at)

        message, is_new = Message.objects.get_or_create(
            key=order.key, defaults=columns_of(order, roads, basis, by, at)
        )
        if is_new:
            queue_attempt(message, roads[0], at, ordinal=1)
            publish(MessageAccepted(message_id=message.id, channels=(roads[0],), at=at))
    return message


def examine(
    order: Order,
    given: Consents,
    allowed: set[tuple[str, int]],
    at: datetime,
    senders: Senders | None = None,
) -> tuple[Order, tuple[str, ...], str]:
    """The order as the law lets it go, its roads and its basis; or a refusal. `allowed`: systems
    and agencies found lawful so far (QC.11.3), `senders`: of text messages; asked once for many."""
    roads, basis, keys = _lawful_roads(order, given)
    refuse_unless(roads, "channels.E003", channels=_words(order.roads))
    roads = tuple(road for road in roads if order.addresses.get(road))
    refuse_unless(roads, "channels.E004", channels=_words(order.roads))
    for road in roads:
        refuse_unless(order.texts.get(road), "channels.E005", channel=CHANNEL_WORDS[road])
        if (road, order.agency_id) not in allowed:
            refuse_unregistered(SYSTEM_OF[road], order.agency_id, clock.local(at).date())
            allowed.add((road, order.agency_id))
    order = add_withdrawal_links(order, keys)
    return _as_text(order, roads, at, senders), roads, basis


def queue_attempt(message: Message, road: str, at: datetime, ordinal: int = 0) -> Attempt:
    """The next attempt of a message (`ordinal` where it is known); in the caller's transaction."""
    ordinal = ordinal or Attempt.objects.filter(message=message).count() + 1
    return Attempt.objects.create(
        agency_id=message.agency_id,
        message=message,
        ordinal=ordinal,
        channel=road,
        address=message.addresses[road],
        lane=message.lane,
        tracking=new_tracking(message.id, ordinal),
        state=AttemptState.QUEUED,
        next_at=max(message.send_from, at),
    )


def new_tracking(message_id: int, ordinal: int) -> str:
    """Our own name of an attempt: it travels with the message and comes back in receipts."""
    return f"cv{message_id:x}-{ordinal}-{secrets.token_hex(6)}"


def _as_text(order: Order, roads: Sequence[str], at: datetime, senders: Senders | None) -> Order:
    """The order with its text message as the law lets it go: its sender, its class, its hour."""
    if SMS not in roads:
        return order
    lawful = lawful_text(order, at, senders)
    return replace(order, texts={**order.texts, SMS: lawful.text}, send_from=lawful.send_from)


def columns_of(
    order: Order, roads: Sequence[str], basis: str, by: Actor | None, at: datetime
) -> dict[str, object]:
    """The columns of a new message."""
    return {
        "agency_id": order.agency_id,
        "purpose": order.purpose,
        "lane": Lane(order.lane),
        "audience": order.audience.value,
        "to_person_id": order.to_person_id,
        "to_agency_id": order.to_agency_id,
        "to_name": order.to_name[:250],
        "addresses": {road: order.addresses[road] for road in roads},
        "roads": list(roads),
        "texts": {road: dict(order.texts[road]) for road in roads},
        "files": [list(one) for one in order.files],
        "basis": basis,
        "legal_class": LEGAL_CLASS,
        "subject_kind": order.subject[0] if order.subject else "",
        "subject_id": order.subject[1] if order.subject else None,
        "by_id": by.posting_id if by else None,
        "from_person_id": order.from_person_id,
        "created_at": at,
        "send_from": order.send_from or at,
    }


def consents_for(orders: Sequence[Order], at: datetime) -> Consents:
    """The open lines of the ledger that these orders may appeal to; one question for any number."""
    asked = [one for one in orders if not one.basis.startswith(DUTY)]
    if not asked:
        return {}
    addresses = {address for one in asked for address in one.addresses.values()}
    lines = Consent.objects.filter(
        agency_id__in={one.agency_id for one in asked},
        address__in=addresses,
        given_at__lte=at,
        withdrawn_at__isnull=True,
    )
    return {
        (one.agency_id, one.purpose, one.channel, one.address): (one.id, one.withdrawal_key)
        for one in lines
    }


def agreed_addresses(
    agency_id: int, purpose: str, addresses: Iterable[str], at: datetime
) -> set[tuple[str, str]]:
    """(channel, address) of those who agreed to be written to by this agency for this purpose."""
    lines = Consent.objects.filter(
        agency_id=agency_id,
        purpose=purpose,
        address__in=set(addresses),
        given_at__lte=at,
        withdrawn_at__isnull=True,
    )
    return set(lines.values_list("channel", "address"))


def _lawful_roads(order: Order, given: Consents) -> tuple[tuple[str, ...], str, Mapping[str, str]]:
    """The roads on which this person may be written to, on what basis, and how each is ended."""
    if order.basis.startswith(DUTY):
        return order.roads, order.basis, {}
    purpose = _CONSENT_FOR.get(order.purpose, "")
    agreed = {
        road: line
        for road in order.roads
        if (line := given.get((order.agency_id, purpose, road, order.addresses.get(road, ""))))
    }
    basis = f"{CONSENT} {', '.join(str(number) for number, _ in agreed.values())}"[:60]
    return tuple(agreed), basis, {road: key for road, (_, key) in agreed.items()}


def _words(roads: Sequence[str]) -> str:
    return ", ".join(CHANNEL_WORDS[road] for road in roads)

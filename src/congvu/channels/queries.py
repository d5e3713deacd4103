"""What pages ask about messages that came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from congvu.channels.access import ORDERS
from congvu.channels.models import InboundMessage
from congvu.channels.states import InboundState
from congvu.channels.take_in import SUBJECT
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor
from congvu.timers.models import Timer

TABS: Mapping[str, tuple[str, ...]] = {
    "": (InboundState.WAITING, InboundState.HELD),
    "da-nhan": (InboundState.TAKEN,),
    "khong-thuoc": (InboundState.DECLINED,),
    "khac": (InboundState.NO_ACTION, InboundState.REFUSED),
}


@dataclass(frozen=True, slots=True)
class InboundRow:
    """A message in the list; `due_at` is when the two working hours end (None: no clock runs)."""

    id: int
    reference: str
    subject: str
    from_name: str
    from_address: str
    channel_label: str
    state: str
    state_label: str
    received_at: datetime
    due_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboundPage:
    """One message with everything that is known of it."""

    message: InboundMessage
    files: list[Any]
    timer: Timer | None
    acknowledgement: Any
    reply: Any
    decided_by: str


def inbound_list(by: Actor, tab: str, after: str) -> Page[InboundRow]:
    """The agency's messages, those that wait first by age; two statements however many."""
    if by.roles.isdisjoint(ORDERS["read"]):
        return Page([])
    rows = InboundMessage.objects.filter(
        agency_id=by.agency_id, agency_id__isnull=False, state__in=TABS.get(tab, TABS[""])
    )
    if key := decode_key(after, 2):
        moment, last = key
        rows = rows.filter(Q(received_at__lt=moment) | Q(received_at=moment, id__lt=last))
    found = list(rows.order_by("-received_at", "-id")[: PAGE_SIZE + 1])
    due = dict(
        Timer.objects.filter(subject_kind=SUBJECT, subject_id__in=[one.id for one in found])
        .exclude(state="stopped")
        .values_list("subject_id", "due_at")
    )
    shown = [_row(one, due.get(one.id)) for one in found]
    return cut_page(shown, lambda row: encode_key(row.received_at.isoformat(), row.id))


def _row(one: InboundMessage, due_at: datetime | None) -> InboundRow:
    return InboundRow(
        id=one.id,
        reference=one.reference,
        subject=one.subject or one.text[:120],
        from_name=one.from_name,
        from_address=one.from_address,
        channel_label=one.get_channel_display(),
        state=one.state,
        state_label=one.get_state_display(),
        received_at=one.received_at,
        due_at=due_at,
    )


def inbound_page(inbound: InboundMessage) -> InboundPage:
    """What the page of a message shows; the caller has asked `access.inbound_for`."""
    timers = Timer.objects.filter(subject_kind=SUBJECT, subject_id=inbound.id).order_by("-id")
    decider = inbound.decided_by
    return InboundPage(
        message=inbound,
        files=list(inbound.files.all()),
        timer=timers.first(),
        acknowledgement=inbound.acknowledgement,
        reply=inbound.reply,
        decided_by=str(decider.person) if decider else "",
    )

"""What pages ask about messages that went out, or are to go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from congvu.channels.access import messages_seen_by
from congvu.channels.models import Attempt, Evidence, Message
from congvu.channels.states import MessageState
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit import clock
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor

TABS: Mapping[str, tuple[str, ...]] = {
    "": tuple(MessageState.values),
    "dang-gui": (MessageState.WAITING,),
    "chua-xac-nhan": (MessageState.SENT,),
    "da-nhan": (MessageState.RECEIVED, MessageState.SEEN),
    "khong-duoc": (MessageState.FAILED,),
    "da-huy": (MessageState.CANCELLED,),
}


@dataclass(frozen=True)
class SentFilter:
    """What the list is narrowed to; empty: everything."""

    tab: str = ""
    channel: str = ""
    purpose: str = ""
    words: str = ""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class SentRow:
    """A message in the list: to whom, what, how far it has come."""

    id: int
    purpose_label: str
    to: str
    first_words: str
    channels: str
    state: str
    state_label: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SentPage:
    """One message with every attempt and all its evidence."""

    message: Message
    attempts: list[Attempt]
    evidence: list[Evidence]
    by_name: str
    answered_by: list[Any]


def sent_list(by: Actor, wanted: SentFilter, after: str) -> Page[SentRow]:
    """The newest first; one statement however many."""
    rows = _wanted(messages_seen_by(by), wanted)
    if key := decode_key(after, 2):
        moment, last = key
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=last))
    found = rows.order_by("-created_at", "-id")[: PAGE_SIZE + 1]
    return cut_page(
        [_row(one) for one in found],
        lambda row: encode_key(row.created_at.isoformat(), row.id),
    )


def _wanted(rows: QuerySet[Message], wanted: SentFilter) -> QuerySet[Message]:
    if wanted.tab:
        rows = rows.filter(state__in=TABS[wanted.tab])
    if wanted.channel:
        rows = rows.filter(roads__contains=[wanted.channel])
    if wanted.purpose:
        rows = rows.filter(purpose=wanted.purpose)
    if wanted.from_day:
        rows = rows.filter(created_at__gte=_midnight(wanted.from_day))
    if wanted.to_day:
        rows = rows.filter(created_at__lt=_midnight(wanted.to_day) + timedelta(days=1))
    if wanted.words:
        rows = rows.filter(
            Q(to_name__icontains=wanted.words)
            | Q(addresses__official_mail__icontains=wanted.words)
            | Q(addresses__sms__icontains=wanted.words)
        )
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.VIETNAM)


def _row(one: Message) -> SentRow:
    return SentRow(
        id=one.id,
        purpose_label=one.get_purpose_display(),
        to=addressee(one),
        first_words=first_words(one),
        channels=", ".join(CHANNEL_WORDS[road] for road in one.roads),
        state=one.state,
        state_label=one.get_state_display(),
        created_at=one.created_at,
    )


def addressee(message: Message) -> str:
    """The name and the address of the first road."""
    address = str(next(iter(message.addresses.values()), ""))
    return f"{message.to_name} · {address}" if message.to_name else address


def first_words(message: Message) -> str:
    """A subject where there is one, else the beginning of the text."""
    text: dict[str, Any] = next(iter(message.texts.values()), {})
    return str(text.get("subject") or text.get("text", ""))[:160]


def sent_page(message: Message) -> SentPage:
    """Everything of one message; the caller has asked `access.message_for`."""
    attempts = list(message.attempts.select_related("provider").order_by("ordinal"))
    return SentPage(
        message=message,
        attempts=attempts,
        evidence=list(
            Evidence.objects.filter(attempt__in=attempts)
            .select_related("attempt")
            .order_by("noted_at", "id")
        ),
        by_name=message.by.person.full_name if message.by_id else "",
        answered_by=list(message.answers.order_by("id")),
    )

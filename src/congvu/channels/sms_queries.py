"""What pages ask about text messages that were sent, and about brand names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from congvu.channels.access import ORDERS
from congvu.channels.models import Attempt, Brandname, Evidence, Message, OwnAddress
from congvu.channels.sms_sender import brandnames_of
from congvu.channels.types import SMS
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.sms import Standing, phone_words, renew_by, standing


@dataclass(frozen=True, slots=True)
class SmsRow:
    """A sent text in the list."""

    id: int
    number: str
    text: str
    sender: str
    state: str
    state_label: str
    purpose_label: str
    created_at: datetime
    sent_at: datetime | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class SmsPage:
    """One text with every attempt and every piece of evidence."""

    message: Message
    number: str
    text: dict[str, Any]
    attempts: list[tuple[Attempt, list[Evidence]]]
    by: str


@dataclass(frozen=True, slots=True)
class BrandnameRow:
    """A brand name with what its days mean today."""

    row: Brandname
    standing: Standing
    renew_by: date
    days_left: int
    is_renewed: bool = False  # a line of the register goes on where this one ends

    @property
    def must_renew(self) -> bool:
        """Whether somebody has to ask for its renewal now."""
        is_soon = self.standing in {Standing.RENEW, Standing.LATE}
        return is_soon and not self.is_renewed and self.row.ended_at is None


def sms_list(by: Actor, after: str) -> Page[SmsRow]:
    """The agency's texts, the newest first; one statement however many."""
    if by.roles.isdisjoint(ORDERS["read"]):
        return Page([])
    rows = Message.objects.filter(
        agency_id=by.agency_id, agency_id__isnull=False, roads__contains=[SMS]
    )
    if key := decode_key(after, 2):
        moment, last = key
        rows = rows.filter(Q(created_at__lt=moment) | Q(created_at=moment, id__lt=last))
    found = list(rows.order_by("-created_at", "-id")[: PAGE_SIZE + 1])
    shown = [_row(one) for one in found]
    return cut_page(shown, lambda row: encode_key(row.created_at.isoformat(), row.id))


def _row(one: Message) -> SmsRow:
    return SmsRow(
        id=one.id,
        number=phone_words(one.addresses[SMS]),
        text=one.texts[SMS]["text"],
        sender=one.texts[SMS].get("from_address", ""),
        state=one.state,
        state_label=one.get_state_display(),
        purpose_label=one.get_purpose_display(),
        created_at=one.created_at,
        sent_at=one.sent_at,
        received_at=one.received_at,
    )


def sms_page(message: Message) -> SmsPage:
    """What the page of a text shows; the caller has asked `access.message_for`."""
    attempts = message.attempts.filter(channel=SMS).select_related("provider")
    return SmsPage(
        message=message,
        number=phone_words(message.addresses.get(SMS, "")),
        text=message.texts.get(SMS, {}),
        attempts=[(one, list(one.evidence.all())) for one in attempts.prefetch_related("evidence")],
        by=str(message.by.person) if message.by else "",
    )


def senders_of(by: Actor, on: date, at: datetime) -> list[tuple[str, str]]:
    """Brand names and numbers under which the agency may send: (value, label)."""
    names = {
        one.name: f"{one.name} (tên định danh)" for one in brandnames_of(by.agency_id or 0, on)
    }
    numbers = OwnAddress.objects.filter(
        agency_id=by.agency_id, channel=SMS, valid_from__lte=at, valid_to__isnull=True
    ).order_by("id")
    labels = {one.address: f"{phone_words(one.address)} ({_can_answer(one)})" for one in numbers}
    return [*names.items(), *labels.items()]


def _can_answer(one: OwnAddress) -> str:
    return "đầu số, người nhận trả lời được" if one.can_answer else "đầu số"


def brandname_register(on: date) -> list[BrandnameRow]:
    """The whole register, those whose days end first before the others; ended ones last."""
    rows = Brandname.objects.select_related("holder", "provider").order_by(
        "ended_at", "valid_to", "name", "id"
    )
    found = list(rows)
    shown = [_brandname_row(one, found, on) for one in found]
    return sorted(shown, key=lambda one: one.row.ended_at is not None)


@clause("ND91.28")
def brandnames_to_renew(on: date, holder_id: int | None = None) -> list[BrandnameRow]:
    """Those that end soon and have no line that follows; of one agency, or of all."""
    rows = Brandname.objects.filter(ended_at__isnull=True, valid_to__gte=on)
    if holder_id is not None:
        rows = rows.filter(holder_id=holder_id)
    found = list(rows.select_related("holder", "provider").order_by("valid_to", "name"))
    shown = [_brandname_row(one, found, on) for one in found]
    return [one for one in shown if one.must_renew]


def _brandname_row(one: Brandname, all_of_them: list[Brandname], on: date) -> BrandnameRow:
    follows = any(
        other.name.upper() == one.name.upper()
        and (other.kind, other.holder_id) == (one.kind, one.holder_id)
        and other.ended_at is None
        and other.valid_to > one.valid_to
        for other in all_of_them
    )
    return BrandnameRow(
        row=one,
        standing=standing(one.granted_on, one.valid_to, on),
        renew_by=renew_by(one.valid_to),
        days_left=(one.valid_to - on).days,
        is_renewed=follows,
    )

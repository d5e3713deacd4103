"""Under which name a text message may go, and from which moment; asked when an order is accepted.

A brand name belongs to one agency, for one class and some years: under another's, or after its last
day, nothing is sent (NĐ 91/2020). An agency without one sends under its own number; without either
the provider's own sender is left to decide, and the compose page does not offer it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from congvu.channels.models import Attempt, Brandname, Consent, OwnAddress
from congvu.channels.sms_policy import policy_on
from congvu.channels.types import SMS, Order
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.rules.clauses import clause
from congvu.rules.sms import SmsClass, Standing, may_be_sent, standing
from congvu.rules.sms_text import written

USABLE = {Standing.VALID, Standing.RENEW, Standing.LATE}
DAY = timedelta(hours=24)
# (agency, class, the name that was asked for) -> the sender
Senders = dict[tuple[int, SmsClass, str], str]


@dataclass(frozen=True)
class LawfulText:
    """The text as it will be sent, and the moment from which it may be."""

    text: Mapping[str, Any]
    send_from: datetime | None


@clause("ND91.13", "ND91.23", "ND91.28")
def lawful_text(order: Order, at: datetime, known: Senders | None = None) -> LawfulText:
    """Settle letters, class and sender of an order's text message; `known`: senders found lawful
    so far, looked up once for many orders.

    Refuses a sender that is not the agency's (E102) or past its days (E101), a class that it was
    not granted for (E103), and what the class itself forbids (E104).
    """
    given = order.texts[SMS]
    kind = SmsClass(given.get("kind", SmsClass.CARE))
    on = clock.local(at).date()
    known = {} if known is None else known
    named = (order.agency_id, kind, str(given.get("from_address", "")))
    if named not in known:
        known[named] = sender_for(*named, on, at)
    asked = order.send_from or at
    finding = may_be_sent(
        kind,
        policy_on(on),
        asked,
        sent_in_24_hours=_adverts_to(order.addresses[SMS], at)
        if kind == SmsClass.ADVERTISING
        else 0,
        has_consent=kind == SmsClass.ADVERTISING and _agreed(order, at),
    )
    if finding.value is None:
        raise refusal("channels.E104", said=finding.explanation)
    text = {
        **given,
        "text": written(str(given["text"]), with_marks=bool(given.get("with_marks", True))),
        "kind": kind.value,
        "from_address": known[named],
    }
    return LawfulText(text, finding.value if finding.value > asked else order.send_from)


def sender_for(agency_id: int, kind: SmsClass, named: str, on: date, at: datetime) -> str:
    """The sender that was named, if it is the agency's; else its brand name, else its number."""
    numbers = OwnAddress.objects.filter(
        agency_id=agency_id, channel=SMS, valid_from__lte=at, valid_to__isnull=True
    )
    if named:
        if numbers.filter(address=named).exists():
            return named
        return _usable(agency_id, kind, named, on).name
    brand = next((one for one in brandnames_of(agency_id, on) if one.kind == kind), None)
    if brand is not None:
        return brand.name
    number = numbers.order_by("-can_answer", "id").first()
    return number.address if number else ""


def automatic_marks(agency_id: int, number: str) -> bool:
    """Whether what this number says automatically keeps its Vietnamese marks."""
    return OwnAddress.objects.filter(
        agency_id=agency_id, channel=SMS, address=number, valid_to__isnull=True, with_marks=True
    ).exists()


def brandnames_of(agency_id: int, on: date) -> list[Brandname]:
    """The brand names that the agency may send under on that day."""
    rows = Brandname.objects.filter(holder_id=agency_id, ended_at__isnull=True)
    return [one for one in rows if standing(one.granted_on, one.valid_to, on) in USABLE]


def _usable(agency_id: int, kind: SmsClass, named: str, on: date) -> Brandname:
    rows = list(
        Brandname.objects.filter(name__iexact=named, ended_at__isnull=True, holder_id=agency_id)
    )
    refuse_unless(rows, "channels.E102", name=named)
    rows = [one for one in rows if one.kind == kind]
    refuse_unless(rows, "channels.E103", name=named, kind=policy_on(on).classes[kind].label)
    usable = [one for one in rows if standing(one.granted_on, one.valid_to, on) in USABLE]
    refuse_if(not usable, "channels.E101", name=named, day=f"{rows[-1].valid_to:%d/%m/%Y}")
    return usable[0]


def _adverts_to(phone: str, at: datetime) -> int:
    return Attempt.objects.filter(
        channel=SMS,
        address=phone,
        message__created_at__gt=at - DAY,
        message__texts__sms__kind=SmsClass.ADVERTISING.value,
    ).count()


def _agreed(order: Order, at: datetime) -> bool:
    return Consent.objects.filter(
        agency_id=order.agency_id,
        channel=SMS,
        address=order.addresses[SMS],
        purpose=Consent.Purpose.CAMPAIGN,
        given_at__lte=at,
        withdrawn_at__isnull=True,
    ).exists()

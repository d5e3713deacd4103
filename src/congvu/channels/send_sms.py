"""Send one text to a few numbers: what exactly will go is worked out first, and shown.

Each number becomes a message of its own, with a key from the form: the form posted twice sends
once. Whoever gets it has agreed to it, or it is official duty under a clause that is named.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.channels import access
from congvu.channels.accept import CONSENT, DUTY, accept_message
from congvu.channels.add_withdrawal_link import SAMPLE_KEY, withdrawal_line
from congvu.channels.models import Brandname, Consent, Message
from congvu.channels.sms_policy import policy_on
from congvu.channels.sms_sender import sender_for
from congvu.channels.types import SMS, Order
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience
from congvu.rules.sms import Policy, SmsClass, phone, phone_words
from congvu.rules.sms_text import Measured, measure, written

MOST_NUMBERS = 20
BASES: Mapping[str, str] = {
    "QC.5.5": "Nhiệm vụ: giải quyết hồ sơ thủ tục hành chính (Điều 5 khoản 5)",
    "QC.5.3": "Nhiệm vụ: trao đổi thông tin, văn bản (Điều 5 khoản 3)",
    "QC.9.2.b": "Nhiệm vụ: trả lời thông tin đã gửi đến (Điều 9 khoản 2)",
    CONSENT: "Người nhận đã đồng ý nhận tin nhắn",
}
_PURPOSES = {"QC.9.2.b": Message.Purpose.REPLY}
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class SmsForm:
    """What was typed. `key`: the form's own name, so that posting it twice sends once."""

    phones: str
    text: str
    kind: str
    with_marks: bool
    basis: str
    sender: str
    key: str


@dataclass(frozen=True)
class SmsPreview:
    """What will go: to whom, under which name, the exact text with its parts, and the cost.

    `measured`: with the link by which the longest of those who agreed withdraw; `text`: without.
    """

    text: str
    numbers: tuple[str, ...]
    sender: str
    kind: SmsClass
    measured: Measured
    price: int | None
    doubtful: str

    @property
    def part_count(self) -> int:
        """Parts of one text, times the numbers."""
        return len(self.measured.parts) * len(self.numbers)

    @property
    def seal(self) -> str:
        """Names exactly this preview: another text, number or sender has another one."""
        whole = "\n".join([self.measured.text, self.sender, self.kind, *self.numbers])
        return hashlib.sha256(whole.encode()).hexdigest()[:32]

    @property
    def cost(self) -> int | None:
        """Đồng for all numbers; None when no price is known."""
        return None if self.price is None else self.price * self.part_count


@dataclass(frozen=True)
class SmsCount:
    """What is counted while somebody writes: both ways of writing, before anything is refused."""

    with_marks: Measured
    without_marks: Measured
    number_count: int
    price: int | None


def count_sms(form: SmsForm, *, by: Actor, at: datetime) -> SmsCount:
    """The two ways in which the text could go, and how many numbers are good already."""
    policy = policy_on(clock.local(at).date())
    text = clean_text(form.text)
    if form.basis == CONSENT and text:
        text += withdrawal_line(SMS, SAMPLE_KEY)
    pieces = [phone(one, policy) for one in _pieces(form.phones)]
    kind = SmsClass(form.kind) if form.kind in set(SmsClass) else SmsClass.CARE
    return SmsCount(
        with_marks=measure(written(text, with_marks=True)),
        without_marks=measure(written(text, with_marks=False)),
        number_count=len({one for one in pieces if one}),
        price=price_of(by.agency_id or 0, form.sender, kind),
    )


@clause("QC.6.1.e")
def preview_sms(form: SmsForm, *, by: Actor, at: datetime) -> SmsPreview:
    """Read the form; refuses what could not be sent, so that a preview is a promise."""
    access.refuse_sender(by)
    policy = policy_on(clock.local(at).date())
    text = written(clean_text(form.text), with_marks=form.with_marks)

    refuse_unless(form.kind in set(SmsClass), "channels.E112")
    refuse_unless(form.basis in BASES, "channels.E124")
    numbers = _numbers(form.phones, policy)
    refuse_unless(text, "channels.E108")
    keys = _keys_of(numbers, by, at) if form.basis == CONSENT else {}
    line = withdrawal_line(SMS, max(keys.values(), key=len)) if keys else ""
    measured = measure(written(f"{text}{line}", with_marks=form.with_marks))
    too_long = len(measured.parts) > policy.most_parts
    refuse_if(too_long, "channels.E109", parts=len(measured.parts), most=policy.most_parts)
    kind = SmsClass(form.kind)
    rule = policy.classes[kind]
    off = f"Loại tin “{rule.label}” không được dùng trong hệ thống này."
    refuse_unless(rule.is_enabled, "channels.E104", said=off)
    sender = sender_for(by.agency_id or 0, kind, form.sender, clock.local(at).date(), at)
    refuse_unless(sender, "channels.E125")
    if form.basis == CONSENT:
        _refuse_unasked(numbers, keys)
    return SmsPreview(
        text=text,
        numbers=numbers,
        sender=sender,
        kind=kind,
        measured=measured,
        price=price_of(by.agency_id or 0, sender, kind),
        doubtful="".join(sorted({one for one in text if one in policy.doubtful_characters})),
    )


@clause("QC.6.1.e", "QC.7.2", "QC.8.2.a")
def send_sms(form: SmsForm, *, seal: str, by: Actor, at: datetime) -> list[Message]:
    """Order what the preview with this seal showed: one message for each number.

    Refuses (E129) what is no longer what was shown.
    """
    with transaction.atomic():
        seen = preview_sms(form, by=by, at=at)

        refuse_unless(_KEY.fullmatch(form.key), "channels.E128")
        refuse_unless(seal == seen.seal, "channels.E129")

        return [
            accept_message(_order(form, seen, number, by), by=by, at=at) for number in seen.numbers
        ]


def price_of(agency_id: int, sender: str, kind: SmsClass) -> int | None:
    """Đồng a part under this name, as it was registered."""
    prices = Brandname.objects.filter(
        holder_id=agency_id, name=sender, kind=kind, ended_at__isnull=True
    )
    return prices.order_by("-granted_on").values_list("price", flat=True).first()


def _numbers(typed: str, policy: Policy) -> tuple[str, ...]:
    """Numbers between commas, semicolons or lines; the same twice is one."""
    pieces = _pieces(typed)
    read = {one: phone(one, policy) for one in pieces}
    wrong = [one for one, number in read.items() if number is None]

    refuse_unless(pieces, "channels.E106")
    refuse_if(wrong, "channels.E105", numbers=", ".join(wrong[:5])[:120])
    numbers = tuple(dict.fromkeys(number for number in read.values() if number))
    refuse_if(len(numbers) > MOST_NUMBERS, "channels.E107", most=MOST_NUMBERS)
    return numbers


def _pieces(typed: str) -> list[str]:
    return [one.strip() for one in re.split(r"[,;\n]+", typed) if one.strip()]


def _keys_of(numbers: tuple[str, ...], by: Actor, at: datetime) -> dict[str, str]:
    """Who agreed, each with the key that ends it."""
    lines = Consent.objects.filter(
        agency_id=by.agency_id,
        channel=SMS,
        purpose=Consent.Purpose.NOTICE,
        address__in=numbers,
        given_at__lte=at,
        withdrawn_at__isnull=True,
    )
    return dict(lines.values_list("address", "withdrawal_key"))


def _refuse_unasked(numbers: tuple[str, ...], agreed: Mapping[str, str]) -> None:
    missing = [phone_words(one) for one in numbers if one not in agreed]
    if missing:
        raise refusal("channels.E127", numbers=", ".join(missing[:5]))


def _order(form: SmsForm, seen: SmsPreview, number: str, by: Actor) -> Order:
    is_consent = form.basis == CONSENT
    return Order(
        agency_id=by.agency_id or 0,
        key=f"sms-{by.agency_id}-{form.key}-{number}",
        purpose=_PURPOSES.get(form.basis, Message.Purpose.NOTICE),
        audience=Audience.PERSON,
        roads=(SMS,),
        addresses={SMS: number},
        texts={
            SMS: {
                "text": seen.text,
                "kind": seen.kind.value,
                "with_marks": form.with_marks,
                "from_address": seen.sender,
            }
        },
        basis=CONSENT if is_consent else f"{DUTY} {form.basis}",
        subject=("sms", by.posting_id or 0),
    )

"""Acknowledge an inbound message automatically: once, never to machines, capped per sender."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q

from congvu.channels.accept import DUTY, accept_message
from congvu.channels.events import MessageEntered
from congvu.channels.models import InboundMessage, Lane, Message
from congvu.channels.sms_sender import automatic_marks
from congvu.channels.states import InboundState
from congvu.channels.types import MAIL, SMS, ZALO, Order
from congvu.kit import clock
from congvu.kit.evidence import kept
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.rules import replies
from congvu.rules.calendar import Opening
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.moments import Audience
from congvu.rules.words import moment_words, short_moment_words

# RFC 3834: never let two machines talk; beyond this a sender gets no more words for the time.
PER_HOUR, PER_DAY = 5, 20


@clause("QC.9.2.a")
def acknowledge_receipt(event: MessageEntered) -> None:
    """Reaction: tell the sender that it arrived, with the reference and the legal moment."""
    with transaction.atomic():
        inbound = InboundMessage.objects.select_for_update(of=("self",)).get(id=event.inbound_id)
        finding = _may_acknowledge(inbound, event.at)
        if finding.value:
            finding = _order_acknowledgement(inbound, finding, event.at)
        inbound.ack_finding = kept(finding)
        inbound.save(update_fields=["ack_finding", "acknowledgement"])


def _order_acknowledgement(
    inbound: InboundMessage, finding: Finding[bool], at: datetime
) -> Finding[bool]:
    """Order it; what refuses it (a channel that may not be used) is kept as the reason."""
    try:
        with transaction.atomic():
            inbound.acknowledgement = accept_message(_order(inbound, at), by=None, at=at)
    except Refusal as refused:
        return Finding(False, refused.clause, "", f"Chưa tự động trả lời: {refused.say}")
    return finding


def _may_acknowledge(inbound: InboundMessage, at: datetime) -> Finding[bool]:
    facts = inbound.facts
    finding = replies.must_acknowledge(
        replies.Arrival(
            is_automatic=bool(facts.get("is_automatic")),
            is_bulk=bool(facts.get("is_bulk")),
            is_forged=bool(facts.get("is_forged")),
            can_answer=bool(facts.get("can_answer", True)) and bool(inbound.from_address),
            is_acknowledged=inbound.acknowledgement_id is not None,
        )
    )
    if finding.value and _heard_enough(inbound, at):
        said = (
            f"Không tự động trả lời vì người gửi đã nhận {PER_HOUR} tin báo trong một giờ "
            f"hoặc {PER_DAY} tin báo trong một ngày; tin vẫn được tiếp nhận."
        )
        return Finding(False, "QC.9.2.a", "", said)
    return finding


def _heard_enough(inbound: InboundMessage, at: datetime) -> bool:
    told = InboundMessage.objects.filter(
        from_address=inbound.from_address,
        acknowledgement__isnull=False,
        entered_at__gt=at - timedelta(days=1),
    ).aggregate(day=Count("id"), hour=Count("id", filter=Q(entered_at__gt=at - timedelta(hours=1))))
    return bool(told["hour"] >= PER_HOUR or told["day"] >= PER_DAY)


def _order(inbound: InboundMessage, at: datetime) -> Order:
    return Order(
        agency_id=inbound.agency_id,
        key=f"ack-{inbound.id}",
        purpose=Message.Purpose.ACKNOWLEDGEMENT,
        audience=Audience(inbound.audience),
        roads=(inbound.channel,),
        addresses={inbound.channel: inbound.from_address},
        texts=answer_texts(inbound, _words(inbound, at), f"[Đã nhận #{inbound.reference}]"),
        basis=f"{DUTY} QC.9.2.a",
        to_agency_id=inbound.from_agency_id,
        to_name=inbound.from_name,
        lane=Lane.NOW,
        subject=("inbound", inbound.id),
        from_person_id=inbound.to_person_id,
    )


def answer_texts(
    inbound: InboundMessage, words: str, mark: str, *, is_automatic: bool = True
) -> dict[str, dict[str, object]]:
    """One answer as its channel carries it; a mail answers in its own thread, and what is said
    automatically by text goes as its number is set (without marks: fewer parts)."""
    if inbound.channel == MAIL:
        text = {
            "subject": f"{mark} {inbound.subject}".strip()[:250],
            "text": words,
            "in_reply_to": inbound.message_id,
            "from_address": inbound.to_address,
            "is_automatic": is_automatic,
        }
        return {MAIL: text}
    if inbound.channel == SMS:
        has_marks = not is_automatic or automatic_marks(inbound.agency_id, inbound.to_address)
        return {SMS: {"text": words, "with_marks": has_marks, "from_address": inbound.to_address}}
    return {ZALO: {"text": words, "kind": "cs", "oa": inbound.to_address}}


def _words(inbound: InboundMessage, at: datetime) -> str:
    if inbound.channel == SMS:
        return _short_words(inbound, at)
    agency = orgs.agency(inbound.agency_id)
    lines = [
        f"{agency.name} đã nhận được thông tin của Ông/Bà lúc {moment_words(inbound.entered_at)}.",
        f"Mã tra cứu: {inbound.reference}.",
    ]
    if inbound.received_at > inbound.entered_at:
        lines.append(f"Thời điểm tiếp nhận được tính là {moment_words(inbound.received_at)}.")
    if not orgs.working_calendar(inbound.agency_id, at).is_working_time(clock.local(at)):
        opening = moment_words(_opening(inbound.agency_id, at))
        lines.append(f"Cơ quan làm việc trở lại lúc {opening}.")
    if agency.address:
        lines.append(f"Địa chỉ: {agency.address}.")
    if inbound.state == InboundState.WAITING:
        lines.append("Đây là tin tự động, Ông/Bà không cần trả lời tin này.")
    return "\n".join(lines)


def _short_words(inbound: InboundMessage, at: datetime) -> str:
    """The same in one part where the agency's name allows it: each part of a text costs."""
    name = orgs.agency(inbound.agency_id).name
    said = [
        f"{name} đã nhận tin của Ông/Bà lúc {short_moment_words(inbound.entered_at)}.",
        f"Mã tra cứu {inbound.reference}.",
    ]
    if inbound.received_at > inbound.entered_at:
        said.append(f"Tính là nhận lúc {short_moment_words(inbound.received_at)}.")
    elif not orgs.working_calendar(inbound.agency_id, at).is_working_time(clock.local(at)):
        said.append(f"Làm việc lại {short_moment_words(_opening(inbound.agency_id, at))}.")
    return " ".join(said)


def _opening(agency_id: int, at: datetime) -> datetime:
    """When work resumes: after lunch, or in the morning of the next working day."""
    calendar = orgs.working_calendar(agency_id, at)
    return calendar.next_opening(clock.local(at), Opening.NEXT_BLOCK)

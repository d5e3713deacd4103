"""Answer for an owner who is away: once per sender and rule, never to machines (RFC 3834)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from congvu.channels.accept import DUTY, accept_message
from congvu.channels.models import InboundMessage, Message
from congvu.channels.types import MAIL, Order
from congvu.kit import clock, wall
from congvu.kit.refusal import Refusal
from congvu.mailboxes.models import AwayAnswer, AwayRule, Letter, Mailbox, MailItem
from congvu.mailboxes.start_draft import marked
from congvu.mailboxes.states import Part
from congvu.mailboxes.types import Addressee, Words
from congvu.mailboxes.write_letter import write_letter
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience

SILENT = ("is_automatic", "is_bulk", "wants_no_answer", "is_forged")


@clause("QC.9.2.a")
def answer_letter_away(*, letter_id: int, at: datetime) -> int:
    """Answers for every absent recipient of a letter of ours; how many were written."""
    with wall.crossing_agencies(), transaction.atomic():
        letter = Letter.objects.select_related("mailbox").filter(id=letter_id).first()
        if letter is None or letter.is_automatic:
            return 0
        boxes = [one.to_mailbox_id for one in letter.recipients.all() if one.to_mailbox_id]
        rules = [one for one in _running(boxes, at) if one.mailbox_id != letter.mailbox_id]
        return sum(_answer_inside(rule, letter, at) for rule in rules)


@clause("QC.9.2.a")
def answer_inbound_away(*, inbound_id: int, at: datetime) -> int:
    """The same for a mail that came in from outside; 1 when it was answered."""
    with wall.crossing_agencies(), transaction.atomic():
        inbound = InboundMessage.objects.filter(id=inbound_id).first()
        item = MailItem.objects.filter(inbound_id=inbound_id).first()
        if inbound is None or item is None or not _may_answer(inbound):
            return 0
        return sum(_answer_outside(rule, inbound, at) for rule in _running([item.mailbox_id], at))


def _running(mailbox_ids: Iterable[int], at: datetime) -> Iterable[AwayRule]:
    rules: Iterable[AwayRule] = AwayRule.objects.select_related("mailbox").filter(
        mailbox_id__in=mailbox_ids, ended_at__isnull=True, starts_at__lte=at, ends_at__gt=at
    )
    return rules


def _may_answer(inbound: InboundMessage) -> bool:
    facts = inbound.facts
    can_answer = facts.get("can_answer", True) and "@" in inbound.from_address
    return bool(can_answer) and not any(facts.get(name) for name in SILENT)


def _first_time(rule: AwayRule, address: str, at: datetime) -> AwayAnswer | None:
    answer, is_new = AwayAnswer.objects.get_or_create(
        rule=rule,
        address=address.lower(),
        defaults={"agency_id": rule.agency_id, "person_id": rule.person_id, "at": at},
    )
    return answer if is_new else None


def _answer_inside(rule: AwayRule, letter: Letter, at: datetime) -> int:
    if _first_time(rule, letter.from_address, at) is None:
        return 0
    sender = Mailbox.objects.get(id=letter.mailbox_id)
    words = Words(
        subject=marked("Trả lời tự động:", letter.subject),
        text=_text(rule),
        thread=letter.thread,
        is_automatic=True,
    )
    to = Addressee(sender.name, sender.address, Part.TO, sender)
    write_letter(rule.mailbox, words, [to], by=None, at=at)
    return 1


def _answer_outside(rule: AwayRule, inbound: InboundMessage, at: datetime) -> int:
    answer = _first_time(rule, inbound.from_address, at)
    if answer is None:
        return 0
    text = {
        "subject": marked("Trả lời tự động:", inbound.subject)[:250],
        "text": _text(rule),
        "in_reply_to": inbound.message_id,
        "from_address": rule.mailbox.address,
        "from_name": rule.mailbox.name,
        "is_automatic": True,
    }
    order = Order(
        agency_id=rule.agency_id,
        key=f"away-{answer.id}",
        purpose=Message.Purpose.ACKNOWLEDGEMENT,
        audience=Audience(inbound.audience),
        roads=(MAIL,),
        addresses={MAIL: inbound.from_address},
        texts={MAIL: text},
        basis=f"{DUTY} QC.9.2.a",
        to_name=inbound.from_name,
        subject=("inbound", inbound.id),
        from_person_id=rule.person_id,
    )
    try:
        accept_message(order, by=None, at=at)
    except Refusal:  # mail may not be used at this time: nobody is told, nothing is lost
        return 0
    return 1


def _text(rule: AwayRule) -> str:
    first, last = clock.local(rule.starts_at), clock.local(rule.ends_at)
    until = f"Thời gian vắng: từ {first:%d/%m/%Y} đến trước {last:%H:%M} ngày {last:%d/%m/%Y}."
    return f"{rule.text}\n\n{until}\nĐây là thư tự động, không cần trả lời thư này."

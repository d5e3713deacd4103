"""Answer the sender of a message that is ours, over the channel on which it came."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.accept import DUTY, accept_message
from congvu.channels.acknowledge import answer_texts
from congvu.channels.assign import OURS, end_handling
from congvu.channels.decline import write_decision
from congvu.channels.models import Answer, InboundMessage, Lane, Message
from congvu.channels.states import AnswerState, InboundState
from congvu.channels.take_up import take_up
from congvu.channels.types import Order
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience

LEAST, MOST = 5, 4000


@clause("QC.8.2.a", "QC.9.2", "QC.10.2")
def answer_inbound(*, inbound_id: int, text: str, by: Actor, at: datetime) -> Answer:
    """Send `text`; what waits is taken up by it. It may be answered more than once.

    Refuses (E302) what is not ours to answer, (E303) too few or too many words, (E008) a sender
    who cannot be written to over this channel.
    """
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="answer", lock=True)
        text = clean_text(text).strip()

        refuse_unanswerable(inbound, text)

        if inbound.state == InboundState.WAITING:
            inbound = take_up(inbound_id=inbound.id, by=by, at=at)
        answer = Answer.objects.create(
            agency_id=inbound.agency_id,
            inbound=inbound,
            text=text,
            state=AnswerState.SENT,
            by_id=by.posting_id,
            at=at,
        )
        send_answer(answer, inbound, by, at)
    return answer


@clause("QC.9.2", "QC.10.2")
def note_answered(*, inbound_id: int, message: Message | None, by: Actor, at: datetime) -> None:
    """Its sender was answered by a letter from the agency's mailbox: ours, and answered; the clock
    stops. What was decided otherwise before stays. In the caller's transaction, by its access."""
    inbound = InboundMessage.objects.select_for_update(of=("self",)).get(id=inbound_id)
    if inbound.state not in OURS | {InboundState.WAITING}:
        return
    if inbound.state == InboundState.WAITING:
        write_decision(inbound, InboundState.TAKEN, "trả lời từ hộp thư cơ quan", by, at)
    _settle(inbound, message, by, at)


def refuse_unanswerable(inbound: InboundMessage, text: str) -> None:
    """What an answer needs, whoever sends it."""
    refuse_unless(
        inbound.state in OURS | {InboundState.WAITING},
        "channels.E302",
        state=inbound.get_state_display(),
    )
    refuse_unless(LEAST <= len(text) <= MOST, "channels.E303", most=MOST)
    refuse_unless(inbound.facts.get("can_answer", True), "channels.E008")


def send_answer(answer: Answer, inbound: InboundMessage, by: Actor, at: datetime) -> None:
    """Order the message; the message that came in counts as answered. In the caller's
    transaction."""
    answer.message = accept_message(_order(answer, inbound), by=by, at=at)
    answer.save(update_fields=["message"])
    _settle(inbound, answer.message, by, at)


def _settle(inbound: InboundMessage, message: Message | None, by: Actor, at: datetime) -> None:
    inbound.reply, inbound.state = message or inbound.reply, InboundState.ANSWERED
    inbound.save(update_fields=["reply", "state"])
    end_handling(inbound, at)

    write_entry(
        "channels.answered",
        by=by,
        at=at,
        on=("inbound_message", inbound.id),
        clause="QC.10.2",
        details={"reference": inbound.reference, "message": message.id if message else None},
    )


def _order(answer: Answer, inbound: InboundMessage) -> Order:
    mark = f"[Trả lời #{inbound.reference}]"
    return Order(
        agency_id=inbound.agency_id,
        key=f"answer-{answer.id}",
        purpose=Message.Purpose.REPLY,
        audience=Audience(inbound.audience),
        roads=(inbound.channel,),
        addresses={inbound.channel: inbound.from_address},
        texts=answer_texts(inbound, answer.text, mark, is_automatic=False),
        basis=f"{DUTY} QC.10.2",
        to_agency_id=inbound.from_agency_id,
        to_name=inbound.from_name,
        lane=Lane.NORMAL,
        subject=("inbound", inbound.id),
    )

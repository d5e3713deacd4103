"""Decide on a proposed answer: a leader sends it, perhaps corrected, or gives it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.answer import refuse_unanswerable, send_answer
from congvu.channels.models import Answer, InboundMessage, InboundNotice
from congvu.channels.states import AnswerState
from congvu.channels.tell import tell
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.9.2", "QC.10.2")
def approve_answer(*, inbound_id: int, text: str, by: Actor, at: datetime) -> Answer:
    """Send the proposal as the leader leaves it; any leader may (E306: none waits)."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="approve", lock=True)
        answer = _waiting(inbound)
        text = clean_text(text).strip() or answer.text

        refuse_unanswerable(inbound, text)

        answer.text, answer.state = text, AnswerState.SENT
        answer.decided_by_id, answer.decided_at = by.posting_id, at
        answer.save()
        send_answer(answer, inbound, by, at)
    return answer


@clause("QC.9.2", "QC.10.2")
def send_back_answer(*, inbound_id: int, reason: str, by: Actor, at: datetime) -> Answer:
    """Give the proposal back to whoever wrote it, with the reason (E307)."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="approve", lock=True)
        answer = _waiting(inbound)
        reason = clean_text(reason).strip()

        refuse_unless(5 <= len(reason) <= 1000, "channels.E307")

        answer.state, answer.said = AnswerState.SENT_BACK, reason
        answer.decided_by_id, answer.decided_at = by.posting_id, at
        answer.save()

        write_entry(
            "channels.answer_sent_back",
            by=by,
            at=at,
            on=("inbound_message", inbound.id),
            clause="QC.10.2",
            details={"reason": reason, "reference": inbound.reference},
        )
        tell(
            inbound,
            to=[answer.by_id],
            kind=InboundNotice.Kind.SENT_BACK,
            key=f"tra-lai-{answer.id}",
            text=f"{by.full_name} trả lại dự thảo trả lời {inbound.reference}: {reason}",
            at=at,
        )
    return answer


def _waiting(inbound: InboundMessage) -> Answer:
    answer = Answer.objects.filter(inbound=inbound, state=AnswerState.PROPOSED).first()
    refuse_if(answer is None, "channels.E306")
    return answer

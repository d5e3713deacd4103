"""Propose an answer to a leader, who sends it or gives it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.answer import refuse_unanswerable
from congvu.channels.models import Answer, InboundNotice
from congvu.channels.states import AnswerState, InboundState
from congvu.channels.take_up import take_up
from congvu.channels.tell import tell
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.9.2", "QC.10.2")
def propose_answer(
    *, inbound_id: int, text: str, to_posting_id: int, by: Actor, at: datetime
) -> Answer:
    """Nothing leaves before the leader has approved; one proposal waits at a time (E305)."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="answer", lock=True)
        text = clean_text(text).strip()
        leaders = orgs.leaders_of(inbound.agency_id, clock.local(at).date())
        waiting = Answer.objects.filter(inbound=inbound, state=AnswerState.PROPOSED)

        refuse_unanswerable(inbound, text)
        refuse_unless(to_posting_id in {one.posting_id for one in leaders}, "channels.E304")
        refuse_if(waiting.exists(), "channels.E305")

        if inbound.state == InboundState.WAITING:
            inbound = take_up(inbound_id=inbound.id, by=by, at=at)
        answer = Answer.objects.create(
            agency_id=inbound.agency_id,
            inbound=inbound,
            text=text,
            state=AnswerState.PROPOSED,
            by_id=by.posting_id,
            at=at,
            to_id=to_posting_id,
        )

        write_entry(
            "channels.answer_proposed",
            by=by,
            at=at,
            on=("inbound_message", inbound.id),
            clause="QC.10.2",
            details={"to": to_posting_id, "reference": inbound.reference},
        )
        tell(
            inbound,
            to=[to_posting_id],
            kind=InboundNotice.Kind.APPROVAL,
            key=f"duyet-{answer.id}",
            text=f"{by.full_name} trình duyệt trả lời thông tin đến {inbound.reference}: "
            f"{inbound.subject or inbound.text[:80]}",
            at=at,
        )
    return answer

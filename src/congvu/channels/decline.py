"""Tell a sender that the matter is not ours, and where to turn: within two working hours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.accept import DUTY, accept_message
from congvu.channels.acknowledge import answer_texts
from congvu.channels.events import InboundDecided
from congvu.channels.models import InboundMessage, Lane, Message
from congvu.channels.states import InboundState
from congvu.channels.take_in import SUBJECT
from congvu.channels.types import Order
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience
from congvu.timers.stop import stop_timers_of

LEAST = 10


@clause("QC.9.2.b")
def decline_inbound(*, inbound_id: int, text: str, by: Actor, at: datetime) -> InboundMessage:
    """Answer with `text`, which says where to turn, over the channel on which it came."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="decide", lock=True)
        text = clean_text(text).strip()

        refuse_undecidable(inbound)
        refuse_unless(len(text) >= LEAST, "channels.E007")
        refuse_unless(inbound.facts.get("can_answer", True), "channels.E008")

        inbound.reply = accept_message(_order(inbound, text), by=by, at=at)
        write_decision(inbound, InboundState.DECLINED, text, by, at)
    return inbound


def refuse_undecidable(inbound: InboundMessage) -> None:
    """Only what waits can be decided."""
    refuse_unless(
        inbound.state == InboundState.WAITING,
        "channels.E006",
        state=inbound.get_state_display(),
    )


def write_decision(
    inbound: InboundMessage, state: str, decision: str, by: Actor, at: datetime
) -> None:
    """Record who decided what; the clock stops. In the caller's transaction."""
    inbound.state = state
    inbound.decision = decision[:2000]
    inbound.decided_by_id = by.posting_id
    inbound.decided_at = at
    calendar = orgs.working_calendar(inbound.agency_id, at)
    inbound.decided_in = calendar.minutes_between(inbound.received_at, max(at, inbound.received_at))
    inbound.save()
    stop_timers_of(subject=(SUBJECT, inbound.id), by=by, at=at, reason=inbound.get_state_display())

    write_entry(
        "channels.decided",
        by=by,
        at=at,
        on=("inbound_message", inbound.id),
        clause="QC.9.2.b",
        details={"state": str(state), "reference": inbound.reference},
    )
    publish(InboundDecided(inbound_id=inbound.id, at=at))


def _order(inbound: InboundMessage, text: str) -> Order:
    mark = f"[Không thuộc phạm vi giải quyết #{inbound.reference}]"
    return Order(
        agency_id=inbound.agency_id,
        key=f"decline-{inbound.id}",
        purpose=Message.Purpose.DECLINE,
        audience=Audience(inbound.audience),
        roads=(inbound.channel,),
        addresses={inbound.channel: inbound.from_address},
        texts=answer_texts(inbound, text, mark, is_automatic=False),
        basis=f"{DUTY} QC.9.2.b",
        to_agency_id=inbound.from_agency_id,
        to_name=inbound.from_name,
        lane=Lane.NOW,
        subject=("inbound", inbound.id),
    )

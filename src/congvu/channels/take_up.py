"""Take an inbound message up as ours, or note that it needs nothing; its clock stops (QC.9.2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.decline import refuse_undecidable, write_decision
from congvu.channels.models import InboundMessage
from congvu.channels.states import InboundState
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.9.2.b")
def take_up(
    *,
    inbound_id: int,
    by: Actor,
    at: datetime,
    note: str = "",
    became: tuple[str, int] | None = None,
) -> InboundMessage:
    """It is within our competence; `became` names what it was made into, if it was."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="decide", lock=True)

        refuse_undecidable(inbound)

        if became:
            inbound.became_kind, inbound.became_id = became
        write_decision(inbound, InboundState.TAKEN, clean_text(note).strip(), by, at)
    return inbound


@clause("QC.9.2")
def note_became(
    *, inbound_id: int, became: tuple[str, int], by: Actor, at: datetime
) -> InboundMessage:
    """What it was made into by a room above; what waits is taken up by it. Once only (E317)."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="decide", lock=True)

        refuse_if(inbound.became_id is not None, "channels.E317")
        refuse_unless(
            inbound.state in {InboundState.WAITING, InboundState.TAKEN, InboundState.ANSWERED},
            "channels.E302",
            state=inbound.get_state_display(),
        )

        if inbound.state == InboundState.WAITING:
            return take_up(inbound_id=inbound.id, by=by, at=at, became=became)
        inbound.became_kind, inbound.became_id = became
        inbound.save(update_fields=["became_kind", "became_id"])
        write_entry(
            "channels.became",
            by=by,
            at=at,
            on=("inbound_message", inbound.id),
            clause="QC.9.2",
            details={"kind": became[0], "id": became[1], "reference": inbound.reference},
        )
    return inbound


@clause("QC.9.2.b")
def set_aside(*, inbound_id: int, note: str, by: Actor, at: datetime) -> InboundMessage:
    """It asks for nothing (thanks, spam, a wrong dial): noted with the reason, nobody is told."""
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="decide", lock=True)

        refuse_undecidable(inbound)

        write_decision(inbound, InboundState.NO_ACTION, clean_text(note).strip(), by, at)
    return inbound

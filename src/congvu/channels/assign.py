"""Assign a message that is ours to the colleague who answers it, by when, with a note."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.models import Handling, InboundMessage, InboundNotice
from congvu.channels.states import InboundState
from congvu.channels.take_up import take_up
from congvu.channels.tell import tell
from congvu.kit import clock
from congvu.kit.evidence import kept
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import deadlines
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding

OURS = frozenset({InboundState.TAKEN, InboundState.ANSWERED})


@clause("QC.9.2.b", "QC.10.2")
def assign_inbound(
    *, inbound_id: int, to_posting_id: int, note: str, due_on: date | None, by: Actor, at: datetime
) -> Handling:
    """What waits is taken up by it; an earlier assignment ends.

    Refuses (E300) somebody who does not serve in the agency, (E301) a due day in the past, and
    (E302) what is not ours to answer.
    """
    with transaction.atomic():
        inbound = access.inbound_for(by, inbound_id, to="decide", lock=True)
        note = clean_text(note).strip()[:1000]
        person = orgs.posting(to_posting_id)
        today = clock.local(at).date()

        refuse_unless(
            person is not None
            and person.agency_id == inbound.agency_id
            and (person.valid_to is None or person.valid_to >= today),
            "channels.E300",
        )
        refuse_if(due_on is not None and due_on < today, "channels.E301")
        refuse_unless(
            inbound.state in OURS | {InboundState.WAITING},
            "channels.E302",
            state=inbound.get_state_display(),
        )

        if inbound.state == InboundState.WAITING:
            inbound = take_up(inbound_id=inbound.id, note=note, by=by, at=at)
        end_handling(inbound, at)
        due = _due(due_on, inbound.agency_id, at)
        handling = Handling.objects.create(
            agency_id=inbound.agency_id,
            inbound=inbound,
            to_id=to_posting_id,
            note=note,
            due_at=due.value if due else None,
            due_finding=kept(due) if due else {},
            by_id=by.posting_id,
            at=at,
        )

        _write(handling, inbound, by, at)
    return handling


def end_handling(inbound: InboundMessage, at: datetime) -> None:
    """Nobody is to answer it any more; in the caller's transaction."""
    Handling.objects.filter(inbound=inbound, ended_at__isnull=True).update(ended_at=at)


def _due(due_on: date | None, agency_id: int, at: datetime) -> Finding[datetime] | None:
    if due_on is None:
        return None
    return deadlines.finish_by_date(at, due_on, orgs.working_calendar(agency_id, at))


def _write(handling: Handling, inbound: InboundMessage, by: Actor, at: datetime) -> None:
    write_entry(
        "channels.assigned",
        by=by,
        at=at,
        on=("inbound_message", inbound.id),
        clause="QC.9.2.b",
        details={
            "to": handling.to_id,
            "due": handling.due_at.isoformat() if handling.due_at else "",
            "reference": inbound.reference,
        },
    )
    tell(
        inbound,
        to=[handling.to_id],
        kind=InboundNotice.Kind.ASSIGNED,
        key=f"giao-{handling.id}",
        text=f"{by.full_name} giao trả lời thông tin đến {inbound.reference}: "
        f"{inbound.subject or inbound.text[:80]}" + (f". {handling.note}" if handling.note else ""),
        at=at,
    )

"""Assign the work on an arrival: who leads, who supports, who is informed, by when and why.

ND30 Điều 23.2, 23.4; an unregistered arrival creates no duty (Điều 22.1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Arrival, Reader, Registration
from congvu.documents.states import ArrivalState, become
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.evidence import kept
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import deadlines
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.tasks.events import TaskAssigned
from congvu.tasks.models import Assignment, Direction, Task
from congvu.tasks.present import answer_presentations, serving
from congvu.tasks.states import TaskState
from congvu.timers.start import start_timer_until


@dataclass(frozen=True)
class Parts:
    """Who does what: posting ids of the lead, the supporters and the informed."""

    lead: int
    support: Sequence[int] = ()
    info: Sequence[int] = ()

    def everybody(self) -> list[tuple[int, str]]:
        """Each posting once, in its strongest part."""
        parts: dict[int, str] = {}
        for posting_id in self.info:
            parts[posting_id] = Assignment.Part.INFO
        for posting_id in self.support:
            parts[posting_id] = Assignment.Part.SUPPORT
        parts[self.lead] = Assignment.Part.LEAD
        return list(parts.items())


@clause("QC.5.1", "ND30.23.2", "ND30.23.4", "ND30.22.1")
def assign_task(
    *,
    arrival_id: int,
    title: str,
    parts: Parts,
    due_on: date | None,
    by: Actor,
    at: datetime,
    direction_id: int | None = None,
) -> Task:
    """Make a task of an arrival and give everybody their part; the clock starts here."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="assign", lock=True)
        title = plain_spaces(clean_text(title))

        refuse_unless(Registration.objects.filter(arrival=arrival).exists(), "tasks.E002")
        refuse_if(arrival.state in _ENDED, "tasks.E013")
        refuse_unless(0 < len(title) <= 2000, "tasks.E014")
        refuse_unless(parts.lead, "tasks.E004")
        refuse_if(_anybody_gone(parts, arrival.agency_id, at), "tasks.E005")
        refuse_if(_is_past(due_on, at), "tasks.E006", due=f"{due_on or at:%d/%m/%Y}")
        refuse_if(_has_this_work(arrival, parts, by), "tasks.E015")

        due = _due(due_on, arrival.agency_id, at)
        task = Task.objects.create(
            agency_id=arrival.agency_id,
            arrival=arrival,
            direction=Direction.objects.filter(id=direction_id, arrival=arrival).first(),
            title=title,
            state=TaskState.ASSIGNED,
            by_id=by.posting_id,
            at=at,
            due_at=due.value if due else None,
            due_finding=kept(due) if due else {},
            changed_at=at,
        )
        _give_parts(task, arrival, parts, by, at)
        _move_arrival(arrival, by, at)
        if due:
            start_timer_until(
                subject=("task", task.id),
                kind="handle",
                agency_id=task.agency_id,
                started_at=at,
                due_at=due.value,
                clause=due.clause,
                by=by,
                at=at,
            )

        write_entry(
            "tasks.assigned",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.23.2",
            details={"task": task.id, "parts": dict(parts.everybody()), "due": task.due_at},
        )
        publish(TaskAssigned(task_id=task.id, arrival_id=arrival.id, at=at))
    return task


_ENDED = frozenset({ArrivalState.DONE, ArrivalState.HANDED_BACK, ArrivalState.RECALLED})


def _anybody_gone(parts: Parts, agency_id: int, at: datetime) -> bool:
    return any(serving(posting_id, agency_id, at) is None for posting_id, _ in parts.everybody())


def _has_this_work(arrival: Arrival, parts: Parts, by: Actor) -> bool:
    """A second click or tab: this lead already has open work on this arrival from this giver."""
    return Assignment.objects.filter(
        task__arrival=arrival,
        task__by_id=by.posting_id,
        task__state__in=[TaskState.ASSIGNED, TaskState.IN_WORK, TaskState.SUSPENDED],
        to_id=parts.lead,
        part=Assignment.Part.LEAD,
    ).exists()


def _is_past(due_on: date | None, at: datetime) -> bool:
    return due_on is not None and due_on < clock.local(at).date()


def _due(due_on: date | None, agency_id: int, at: datetime) -> Finding[datetime] | None:
    if due_on is None:
        return None
    return deadlines.finish_by_date(at, due_on, orgs.working_calendar(agency_id, at))


def _give_parts(task: Task, arrival: Arrival, parts: Parts, by: Actor, at: datetime) -> None:
    everybody = parts.everybody()
    Assignment.objects.bulk_create(
        Assignment(
            agency_id=task.agency_id,
            task=task,
            to_id=posting_id,
            part=part,
            due_at=task.due_at,
            by_id=by.posting_id,
            at=at,
        )
        for posting_id, part in everybody
    )
    Reader.objects.bulk_create(
        [
            Reader(
                agency_id=task.agency_id,
                document_id=arrival.document_id,
                posting_id=posting_id,
                reason="tasks.assigned",
                at=at,
            )
            for posting_id, _ in everybody
        ],
        ignore_conflicts=True,
    )


def _move_arrival(arrival: Arrival, by: Actor, at: datetime) -> None:
    if arrival.state in {ArrivalState.REGISTERED, ArrivalState.PRESENTED}:
        become(arrival, ArrivalState.ASSIGNED, at)
    answer_presentations(arrival, by, at)

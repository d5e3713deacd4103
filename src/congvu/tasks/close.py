"""Close a task: by hand with its result, or because the answering document was issued."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents.events import DocumentIssued
from congvu.documents.models import Arrival, Document
from congvu.documents.states import ArrivalState
from congvu.documents.states import become as arrival_becomes
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause
from congvu.tasks import access
from congvu.tasks.events import TaskClosed
from congvu.tasks.models import Assignment, Presentation, Task
from congvu.tasks.states import TaskState, become
from congvu.timers.stop import stop_timers_of

OPEN = [TaskState.ASSIGNED, TaskState.IN_WORK, TaskState.SUSPENDED]


@clause("ND30.24", "QC.10.1")
def close_task(*, task_id: int, note: str, by: Actor, at: datetime) -> Task:
    """The lead, or a leader of the agency, ends the task and says with what result."""
    with transaction.atomic():
        task = access.task_for(by, task_id, lock=True)
        note = clean_text(note).strip()

        refuse_unless(access.leads(task, by) or by.has(LEADER), "tasks.E008")
        refuse_unless(0 < len(note) <= 2000, "tasks.E010")

        _end(task, at, note=note, document=None)

        write_entry("tasks.closed", by=by, at=at, on=("task", task.id), clause="ND30.24")
        _tell(task, at)
    return task


@clause("ND30.24")
def close_answered(event: DocumentIssued) -> None:
    """Reaction to an issue: the tasks that the document answers are done."""
    with transaction.atomic():
        document = Document.objects.get(id=event.document_id)
        answered = Task.objects.select_for_update(of=("self",)).filter(
            arrival__document_id=document.reply_to_id,
            arrival__document_id__isnull=False,
            agency_id=document.agency_id,
            state__in=[TaskState.ASSIGNED, TaskState.IN_WORK],
        )
        for task in answered:
            _end(task, event.at, note="", document=document)
            write_entry(
                "tasks.closed_by_answer",
                by=None,
                at=event.at,
                agency_id=task.agency_id,
                on=("task", task.id),
                clause="ND30.24",
                details={"document": document.id, "symbol": document.symbol},
            )
            _tell(task, event.at)


def _end(task: Task, at: datetime, *, note: str, document: Document | None) -> None:
    become(task, TaskState.DONE, at)
    task.percent = 100
    task.closed_at = at
    task.closing_note = note
    task.closed_with = document
    task.save(update_fields=["percent", "closed_at", "closing_note", "closed_with"])
    Assignment.objects.filter(task=task, done_at__isnull=True).update(done_at=at)
    stop_timers_of(subject=("task", task.id), by=None, at=at)


def _tell(task: Task, at: datetime) -> None:
    """The arrival is done when no task on it is open."""
    arrival = Arrival.objects.select_for_update().filter(id=task.arrival_id).first()
    if arrival is None:
        return
    still_open = Task.objects.filter(arrival=arrival, state__in=OPEN).exists()
    is_done = not still_open and arrival.state in {ArrivalState.ASSIGNED, ArrivalState.IN_WORK}
    if is_done:
        arrival_becomes(arrival, ArrivalState.DONE, at)
        Presentation.objects.filter(arrival=arrival, answered_at__isnull=True).update(
            answered_at=at
        )
    publish(TaskClosed(task.id, arrival.id, is_done, at))

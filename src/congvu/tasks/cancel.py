"""Cancel what is left to do on a document that was given back to its sender (ND30 Điều 18.4)."""

from __future__ import annotations

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents.events import RecallAnswered
from congvu.documents.models import RecallAnswer
from congvu.rules.clauses import clause
from congvu.tasks.close import OPEN
from congvu.tasks.models import Assignment, Presentation, Task
from congvu.tasks.states import TaskState, become
from congvu.timers.stop import stop_timers_of


@clause("ND30.18.4")
def cancel_recalled(event: RecallAnswered) -> None:
    """Reaction to an answered recall: nobody is reminded of a document that is destroyed here."""
    with transaction.atomic():
        answer = RecallAnswer.objects.get(arrival_id=event.arrival_id)
        left = Task.objects.select_for_update(of=("self",)).filter(
            arrival_id=event.arrival_id, state__in=OPEN
        )
        for task in left if answer.is_agreed else ():
            become(task, TaskState.CANCELLED, event.at)
            Assignment.objects.filter(task=task, done_at__isnull=True).update(done_at=event.at)
            stop_timers_of(subject=("task", task.id), by=None, at=event.at)
            write_entry(
                "tasks.cancelled_by_recall",
                by=None,
                at=event.at,
                agency_id=task.agency_id,
                on=("task", task.id),
                clause="ND30.18.4",
            )
        if answer.is_agreed:
            Presentation.objects.filter(
                arrival_id=event.arrival_id, answered_at__isnull=True
            ).update(answered_at=event.at)

"""Remind: a rung of a task's clock rang, so the lead, and when late the leader too, are told.

Each reminder exists once, whatever rings twice (unique over task, rung and addressee).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.rules.clauses import clause
from congvu.rules.words import minutes_words
from congvu.tasks.models import Assignment, Escalation, Task
from congvu.timers.events import TimerEscalated

WORDS = {
    "warning": "Sắp đến hạn xử lý: còn {left} làm việc.",
    "broken": "Đã hết hạn xử lý.",
    "late": "Quá hạn xử lý {left} làm việc.",
}


@clause("ND30.24", "QC.10.2")
def remind(event: TimerEscalated) -> None:
    """Reaction to a rung of a task's timer: one reminder per person, in this transaction."""
    if event.subject_kind != "task":
        return
    with transaction.atomic():
        task = Task.objects.get(id=event.subject_id)
        told = _addressees(task, is_late=event.minutes_left <= 0)
        Escalation.objects.bulk_create(
            [
                Escalation(
                    agency_id=task.agency_id,
                    task=task,
                    arrival_id=task.arrival_id,
                    rung=event.rung,
                    to_id=posting_id,
                    explanation=_words(task, event),
                    at=event.at,
                )
                for posting_id in told
            ],
            ignore_conflicts=True,
        )
        write_entry(
            "tasks.reminded",
            by=None,
            at=event.at,
            agency_id=task.agency_id,
            on=("task", task.id),
            clause="ND30.24",
            details={"rung": event.rung, "to": told},
        )


@clause("QC.10.2")
def mark_seen(*, posting_id: int, at: datetime) -> int:
    """The addressee has seen the reminders; tells how many were new."""
    unseen = Escalation.objects.filter(to_id=posting_id, seen_at__isnull=True)
    return unseen.update(seen_at=at)


def _addressees(task: Task, *, is_late: bool) -> list[int]:
    """The lead; once late, also whoever gave the task."""
    lead = Assignment.objects.filter(task=task, part=Assignment.Part.LEAD)
    told = list(lead.values_list("to_id", flat=True))
    return sorted({*told, task.by_id}) if is_late else told


def _words(task: Task, event: TimerEscalated) -> str:
    said = WORDS.get(event.rung, WORDS["late"])
    return said.format(left=minutes_words(event.minutes_left))

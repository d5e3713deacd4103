"""Suspend a task and its clock, with a reason; and let both go on again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.tasks import access
from congvu.tasks.models import Assignment, Task
from congvu.tasks.states import TaskState, become
from congvu.timers.queries import time_left_of
from congvu.timers.resume import resume_timer
from congvu.timers.suspend import suspend_timer


@clause("ND30.24")
def suspend_task(*, task_id: int, reason: str, by: Actor, at: datetime) -> Task:
    """Stop the task's clock; only who gave the task may."""
    with transaction.atomic():
        task = access.task_for(by, task_id, lock=True)
        reason = clean_text(reason).strip()

        refuse_unless(task.by_id == by.posting_id, "tasks.E008")
        refuse_unless(0 < len(reason) <= 500, "tasks.E012")

        become(task, TaskState.SUSPENDED, at)
        for timer_id in _clocks(task, at):
            suspend_timer(timer_id=timer_id, reason=reason, by=by, at=at)

        write_entry(
            "tasks.suspended", by=by, at=at, on=("task", task.id), details={"reason": reason}
        )
    return task


@clause("ND30.24")
def resume_task(*, task_id: int, by: Actor, at: datetime) -> Task:
    """Let the task's clock run again; its due moment is computed anew from what is left."""
    with transaction.atomic():
        task = access.task_for(by, task_id, lock=True)

        refuse_unless(task.by_id == by.posting_id, "tasks.E008")

        become(task, TaskState.IN_WORK, at)
        for timer_id in _clocks(task, at):
            task.due_at = resume_timer(timer_id=timer_id, by=by, at=at).due_at
        task.save(update_fields=["due_at"])
        Assignment.objects.filter(task=task, done_at__isnull=True).update(due_at=task.due_at)

        write_entry("tasks.resumed", by=by, at=at, on=("task", task.id))
    return task


def _clocks(task: Task, at: datetime) -> list[int]:
    """The task's clocks that are not stopped; a task without a deadline has none."""
    clocks = time_left_of("task", [task.id], at).get(task.id, [])
    return [one.timer_id for one in clocks if one.stopped_at is None]

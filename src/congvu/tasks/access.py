"""Who may do what with a task: the only door to it."""

from __future__ import annotations

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import LEADER, UNIT_HEAD, Actor
from congvu.tasks import refusals  # noqa: F401  (registers the texts)
from congvu.tasks.models import Assignment, Task


def task_for(by: Actor, task_id: int, *, lock: bool = False) -> Task:
    """A task of the actor's agency that was given by or to the actor, or that a leader sees."""
    rows = Task.objects.select_for_update(of=("self",)) if lock else Task.objects
    task = rows.filter(id=task_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(task is None, "tasks.E001")
    takes_part = (
        by.has(LEADER)
        or task.by_id == by.posting_id
        or Assignment.objects.filter(task=task, to_id=by.posting_id).exists()
        or (by.has(UNIT_HEAD) and _is_of_unit(task, by))
    )
    refuse_unless(takes_part, "tasks.E001")
    return task


def leads(task: Task, by: Actor) -> bool:
    """Whether the actor is the task's lead."""
    return Assignment.objects.filter(
        task=task, to_id=by.posting_id, part=Assignment.Part.LEAD
    ).exists()


def _is_of_unit(task: Task, by: Actor) -> bool:
    return Assignment.objects.filter(
        task=task, to__unit_id=by.unit_id, to__unit_id__isnull=False
    ).exists()

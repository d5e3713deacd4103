"""Who may do what with a task: the only door to it. A substitute does the absent one's part."""

from __future__ import annotations

from django.db.models import QuerySet

from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
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
        or parts_of(task, by).exists()
        or (by.has(UNIT_HEAD) and _is_of_unit(task, by))
    )
    refuse_unless(takes_part, "tasks.E001")
    return task


def parts_of(task: Task, by: Actor) -> QuerySet[Assignment]:
    """The actor's parts in the task: one's own, and those of the absent whose work one does."""
    postings = orgs.acting_for(by.posting_id, clock.now())
    return Assignment.objects.filter(task=task, to_id__in=postings)


def leads(task: Task, by: Actor) -> bool:
    """Whether the actor is the task's lead, or stands in for the lead."""
    return parts_of(task, by).filter(part=Assignment.Part.LEAD).exists()


def _is_of_unit(task: Task, by: Actor) -> bool:
    return Assignment.objects.filter(
        task=task, to__unit_id=by.unit_id, to__unit_id__isnull=False
    ).exists()

"""Accept a task: the lead takes the work up (status 05 to the sender)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents.models import Arrival
from congvu.documents.states import ArrivalState
from congvu.documents.states import become as arrival_becomes
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.tasks import access
from congvu.tasks.events import TaskAccepted
from congvu.tasks.models import Task
from congvu.tasks.states import TaskState, become


@clause("QC.10.2", "ND30.24")
def accept_task(*, task_id: int, by: Actor, at: datetime) -> Task:
    """The lead starts to work on the task."""
    with transaction.atomic():
        task = access.task_for(by, task_id, lock=True)

        refuse_unless(access.leads(task, by), "tasks.E008")

        become(task, TaskState.IN_WORK, at)
        access.parts_of(task, by).update(accepted_at=at)
        arrival = Arrival.objects.select_for_update().filter(id=task.arrival_id).first()
        if arrival is not None and arrival.state == ArrivalState.ASSIGNED:
            arrival_becomes(arrival, ArrivalState.IN_WORK, at)

        write_entry("tasks.accepted", by=by, at=at, on=("task", task.id), clause="ND30.24")
        publish(TaskAccepted(task_id=task.id, arrival_id=task.arrival_id, at=at))
    return task

"""Report progress on a task (tiến độ)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.tasks import access
from congvu.tasks.models import Progress
from congvu.tasks.states import TaskState


@clause("QC.10.1", "ND30.24")
def report_progress(*, task_id: int, percent: int, text: str, by: Actor, at: datetime) -> Progress:
    """Keep a report of 0 to 100 percent with its words; the task shows the newest of its lead."""
    with transaction.atomic():
        task = access.task_for(by, task_id, lock=True)
        text = clean_text(text).strip()

        refuse_if(
            task.state in {TaskState.DONE, TaskState.CANCELLED},
            "tasks.E007",
            state=task.get_state_display(),
        )
        refuse_unless(0 <= percent <= 100, "tasks.E009")
        refuse_unless(0 < len(text) <= 2000, "tasks.E010")

        progress = Progress.objects.create(
            agency_id=task.agency_id,
            task=task,
            percent=percent,
            text=text,
            by_id=by.posting_id,
            at=at,
        )
        task.percent = percent if access.leads(task, by) else task.percent
        task.changed_at = at
        task.save(update_fields=["percent", "changed_at"])

        write_entry(
            "tasks.progress_reported",
            by=by,
            at=at,
            on=("task", task.id),
            details={"percent": percent},
        )
    return progress

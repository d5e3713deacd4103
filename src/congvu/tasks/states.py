"""States of a task and of one person's part in it."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from congvu.kit.choices import TextChoices
from congvu.kit.refusal import refuse_unless


class TaskState(TextChoices):
    """Giao việc."""

    ASSIGNED = "assigned", "Mới giao"
    IN_WORK = "in_work", "Đang xử lý"
    SUSPENDED = "suspended", "Tạm dừng"
    DONE = "done", "Hoàn thành"
    CANCELLED = "cancelled", "Đã hủy"


TASK_TRANSITIONS: dict[str, frozenset[str]] = {
    TaskState.ASSIGNED: frozenset(
        {TaskState.IN_WORK, TaskState.SUSPENDED, TaskState.DONE, TaskState.CANCELLED}
    ),
    TaskState.IN_WORK: frozenset({TaskState.SUSPENDED, TaskState.DONE, TaskState.CANCELLED}),
    TaskState.SUSPENDED: frozenset({TaskState.IN_WORK, TaskState.CANCELLED}),
}


def become(task: models.Model, state: str, at: datetime) -> None:
    """Move a locked task to a state, or refuse: the table above is the only way."""
    allowed = TASK_TRANSITIONS.get(task.state, frozenset())
    refuse_unless(state in allowed, "tasks.E007", state=task.get_state_display())
    task.state = state
    task.changed_at = at
    task.save(update_fields=["state", "changed_at"])

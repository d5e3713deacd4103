"""States of a task and of one person's part in it."""

from __future__ import annotations

from django.db import models


class TaskState(models.TextChoices):
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

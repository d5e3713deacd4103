"""What has happened to tasks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TaskAssigned:
    """An arrival's work was given to somebody (giao việc)."""

    task_id: int
    arrival_id: int
    at: datetime


@dataclass(frozen=True)
class TaskAccepted:
    """The person in charge took the work up (nhận việc)."""

    task_id: int
    arrival_id: int
    at: datetime


@dataclass(frozen=True)
class TaskClosed:
    """The work is done (hoàn thành); `arrival_is_done` when nothing else is open on it."""

    task_id: int
    arrival_id: int
    arrival_is_done: bool
    at: datetime

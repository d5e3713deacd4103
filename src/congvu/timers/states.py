"""States of a timer and the moves between them."""

from __future__ import annotations

from typing import Any

from congvu.kit.choices import TextChoices


class TimerState(TextChoices):
    """Each move leaves an event row that says who and when."""

    RUNNING = "running", "đang tính"
    SUSPENDED = "suspended", "tạm dừng"
    STOPPED = "stopped", "đã dừng"


MOVES: dict[Any, frozenset[Any]] = {
    TimerState.RUNNING: frozenset({TimerState.SUSPENDED, TimerState.STOPPED}),
    TimerState.SUSPENDED: frozenset({TimerState.RUNNING, TimerState.STOPPED}),
    TimerState.STOPPED: frozenset(),
}

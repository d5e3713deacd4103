"""What happened in the timers room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class TimerEscalated:
    """A rung was reached; `minutes_left` is negative once the budget is broken."""

    timer_id: int
    agency_id: int
    subject_kind: str
    subject_id: int
    kind: str
    rung: str
    minutes_left: int
    at: datetime

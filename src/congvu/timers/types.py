"""What other rooms know of a timer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """How a timer stands at a moment.

    minutes_left: working minutes, negative when overdue. due_at: None while suspended.
    explanation, calendar_version, notes: for "Vì sao?".
    """

    timer_id: int
    agency_id: int
    subject_kind: str
    subject_id: int
    kind: str
    state: str
    started_at: datetime
    budget_minutes: int
    minutes_left: int
    due_at: datetime | None
    stopped_at: datetime | None
    clause: str
    calendar_version: str
    explanation: str
    notes: tuple[str, ...]

    @property
    def is_overdue(self) -> bool:
        """Whether the budget is broken."""
        return self.minutes_left < 0

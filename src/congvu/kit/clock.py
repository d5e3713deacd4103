"""The only place that reads the time.

Everything else is handed `at`. Tests and `congvu play` inject another clock with `frozen`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen_at: ContextVar[datetime | None] = ContextVar("frozen_at", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC (S.18), or the injected one."""
    return _frozen_at.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment on a Vietnamese wall clock."""
    return moment.astimezone(VIETNAM)


def today() -> date:
    """Today's date in Vietnam."""
    return local(now()).date()


def at_vietnam(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment given as Vietnamese wall-clock time, in UTC."""
    return datetime(year, month, day, hour, minute, tzinfo=VIETNAM).astimezone(UTC)


def start_of(day: date) -> datetime:
    """The first moment of a day in Vietnam, on the Vietnamese wall clock."""
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Inside the block the clock stands still at `at` (must be aware)."""
    if at.tzinfo is None:
        raise ValueError("a frozen clock needs an aware moment")
    token = _frozen_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _frozen_at.reset(token)

"""A clock with a budget of working minutes, which may be stopped and started again.

A timer keeps when it started, how much it may take and when it was suspended; what is due is
always computed, never stored alone, so a later closure or suspension is honoured. Escalation
rungs fire before the budget breaks, in working time only, each exactly once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from congvu.rules.calendar import WorkingCalendar
from congvu.rules.finding import Finding
from congvu.rules.words import minutes_words, moment_words

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Suspension:
    """A stretch in which the clock stands still; until None = still standing."""

    since: datetime
    until: datetime | None
    reason: str

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError("a suspension cannot end before it starts")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of escalation, reached when so many working minutes are spent."""

    name: str
    after_minutes: int


@dataclass(frozen=True, slots=True)
class Timer:
    """A budget of working minutes with its suspension ledger and ladder.

    At least one rung must come before the budget breaks; later rungs tell that it broke.
    stopped_at: when the duty was done; nothing is spent and nothing fires after it.
    """

    clause: str
    started_at: datetime
    budget_minutes: int
    suspensions: tuple[Suspension, ...] = ()
    rungs: tuple[Rung, ...] = ()
    stopped_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.budget_minutes < 0:
            raise ValueError("a budget cannot be negative")
        names = [rung.name for rung in self.rungs]
        if len(set(names)) != len(names):
            raise ValueError("rungs need different names")
        early = [rung for rung in self.rungs if rung.after_minutes < self.budget_minutes]
        if self.rungs and not early:
            raise ValueError("a ladder must warn before the budget breaks")


def spent(timer: Timer, calendar: WorkingCalendar, at: datetime) -> int:
    """Whole working minutes used up at that moment, suspensions left out."""
    end = at if timer.stopped_at is None else min(at, timer.stopped_at)
    total = timedelta()
    for begin, finish in _running_stretches(timer):
        last = end if finish is None else min(end, finish)
        if begin < last:
            total += calendar.time_between(begin, last)
    return total // MINUTE


def left(timer: Timer, calendar: WorkingCalendar, at: datetime) -> int:
    """Working minutes left; negative when overdue."""
    return timer.budget_minutes - spent(timer, calendar, at)


def is_suspended(timer: Timer, at: datetime) -> bool:
    """Whether the clock stands still at that moment."""
    return any(
        one.since <= at and (one.until is None or at < one.until) for one in timer.suspensions
    )


def due(timer: Timer, calendar: WorkingCalendar) -> Finding[datetime | None]:
    """When the budget will be used up; None while an open suspension makes that unknown."""
    moment, rest = _used_up(timer, calendar)
    if moment is not None:
        return due_finding(timer, calendar, moment)
    said = (
        f"Đang tạm dừng, còn {minutes_words(rest // MINUTE)} làm việc; "
        "hạn được tính lại khi tiếp tục."
    )
    last = timer.suspensions[-1].since
    notes = calendar.notes(timer.started_at, last)
    return Finding(None, timer.clause, calendar.version, said, notes)


def due_moment(timer: Timer, calendar: WorkingCalendar) -> datetime | None:
    """The moment of `due` alone: for many clocks of which few have moved."""
    return _used_up(timer, calendar)[0]


def _used_up(timer: Timer, calendar: WorkingCalendar) -> tuple[datetime | None, timedelta]:
    """The moment at which the budget is used up, or what is left when the clock came to rest."""
    budget = timedelta(minutes=timer.budget_minutes)
    for begin, finish in _running_stretches(timer):
        available = None if finish is None else calendar.time_between(begin, finish)
        if available is None or budget <= available:
            return calendar.add_time(begin, budget), timedelta()
        budget -= available
    return None, budget


def rungs_due(
    timer: Timer, calendar: WorkingCalendar, at: datetime, fired: Collection[str]
) -> tuple[Rung, ...]:
    """Rungs to fire now, lowest first: reached, not fired yet, and only in working time.

    fired: names of rungs already fired. Nothing fires while suspended or after the stop.
    """
    if timer.stopped_at is not None and timer.stopped_at <= at:
        return ()
    if is_suspended(timer, at) or not calendar.is_working_time(at):
        return ()
    used = spent(timer, calendar, at)
    ladder = sorted(timer.rungs, key=lambda rung: rung.after_minutes)
    return tuple(r for r in ladder if r.after_minutes <= used and r.name not in fired)


def budget_until(started_at: datetime, due_at: datetime, calendar: WorkingCalendar) -> int:
    """Budget in working minutes of a clock that starts now and must be done by `due_at`."""
    return max(0, calendar.minutes_between(started_at, due_at))


def _running_stretches(timer: Timer) -> list[tuple[datetime, datetime | None]]:
    """When the clock runs: gaps between suspensions; the last has no end unless one is open."""
    stretches: list[tuple[datetime, datetime | None]] = []
    cursor = timer.started_at
    for one in sorted(timer.suspensions, key=lambda s: s.since):
        if one.until is not None and one.until <= cursor:
            continue
        if cursor < one.since:
            stretches.append((cursor, one.since))
        if one.until is None:
            return stretches
        cursor = one.until
    stretches.append((cursor, None))
    return stretches


def due_finding(
    timer: Timer, calendar: WorkingCalendar, moment: datetime
) -> Finding[datetime | None]:
    """What is said of a due moment that has been computed already."""
    said = (
        f"Bắt đầu tính từ {moment_words(timer.started_at)}, thời hạn "
        f"{minutes_words(timer.budget_minutes)} làm việc, hết hạn lúc {moment_words(moment)}."
    )
    notes = calendar.notes(timer.started_at, moment)
    return Finding(moment, timer.clause, calendar.version, said, notes)

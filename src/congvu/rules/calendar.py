"""Working time of an agency: which days, which hours, and counting along them.

Several blocks a day, dated hours, holidays, swapped days (hoán đổi), ad-hoc closures. The data
is passed in; its digest is the version, so evidence never changes when data changes later. A year
whose official calendar has not been entered still computes, and `notes` says so. (BLLD.111-112)
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import Any

from congvu.rules.clauses import clause
from congvu.rules.words import VIETNAM, day_words, local

ONE_DAY = timedelta(days=1)
# Longest stretch without any working time that we believe in; beyond it the data is broken.
LONGEST_REST = 60
WEEKDAY_CODES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class CalendarError(ValueError):
    """The calendar cannot answer: no working hours are known near the asked day."""


class Opening(StrEnum):
    """How "the start of working hours of the next working day" is read.

    NEXT_WORKING_DAY is the letter of QC.8.3.b: a message in the lunch break counts from the
    next day. NEXT_BLOCK is the sensible reading: it counts from the afternoon.
    """

    NEXT_WORKING_DAY = "next_working_day"
    NEXT_BLOCK = "next_block"


class DayKind(StrEnum):
    """Why a day differs from the weekly pattern."""

    HOLIDAY = "holiday"
    SWAPPED_OFF = "swapped_off"
    MAKE_UP = "make_up"
    CLOSURE = "closure"


@dataclass(frozen=True, slots=True)
class Block:
    """One stretch of working time inside a day, Vietnam time. Both ends count as working time."""

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise CalendarError(f"block ends before it starts: {self.start}-{self.end}")


@dataclass(frozen=True, slots=True)
class HoursPeriod:
    """Weekly working hours between two dates (both included; None = until further notice).

    week: weekday (0 = Monday) -> blocks in time order; a missing weekday is a day of rest.
    """

    valid_from: date
    valid_to: date | None
    week: Mapping[int, tuple[Block, ...]]

    def covers(self, day: date) -> bool:
        """Whether these hours are the ones of that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class DayRule:
    """One day that differs from the week.

    blocks: own hours of that day (a half-day closure keeps the morning); None = no work on days
    off, the usual hours of `like_weekday` on make-up days.
    note: shown wherever the day was counted over, e.g. "not verified".
    """

    kind: DayKind
    name: str
    source: str = ""
    note: str = ""
    blocks: tuple[Block, ...] | None = None
    like_weekday: int = 0


@dataclass(frozen=True)
class Stretch:
    """A block on a certain day, as two moments."""

    start: datetime
    end: datetime


@clause("BLLD.111", "BLLD.112")
@dataclass(frozen=True)
class WorkingCalendar:
    """Everything needed to say whether a moment is working time and to count along it.

    verification: how far the written calendar was checked against its sources, for the screen.
    """

    version: str
    hours: tuple[HoursPeriod, ...]
    days: Mapping[date, DayRule]
    official_years: frozenset[int]
    verification: str = ""

    def blocks(self, day: date) -> tuple[Block, ...]:
        """Working blocks of that day in time order; empty on a day of rest."""
        rule = self.days.get(day)
        if rule is None:
            return self._week(day).get(day.weekday(), ())
        if rule.blocks is not None:
            return rule.blocks
        if rule.kind is DayKind.MAKE_UP:
            return self._week(day).get(rule.like_weekday, ())
        return ()

    def is_working_day(self, day: date) -> bool:
        """Whether any work is done that day."""
        return bool(self.blocks(day))

    def is_working_time(self, moment: datetime) -> bool:
        """Whether the moment is inside a block; 07:30:00 and 17:00:00 both are."""
        here = local(moment)
        return any(part.start <= here <= part.end for part in self._stretches(here.date()))

    def opening(self, day: date) -> datetime:
        """Start of working hours of a working day."""
        return self._stretches_or_fail(day)[0].start

    def closing(self, day: date) -> datetime:
        """End of working hours of a working day."""
        return self._stretches_or_fail(day)[-1].end

    def morning_end(self, day: date) -> datetime:
        """End of the morning session: end of the last block begun before noon, at most noon.

        A day that only opens in the afternoon gives its opening.
        """
        parts = self._stretches_or_fail(day)
        noon = datetime.combine(day, time(12), VIETNAM)
        before_noon = [part for part in parts if part.start < noon]
        return min(before_noon[-1].end, noon) if before_noon else parts[0].start

    def next_opening(self, moment: datetime, rule: Opening = Opening.NEXT_WORKING_DAY) -> datetime:
        """First opening strictly after the moment: of a day, or of any block.

        07:29 on a working day gives 07:30 of that day under both readings.
        """
        here = local(moment)
        for day in self._days_from(here.date()):
            parts = self._stretches(day)
            starts = [p.start for p in parts[: 1 if rule is Opening.NEXT_WORKING_DAY else None]]
            for start in starts:
                if start > here:
                    return start
        raise self._no_time(here.date())

    def next_working_day(self, day: date) -> date:
        """First working day after the given one."""
        for candidate in self._days_from(day + ONE_DAY):
            if self.is_working_day(candidate):
                return candidate
        raise self._no_time(day)

    def add_working_days(self, day: date, count: int) -> date:
        """The count-th working day after `day`; the day itself is not counted. count >= 1."""
        if count < 1:
            raise ValueError("count of working days must be at least 1")
        for _ in range(count):
            day = self.next_working_day(day)
        return day

    def add(self, moment: datetime, minutes: int) -> datetime:
        """The moment when so many working minutes after `moment` have passed.

        Zero minutes give the moment itself in working time, else the next block's start.
        """
        return self.add_time(moment, timedelta(minutes=minutes))

    def add_time(self, moment: datetime, span: timedelta) -> datetime:
        """Like `add`, for a span of working time that need not be whole minutes."""
        if span < timedelta():
            raise ValueError("working time cannot be negative")
        here = local(moment)
        left = span
        for day in self._days_from(here.date()):
            for part in self._stretches(day):
                begin = max(part.start, here)
                if begin > part.end:
                    continue
                if left <= part.end - begin:
                    return begin + left
                left -= part.end - begin
        raise self._no_time(here.date())

    def time_between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from start to end; negative when end comes first."""
        begin, finish = local(start), local(end)
        if finish < begin:
            return -self.time_between(finish, begin)
        total = timedelta()
        day = begin.date()
        while day <= finish.date():
            if begin.date() < day < finish.date():
                total += self._length(day)
            else:
                for part in self._stretches(day):
                    overlap = min(part.end, finish) - max(part.start, begin)
                    total += max(overlap, timedelta())
            day += ONE_DAY
        return total

    def minutes_between(self, start: datetime, end: datetime) -> int:
        """Whole working minutes from start to end; negative when end comes first."""
        if end < start:
            return -self.minutes_between(end, start)
        return self.time_between(start, end) // timedelta(minutes=1)

    def notes(self, start: datetime, end: datetime) -> tuple[str, ...]:
        """Cautions about the days counted over: unofficial years, days marked not verified."""
        first, last = sorted((local(start).date(), local(end).date()))
        years = [y for y in range(first.year, last.year + 1) if y not in self.official_years]
        said = [
            f"Lịch nghỉ, làm bù chính thức của năm {year} chưa được nhập; kết quả là tạm tính."
            for year in years
        ]
        said += [
            f"{day_words(day)} ({self.days[day].name}): {self.days[day].note}"
            for day in self._noted_days
            if first <= day <= last
        ]
        return tuple(said)

    @cached_property
    def _noted_days(self) -> tuple[date, ...]:
        return tuple(sorted(day for day, rule in self.days.items() if rule.note))

    @cached_property
    def _known(self) -> dict[date, tuple[Stretch, ...]]:
        """Days looked at so far: lists of clocks ask for the same days again and again."""
        return {}

    @cached_property
    def _lengths(self) -> dict[date, timedelta]:
        return {}

    def _week(self, day: date) -> Mapping[int, tuple[Block, ...]]:
        for period in self.hours:
            if period.covers(day):
                return period.week
        return {}

    def _length(self, day: date) -> timedelta:
        if day not in self._lengths:
            parts = self._stretches(day)
            self._lengths[day] = sum((p.end - p.start for p in parts), timedelta())
        return self._lengths[day]

    def _stretches(self, day: date) -> tuple[Stretch, ...]:
        if day not in self._known:
            self._known[day] = tuple(
                Stretch(
                    datetime.combine(day, block.start, VIETNAM),
                    datetime.combine(day, block.end, VIETNAM),
                )
                for block in self.blocks(day)
            )
        return self._known[day]

    def _stretches_or_fail(self, day: date) -> tuple[Stretch, ...]:
        parts = self._stretches(day)
        if not parts:
            raise CalendarError(f"{day} is not a working day")
        return parts

    def _days_from(self, first: date) -> Iterator[date]:
        """Days from `first` on; stops after LONGEST_REST days in a row without work."""
        rest = 0
        day = first
        while rest < LONGEST_REST:
            yield day
            rest = 0 if self.is_working_day(day) else rest + 1
            day += ONE_DAY

    def _no_time(self, day: date) -> CalendarError:
        return CalendarError(f"no working hours known from {day} on ({self.version})")


# --- from written calendars -----------------------------------------------------------------


def calendar_from(
    hours: Mapping[str, Any],
    holidays: Mapping[str, Any],
    closures: Sequence[Mapping[str, Any]] = (),
) -> WorkingCalendar:
    """Build a calendar from the parsed files of `regulations/calendars/`.

    hours: `{name, periods: [{valid_from, valid_to?, week: {mon: [["07:30", "12:00"], ...]}}]}`.
    holidays: `{name, years: [{year, official, days: [{date, kind, name, ...}]}]}`.
    closures: further days of one agency (storm, flood); they win over the yearly letter.
    Dates may be dates or ISO strings. Raises CalendarError on anything malformed.
    """
    try:
        periods = tuple(_period(one) for one in hours["periods"])
        years = list(holidays["years"])
        days = {_day(one["date"]): _day_rule(one) for year in years for one in year["days"]}
        days |= {_day(one["date"]): _day_rule(one) for one in closures}
        official = frozenset(int(year["year"]) for year in years if year["official"])
        checked = " ".join(str(part.get("verification", "")) for part in (hours, holidays))
    except (KeyError, TypeError, AttributeError, ValueError) as fault:
        raise CalendarError(f"calendar cannot be read: {fault!r}") from fault
    content = json.dumps([hours, holidays, list(closures)], default=str, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()[:8]
    return WorkingCalendar(f"{hours['name']}#{digest}", periods, days, official, checked.strip())


def with_closures(calendar: WorkingCalendar, closures: Mapping[date, DayRule]) -> WorkingCalendar:
    """The same calendar with further days; they win over what was there. New version."""
    if not closures:
        return calendar
    content = repr(sorted(closures.items()))
    digest = hashlib.sha256(f"{calendar.version}{content}".encode()).hexdigest()[:8]
    return replace(
        calendar, version=f"{calendar.version}+{digest}", days={**calendar.days, **closures}
    )


def _day(written: date | str) -> date:
    return written if isinstance(written, date) else date.fromisoformat(written)


def _blocks(written: Sequence[Sequence[str]]) -> tuple[Block, ...]:
    blocks = tuple(Block(time.fromisoformat(a), time.fromisoformat(b)) for a, b in written)
    if any(one.end >= two.start for one, two in pairwise(blocks)):
        raise CalendarError(f"blocks overlap or are out of order: {written}")
    return blocks


def _period(written: Mapping[str, Any]) -> HoursPeriod:
    until = written.get("valid_to")
    return HoursPeriod(
        valid_from=_day(written["valid_from"]),
        valid_to=None if until is None else _day(until),
        week={WEEKDAY_CODES.index(k): _blocks(v) for k, v in written["week"].items()},
    )


def _day_rule(written: Mapping[str, Any]) -> DayRule:
    blocks = written.get("blocks")
    return DayRule(
        kind=DayKind(written["kind"]),
        name=written["name"],
        source=written.get("source", ""),
        note=written.get("note", ""),
        blocks=None if blocks is None else _blocks(blocks),
        like_weekday=WEEKDAY_CODES.index(written.get("like", "mon")),
    )

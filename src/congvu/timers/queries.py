"""How clocks stand at a moment."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from congvu.orgs import queries as orgs
from congvu.rules import timers as rules
from congvu.timers.count import as_rule
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.types import TimeLeft


def time_left(timer_ids: Iterable[int], at: datetime) -> dict[int, TimeLeft]:
    """Working minutes left of each clock, by timer id; three questions for any number."""
    timers = list(Timer.objects.filter(id__in=list(timer_ids)).prefetch_related("suspensions"))
    calendars = orgs.working_calendars(list({one.agency_id for one in timers}), at)
    return {
        one.id: _stands(
            one,
            rules.left(as_rule(one, list(one.suspensions.all()), []), calendars[one.agency_id], at),
        )
        for one in timers
    }


def time_left_of(
    subject_kind: str, subject_ids: Iterable[int], at: datetime
) -> dict[int, list[TimeLeft]]:
    """The clocks of several subjects, by subject id, the newest first."""
    found = Timer.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids))
    ids = list(found.order_by("-id").values_list("id", flat=True))
    standing = time_left(ids, at)
    by_subject: dict[int, list[TimeLeft]] = {}
    for timer_id in ids:
        one = standing[timer_id]
        by_subject.setdefault(one.subject_id, []).append(one)
    return by_subject


def history_of(timer_id: int) -> list[TimerEvent]:
    """What happened to a clock, in order."""
    return list(TimerEvent.objects.filter(timer_id=timer_id).select_related("posting__person"))


def _stands(timer: Timer, minutes_left: int) -> TimeLeft:
    return TimeLeft(
        timer_id=timer.id,
        agency_id=timer.agency_id,
        subject_kind=timer.subject_kind,
        subject_id=timer.subject_id,
        kind=timer.kind,
        state=timer.state,
        started_at=timer.started_at,
        budget_minutes=timer.budget_minutes,
        minutes_left=minutes_left,
        due_at=timer.due_at,
        stopped_at=timer.stopped_at,
        clause=timer.clause,
        calendar_version=timer.calendar_version,
        explanation=timer.explanation,
        notes=tuple(timer.notes),
    )

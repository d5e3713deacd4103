"""Count a timer: bring its rows to rules.timers and keep what comes out (due, next rung)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from congvu.orgs import queries as orgs
from congvu.rules import timers as rules
from congvu.rules.calendar import WorkingCalendar
from congvu.timers.models import Suspension, Timer, TimerRung


def as_rule(timer: Timer, suspensions: list[Suspension], rungs: list[TimerRung]) -> rules.Timer:
    """The timer as rules.timers sees it."""
    return rules.Timer(
        clause=timer.clause,
        started_at=timer.started_at,
        budget_minutes=timer.budget_minutes,
        suspensions=tuple(rules.Suspension(s.since, s.until, s.reason) for s in suspensions),
        rungs=tuple(rules.Rung(r.name, r.after_minutes) for r in rungs),
        stopped_at=timer.stopped_at,
    )


def calendar_for(timer: Timer, at: datetime) -> WorkingCalendar:
    """The agency's calendar as known at that moment."""
    return orgs.working_calendar(timer.agency_id, at)


def count_again(timer: Timer, at: datetime) -> None:
    """Set the kept answers of a timer from its rows; the caller saves the columns of `KEPT`."""
    count_from(timer, list(timer.suspensions.all()), list(timer.rungs.all()), at)


def count_from(
    timer: Timer, suspensions: list[Suspension], rungs: list[TimerRung], at: datetime
) -> None:
    """The same from rows that are at hand, such as those of a timer about to be kept."""
    clock = as_rule(timer, suspensions, rungs)
    calendar = calendar_for(timer, at)
    due = rules.due(clock, calendar)
    timer.due_at = due.value
    timer.calendar_version = due.calendar_version
    timer.explanation = due.explanation
    timer.notes = list(due.notes)
    timer.next_rung_at = _next_rung_at(clock, rungs, calendar)


KEPT = ["due_at", "calendar_version", "explanation", "notes", "next_rung_at"]


def _next_rung_at(
    clock: rules.Timer, rungs: list[TimerRung], calendar: WorkingCalendar
) -> datetime | None:
    """When the lowest rung not yet fired is reached; None when there is none or the clock rests."""
    waiting = [rung for rung in rungs if rung.fired_at is None]
    if not waiting or clock.stopped_at is not None:
        return None
    first = min(waiting, key=lambda rung: rung.after_minutes)
    to_rung = replace(clock, budget_minutes=first.after_minutes, rungs=())
    return rules.due(to_rung, calendar).value

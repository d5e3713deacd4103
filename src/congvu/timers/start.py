"""Start a clock over a duty: a budget of working minutes, or until a due moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import timers as rules
from congvu.rules.timers import Rung
from congvu.timers.count import count_from
from congvu.timers.models import Timer, TimerEvent, TimerRung
from congvu.timers.states import TimerState

# Engineering judgement, no law sets these: warn once four fifths are used, say when the budget
# is used up, and say it again a working day (8 hours) later.
WARN_NUMERATOR, WARN_DENOMINATOR = 4, 5
WORKING_DAY_MINUTES = 480
WARNING, BROKEN, LATE = "warning", "broken", "late"


def usual_ladder(budget_minutes: int) -> tuple[Rung, ...]:
    """The rungs of a timer that asks for none of its own; the first comes before the end."""
    return (
        Rung(WARNING, budget_minutes * WARN_NUMERATOR // WARN_DENOMINATOR),
        Rung(BROKEN, budget_minutes),
        Rung(LATE, budget_minutes + WORKING_DAY_MINUTES),
    )


def start_timer(
    *,
    subject: tuple[str, int],
    kind: str,
    agency_id: int,
    started_at: datetime,
    budget_minutes: int,
    clause: str,
    by: Actor | None,
    at: datetime,
    rungs: Sequence[Rung] | None = None,
) -> Timer:
    """Start a clock of so many working minutes from `started_at`; clause: the duty's law.

    A budget under one minute counts as one. When the duty already has an open clock that one is
    given back unchanged, so a reaction may ask twice.
    """
    with transaction.atomic():
        running = (
            Timer.objects.select_for_update()
            .filter(subject_kind=subject[0], subject_id=subject[1], kind=kind)
            .exclude(state=TimerState.STOPPED)
            .first()
        )
        if running is not None:
            return running
        budget = max(budget_minutes, 1)
        ladder = usual_ladder(budget) if rungs is None else rungs

        timer = Timer(
            agency_id=agency_id,
            subject_kind=subject[0],
            subject_id=subject[1],
            kind=kind,
            clause=clause,
            started_at=started_at,
            budget_minutes=budget,
        )
        rows = [
            TimerRung(timer=timer, name=rung.name, after_minutes=rung.after_minutes)
            for rung in ladder
        ]
        count_from(timer, [], rows, at)
        timer.save()
        TimerRung.objects.bulk_create(rows)
        TimerEvent.objects.create(
            timer=timer,
            kind=TimerEvent.Kind.STARTED,
            at=at,
            posting_id=by.posting_id if by else None,
            due_after=timer.due_at,
        )
    return timer


def start_timer_until(
    *,
    subject: tuple[str, int],
    kind: str,
    agency_id: int,
    started_at: datetime,
    due_at: datetime,
    clause: str,
    by: Actor | None,
    at: datetime,
    rungs: Sequence[Rung] | None = None,
) -> Timer:
    """Start a clock that must be stopped by `due_at`; its budget is the working time until then."""
    calendar = orgs.working_calendar(agency_id, at)
    return start_timer(
        subject=subject,
        kind=kind,
        agency_id=agency_id,
        started_at=started_at,
        budget_minutes=rules.budget_until(started_at, due_at, calendar),
        clause=clause,
        by=by,
        at=at,
        rungs=rungs,
    )

"""Escalate: fire the rungs that are reached, in working hours, each exactly once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.events import publish
from congvu.rules import timers as rules
from congvu.rules.calendar import Opening
from congvu.timers.count import KEPT, as_rule, calendar_for, count_again
from congvu.timers.events import TimerEscalated
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.states import TimerState


def escalate_due(*, at: datetime, limit: int = 500) -> int:
    """Look at the running clocks whose next rung is reached; gives how many rungs were fired.

    Each clock has its own transaction. A worker that dies between two of them loses nothing: what
    was not committed is still due at the next tick, what was committed will not fire again.
    """
    due = Timer.objects.filter(state=TimerState.RUNNING, next_rung_at__lte=at)
    ids = list(due.order_by("next_rung_at", "id").values_list("id", flat=True)[:limit])
    return sum(escalate_timer(timer_id=timer_id, at=at) for timer_id in ids)


def escalate_timer(*, timer_id: int, at: datetime) -> int:
    """Fire what is due of one clock; a clock that another worker holds is left to it."""
    with transaction.atomic():
        timer = (
            Timer.objects.select_for_update(skip_locked=True)
            .filter(id=timer_id, state=TimerState.RUNNING)
            .first()
        )
        if timer is None:
            return 0
        rungs = list(timer.rungs.all())
        clock = as_rule(timer, list(timer.suspensions.all()), rungs)
        calendar = calendar_for(timer, at)
        fired = {rung.name for rung in rungs if rung.fired_at is not None}
        due = rules.rungs_due(clock, calendar, at, fired)

        names = [rung.name for rung in due]
        timer.rungs.filter(name__in=names, fired_at__isnull=True).update(fired_at=at)
        TimerEvent.objects.bulk_create(
            TimerEvent(
                timer=timer,
                kind=TimerEvent.Kind.ESCALATED,
                at=at,
                reason=name,
                due_after=timer.due_at,
            )
            for name in names
        )
        count_again(timer, at)
        if not calendar.is_working_time(at):
            timer.next_rung_at = calendar.next_opening(at, Opening.NEXT_BLOCK)
        timer.save(update_fields=KEPT)

        minutes_left = rules.left(clock, calendar, at)
        for name in names:
            publish(
                TimerEscalated(
                    timer_id=timer.id,
                    agency_id=timer.agency_id,
                    subject_kind=timer.subject_kind,
                    subject_id=timer.subject_id,
                    kind=timer.kind,
                    rung=name,
                    minutes_left=minutes_left,
                    at=at,
                )
            )
    return len(names)

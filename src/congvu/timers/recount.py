"""Count open clocks again after the calendar changed; computed evidence elsewhere stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.timers.count import KEPT, count_again
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.states import TimerState


def recount_timers(*, agency_id: int | None, at: datetime) -> int:
    """Count the open clocks of an agency (None: of all); gives how many got another due moment."""
    running = Timer.objects.exclude(state=TimerState.STOPPED)
    if agency_id is not None:
        running = running.filter(agency_id=agency_id)
    ids = list(running.order_by("id").values_list("id", flat=True))
    return sum(_recount(timer_id, at) for timer_id in ids)


def _recount(timer_id: int, at: datetime) -> int:
    with transaction.atomic():
        timer = Timer.objects.select_for_update().get(id=timer_id)
        if timer.state == TimerState.STOPPED:
            return 0
        due_before, version = timer.due_at, timer.calendar_version
        count_again(timer, at)
        if timer.due_at == due_before:
            Timer.objects.filter(id=timer_id).update(next_rung_at=timer.next_rung_at)
            return 0
        timer.save(update_fields=KEPT)
        TimerEvent.objects.create(
            timer=timer,
            kind=TimerEvent.Kind.RECOUNTED,
            at=at,
            reason=f"{version} → {timer.calendar_version}",
            due_before=due_before,
            due_after=timer.due_at,
        )
    return 1

"""Resume a suspended clock: what was left of its budget runs on."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.timers import refusals
from congvu.timers.count import KEPT, count_again
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.states import TimerState


def resume_timer(*, timer_id: int, by: Actor | None, at: datetime) -> Timer:
    """Count again from `at`; gives the timer with its new due moment."""
    with transaction.atomic():
        timer = Timer.objects.select_for_update().filter(id=timer_id).first()

        refuse_if(timer is None, refusals.NO_TIMER)
        is_resting = timer.state == TimerState.SUSPENDED
        state = timer.get_state_display()
        refuse_unless(is_resting, refusals.WRONG_STATE, state=state, act="tiếp tục")
        refuse_if(at < timer.suspensions.last().since, refusals.BEFORE_START)

        timer.suspensions.filter(until__isnull=True).update(until=at)
        timer.state = TimerState.RUNNING
        count_again(timer, at)
        timer.save(update_fields=["state", *KEPT])
        TimerEvent.objects.create(
            timer=timer,
            kind=TimerEvent.Kind.RESUMED,
            at=at,
            posting_id=by.posting_id if by else None,
            due_after=timer.due_at,
        )
    return timer

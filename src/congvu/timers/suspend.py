"""Suspend a clock: from now its budget is not used up, until it is resumed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.timers import refusals
from congvu.timers.count import KEPT, count_again
from congvu.timers.models import Suspension, Timer, TimerEvent
from congvu.timers.states import MOVES, TimerState


def suspend_timer(*, timer_id: int, reason: str, by: Actor | None, at: datetime) -> Timer:
    """Stop counting at `at`, with the reason that the ledger keeps."""
    with transaction.atomic():
        timer = Timer.objects.select_for_update().filter(id=timer_id).first()

        refuse_if(timer is None, refusals.NO_TIMER)
        may_move = TimerState.SUSPENDED in MOVES[timer.state]
        state = timer.get_state_display()
        refuse_unless(may_move, refusals.WRONG_STATE, state=state, act="tạm dừng")
        refuse_unless(reason.strip(), refusals.NO_REASON)
        last = timer.suspensions.last()
        since = last.until if last else timer.started_at
        refuse_if(at < since, refusals.BEFORE_START)

        due_before = timer.due_at
        Suspension.objects.create(timer=timer, since=at, reason=reason.strip())
        timer.state = TimerState.SUSPENDED
        count_again(timer, at)
        timer.save(update_fields=["state", *KEPT])
        TimerEvent.objects.create(
            timer=timer,
            kind=TimerEvent.Kind.SUSPENDED,
            at=at,
            posting_id=by.posting_id if by else None,
            reason=reason.strip(),
            due_before=due_before,
        )
    return timer

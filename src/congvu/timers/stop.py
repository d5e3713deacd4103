"""Stop a clock: the duty is done, or fell away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.timers import refusals
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.states import TimerState


def stop_timer(*, timer_id: int, by: Actor | None, at: datetime, reason: str = "") -> Timer:
    """Stop at `at`; no rung fires afterwards. A stopped clock is given back unchanged."""
    with transaction.atomic():
        timer = Timer.objects.select_for_update().filter(id=timer_id).first()

        refuse_if(timer is None, refusals.NO_TIMER)
        if timer.state == TimerState.STOPPED:
            return timer

        timer.suspensions.filter(until__isnull=True).update(until=at)
        timer.state, timer.stopped_at, timer.next_rung_at = TimerState.STOPPED, at, None
        timer.save(update_fields=["state", "stopped_at", "next_rung_at"])
        TimerEvent.objects.create(
            timer=timer,
            kind=TimerEvent.Kind.STOPPED,
            at=at,
            posting_id=by.posting_id if by else None,
            reason=reason,
            due_before=timer.due_at,
        )
    return timer


def stop_timers_of(
    *, subject: tuple[str, int], by: Actor | None, at: datetime, reason: str = ""
) -> int:
    """Stop every open clock of a subject; gives how many were stopped (for reactions)."""
    with transaction.atomic():
        running = Timer.objects.filter(subject_kind=subject[0], subject_id=subject[1]).exclude(
            state=TimerState.STOPPED
        )
        ids = list(running.order_by("id").values_list("id", flat=True))
        for timer_id in ids:
            stop_timer(timer_id=timer_id, by=by, at=at, reason=reason)
    return len(ids)

"""Doorbells of the timers room; safe to ring twice."""

from __future__ import annotations

from congvu.kit import clock
from congvu.kit.jobs import job, periodic
from congvu.orgs.events import CalendarChanged
from congvu.timers.escalate import escalate_due
from congvu.timers.recount import recount_timers


@periodic("* * * * *", lane="now")
def ring_timers() -> None:
    """Every minute: fire the rungs that are reached."""
    escalate_due(at=clock.now())


@job(lane="normal", lock="recount-{agency_id}")
def recount(agency_id: int) -> None:
    """Count open clocks again; agency 0 stands for all."""
    recount_timers(agency_id=agency_id or None, at=clock.now())


def recount_after_change(event: CalendarChanged) -> None:
    """Reaction: a change of the calendar asks for a new count."""
    recount.defer(agency_id=event.agency_id or 0)

"""Doorbells of signing; each is safe to ring twice."""

from __future__ import annotations

from congvu.kit import clock
from congvu.kit.jobs import job, periodic
from congvu.signing import adopt_files as adoption
from congvu.signing import (  # noqa: F401  (the worker's own)
    ask_lot,
    ask_provider,
    finish_answered,
    poll_lot,
    poll_provider,
    renew,
)
from congvu.signing import expire_waiting as waiting
from congvu.signing import tell_of_loss as telling
from congvu.signing import warn_of_expiry as expiry
from congvu.signing.events import ControlLost


@periodic("20 0 * * *")  # 07:20 in Vietnam, before the day's work
def warn_of_expiry() -> None:
    """QC.10.3, every morning."""
    expiry.warn_of_expiry(at=clock.now())


@periodic("* * * * *", lane="now")
def expire_waiting() -> None:
    """Every minute: requests that nobody will answer any more."""
    waiting.expire_waiting(at=clock.now())


@periodic("40 1 * * *", lane="bulk")
def adopt_files() -> None:
    """Every night before the renewals: files from before versions were kept."""
    while adoption.adopt_files(at=clock.now()) == adoption.AT_A_TIME:
        pass


@job(lane="now", lock="loss-{report_id}")
def tell_of_loss(report_id: int) -> None:
    """Those who must know of a loss, also in other agencies."""
    telling.tell_of_loss(report_id=report_id, at=clock.now())


def ask_to_tell(event: ControlLost) -> None:
    """Reaction to a report of loss: the notices are written at once, across agencies."""
    tell_of_loss.defer(report_id=event.report_id)

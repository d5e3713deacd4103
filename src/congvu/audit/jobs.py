"""The doorbells of the log; each is safe to ring twice."""

from __future__ import annotations

from datetime import timedelta

from congvu.audit.root import make_daily_root
from congvu.audit.seal import seal_entries
from congvu.audit.watch_storage import watch_storage
from congvu.kit import clock
from congvu.kit.jobs import periodic


@periodic("* * * * * */10", lane="now")
def seal_log() -> None:
    """Every ten seconds: the window in which an entry is not yet under a seal."""
    seal_entries(at=clock.now())


@periodic("5 17 * * *")  # 00:05 in Vietnam
def root_of_yesterday() -> None:
    """S.15: fix the root of the day that has just ended."""
    make_daily_root(day=clock.today() - timedelta(days=1), at=clock.now())


@periodic("15 * * * *")
def watch_log_storage() -> None:
    """S.17, every hour."""
    watch_storage(at=clock.now())

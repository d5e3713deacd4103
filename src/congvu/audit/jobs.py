"""The doorbells of the log; each is safe to ring twice."""

from __future__ import annotations

from datetime import timedelta

from congvu.audit.root import make_daily_root
from congvu.audit.seal import seal_entries
from congvu.audit.watch_files import watch_files, watch_held_files
from congvu.audit.watch_storage import watch_storage
from congvu.kit import clock, second_copy, sweep
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


@periodic("40 * * * *", lane="bulk")
def sweep_store() -> None:
    """Every hour: uploads that never ended, files without a row."""
    sweep.sweep_unfinished(at=clock.now())
    sweep.quarantine_orphans(at=clock.now())
    sweep.tidy_vault(at=clock.now())


@periodic("10 18 * * *", lane="bulk")  # 01:10 in Vietnam
def recheck_store() -> None:
    """S.20, every night: one thirtieth of all files is read again."""
    watch_files(at=clock.now())


@periodic("*/5 * * * *")
def scan_what_waits() -> None:
    """S.31: files that came in while the virus scanner gave no answer."""
    watch_held_files(at=clock.now())


@periodic("*/5 * * * *", lane="bulk")
def copy_new_files() -> None:
    """S.21: the second copy of what came in."""
    second_copy.copy_new(at=clock.now())

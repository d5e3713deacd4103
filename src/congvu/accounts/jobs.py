"""The nightly and hourly doorbells of accounts; each is safe to ring twice."""

from __future__ import annotations

from congvu.accounts import disable_idle as idle
from congvu.accounts import keep_input, leave_post, limit_attempts, queries
from congvu.audit import watch_clock as clock_watch
from congvu.kit import clock
from congvu.kit.jobs import periodic


@periodic("10 18 * * *")  # 01:10 in Vietnam
def disable_idle_accounts() -> None:
    """S.07, every night."""
    idle.disable_idle(at=clock.now())


@periodic("*/10 * * * *")
def end_left_posts() -> None:
    """S.08: the rows follow the moment, which every request asks by itself."""
    leave_post.end_left_posts(at=clock.now())


@periodic("40 * * * *")
def forget_old_rows() -> None:
    """Kept inputs after 24 hours, windows of tries after a day."""
    keep_input.forget_inputs(at=clock.now())
    limit_attempts.forget_windows(at=clock.now())


@periodic("*/10 * * * *")
def watch_clock() -> None:
    """S.18, every ten minutes; here because the threshold is a value of the security profile."""
    at = clock.now()
    clock_watch.watch_clock(at=at, limit_ms=queries.policy(at)["clock.offset_ms"])

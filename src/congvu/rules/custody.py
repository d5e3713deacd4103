"""Custody of signing keys: when the end of a certificate is announced, what is looked at again.

The Regulation (Điều 10.3) asks for keeping the key and for reporting its loss in time; the days of
warning and the hours looked back at are house readings, kept here as dated data would be.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from congvu.rules.clauses import clause

WARNING_DAYS = (60, 30, 15)
LOOKED_BACK = timedelta(hours=72)


@clause("QC.10.3")
def expiry_rung(ends_at: datetime, at: datetime) -> int | None:
    """The narrowest warning reached (60, 30 or 15 days before the end); None before and after."""
    if at >= ends_at:
        return None
    return min(
        (days for days in WARNING_DAYS if ends_at - at <= timedelta(days=days)), default=None
    )


@clause("QC.10.3")
def announced_until(at: datetime) -> datetime:
    """Certificates that end up to this moment are being announced at `at`."""
    return at + timedelta(days=max(WARNING_DAYS))


def days_left(ends_at: datetime, at: datetime) -> int:
    """Whole days until the end, rounded up; 0 once it has passed."""
    left = (ends_at - at) / timedelta(days=1)
    return max(0, -int(-left // 1))


@clause("QC.10.3")
def looked_back_to(lost_at: datetime) -> datetime:
    """From when signatures before the stated moment of loss are listed for a second look."""
    return lost_at - LOOKED_BACK

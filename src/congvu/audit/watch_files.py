"""Read files again and write an alarm for each that is damaged or lost (S.20)."""

from __future__ import annotations

from datetime import datetime

from congvu.audit.write import write_entry
from congvu.kit.sweep import recheck_files
from congvu.rules.clauses import clause


@clause("S.20")
def watch_files(*, at: datetime) -> list[str]:
    """One night's share; returns the damaged hashes."""
    damaged = recheck_files(at=at)
    for sha256 in damaged:
        write_entry(
            "alarm.file_damaged",
            by=None,
            at=at,
            outcome="alarm",
            clause="S.20",
            details={"file": sha256},
        )
    return damaged

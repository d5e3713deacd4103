"""Read files again and write an alarm for each that is damaged, lost or infected (S.20, S.31)."""

from __future__ import annotations

from datetime import datetime

from congvu.audit.write import write_entry
from congvu.kit.events import MalwareFound, publish
from congvu.kit.scan_held import scan_held
from congvu.kit.sweep import Damage, recheck_files
from congvu.rules.clauses import clause


@clause("S.20")
def watch_files(*, at: datetime) -> list[Damage]:
    """One night's share; what was damaged, mended or not."""
    damaged = recheck_files(at=at)
    for one in damaged:
        write_entry(
            "alarm.file_mended" if one.is_mended else "alarm.file_damaged",
            by=None,
            at=at,
            outcome="alarm",
            clause="S.20",
            details={"file": one.sha256},
        )
    return damaged


@clause("S.31")
def watch_held_files(*, at: datetime) -> dict[str, str]:
    """Scan what waited for the scanner; what is infected stays shut and is alarmed once."""

    def alarm(sha256: str, what: str) -> None:
        write_entry(
            "alarm.malware",
            by=None,
            at=at,
            outcome="alarm",
            clause="S.31",
            details={"file": sha256, "found": what},
        )
        publish(MalwareFound(sha256=sha256, found=what, at=at))

    return scan_held(at=at, alarm=alarm)

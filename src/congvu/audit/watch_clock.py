"""Watch the machine's clock against its time source; every legal moment stands on it (S.18).

QCVN 12:2026/BCA 3.22.2.5: success or failure of the synchronisation and the offset are recorded
periodically. The law names no number; the threshold is a value of the security profile.
"""

from __future__ import annotations

import csv
import ctypes
import ctypes.util
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import transaction

from congvu.audit.models import Entry
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause

KIND = "audit.clock_watched"
ALARM = "alarm.clock"
ClockState = Literal["synchronised", "too_far", "not_synchronised"]

CHRONY_OFFSET_COLUMN = 4
CHRONY_LEAP_COLUMN = 13
NOT_SYNCHRONISED = "Not synchronised"
STA_UNSYNC, STA_NANO, TIME_ERROR = 0x0040, 0x2000, 5


@dataclass(frozen=True)
class Reading:
    """What one source says: seconds away from true time (None: not synchronised), and who says."""

    offset_seconds: float | None
    source: str


class _Timex(ctypes.Structure):
    """struct timex of adjtimex(2), as far as it is read; the rest is room for the kernel."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 256),
    )


def read_offset() -> Reading:
    """Ask chrony, else the kernel. A clock that nobody disciplines is "not synchronised"."""
    return _of_chrony() or _of_kernel() or Reading(None, "không có nguồn")


def _of_chrony() -> Reading | None:
    program = shutil.which("chronyc")
    if program is None:
        return None
    try:
        said = subprocess.run(
            [program, "-c", "-n", "tracking"], capture_output=True, text=True, timeout=5, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    return of_chrony_line(said)


def of_chrony_line(said: str) -> Reading | None:
    """What a line of `chronyc -c tracking` means; None where it cannot be read."""
    fields = next(csv.reader([said.strip()]), [])
    if len(fields) <= CHRONY_LEAP_COLUMN:
        return None
    if fields[CHRONY_LEAP_COLUMN] == NOT_SYNCHRONISED:
        return Reading(None, "chrony")
    try:
        return Reading(abs(float(fields[CHRONY_OFFSET_COLUMN])), "chrony")
    except ValueError:
        return None


def _of_kernel() -> Reading | None:
    name = ctypes.util.find_library("c")
    call = getattr(ctypes.CDLL(name), "adjtimex", None) if name else None
    if call is None:
        return None
    told = _Timex(modes=0)
    state = call(ctypes.byref(told))
    if state < 0:
        return None
    if state == TIME_ERROR or told.status & STA_UNSYNC:
        return Reading(None, "kernel")
    return Reading(abs(told.offset) / (1e9 if told.status & STA_NANO else 1e6), "kernel")


def judged(reading: Reading, limit_ms: int) -> ClockState:
    """What a reading means under a threshold in milliseconds."""
    if reading.offset_seconds is None:
        return "not_synchronised"
    return "too_far" if reading.offset_seconds * 1000 > limit_ms else "synchronised"


@clause("S.18")
def watch_clock(
    *, at: datetime, limit_ms: int, read: Callable[[], Reading] = read_offset
) -> ClockState:
    """Record the reading every time, and an alarm whenever the state becomes a bad one."""
    reading = read()
    state = judged(reading, limit_ms)
    told = {"source": reading.source, "offset_seconds": reading.offset_seconds, "limit": limit_ms}
    with transaction.atomic():
        before = Entry.objects.filter(kind=KIND).order_by("-id").first()
        write_entry(KIND, by=None, at=at, outcome=state, clause="S.18", details=told)
        if state != "synchronised" and (before is None or before.outcome != state):
            write_entry(ALARM, by=None, at=at, outcome=state, clause="S.18", details=told)
    return state

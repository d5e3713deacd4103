"""Ask the virus scanner again about files that came in while it gave no answer (S.31)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.kit.virus_scan import ScanVerdict, scan
from congvu.rules.clauses import clause


@clause("S.31")
def scan_held(*, at: datetime, alarm: Callable[[str, str], None]) -> dict[str, str]:
    """Let clean files go; an infected one stays held for good. Gives the infected: hash, name.

    `alarm(hash, name)` is called in the transaction that marks the file: no alarm is lost, none is
    given twice.
    """
    infected: dict[str, str] = {}
    waiting = Blob.objects.filter(is_held=True, is_infected=False)
    for sha256 in waiting.values_list("sha256", flat=True):
        given = blobs.raw(sha256)
        verdict, what = scan(given.read_bytes() if isinstance(given, Path) else given)
        if verdict is ScanVerdict.INFECTED:
            with transaction.atomic():
                if Blob.objects.filter(sha256=sha256, is_infected=False).update(is_infected=True):
                    infected[sha256] = what
                    alarm(sha256, what)
        elif verdict is ScanVerdict.CLEAN:
            Blob.objects.filter(sha256=sha256).update(is_held=False, checked_at=at)
        else:
            break  # no verdict: all of them go on waiting
    return infected

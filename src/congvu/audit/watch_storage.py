"""Warn before the log's storage is full; nothing is ever thrown away to make room (S.17)."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from congvu.audit.models import Entry
from congvu.audit.queries import Alarm, log_bytes, storage_alarm
from congvu.audit.write import write_entry
from congvu.rules.clauses import clause

KIND = "audit.storage_alarm"
DEFAULT_QUOTA = 20 * 1024**3


@clause("S.17")
def watch_storage(*, at: datetime, used: int | None = None) -> Alarm:
    """Write one entry when the filling reaches another step than the last one told."""
    quota = int(getattr(settings, "AUDIT_QUOTA_BYTES", DEFAULT_QUOTA))
    filled = log_bytes() if used is None else used
    alarm = storage_alarm(filled, quota)
    with transaction.atomic():
        last = Entry.objects.filter(kind=KIND).order_by("-id").first()
        told = last.outcome if last is not None else "none"
        if (alarm or "none") != told:
            write_entry(
                KIND,
                by=None,
                at=at,
                outcome=alarm or "none",
                clause="S.17",
                details={"used": filled, "quota": quota},
            )
    return alarm

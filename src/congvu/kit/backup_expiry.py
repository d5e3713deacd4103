"""Backups that still hold what was purged: a row and a line in a file that the operator obeys.

The file `backups-to-expire.txt` in var is written anew from the rows; see docs/runbook/backup.md.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

from django.conf import settings

from congvu.kit import clock
from congvu.kit.models import BackupExpiry
from congvu.rules.clauses import clause

FILE = "backups-to-expire.txt"


@clause("QC.4.1", "S.34")
def expire_backups(*, reason: str, at: datetime) -> BackupExpiry:
    """Every backup made before `at` must go; saying it twice for one reason says it once."""
    row, _ = BackupExpiry.objects.get_or_create(reason=reason, defaults={"before": at})
    write_list()
    return row


@clause("S.34")
def backups_are_gone(*, expiry_id: int, at: datetime) -> bool:
    """The operator has destroyed them; False where there is no such order."""
    done = BackupExpiry.objects.filter(id=expiry_id, done_at=None).update(done_at=at)
    write_list()
    return bool(done)


def write_list() -> Path:
    """The file beside the backups' tools; the rename makes it whole."""
    lines = ["# Hủy mọi bản sao lưu tạo trước thời điểm ghi ở mỗi dòng (docs/runbook/backup.md)."]
    for one in BackupExpiry.objects.filter(done_at=None).order_by("id"):
        lines.append(f"{one.id}\t{clock.local(one.before).isoformat()}\t{one.reason}")
    place = Path(settings.VAR) / FILE
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    fresh.write_text("\n".join(lines) + "\n", "utf-8")
    fresh.replace(place)
    return place

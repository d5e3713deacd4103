"""States of a record."""

from __future__ import annotations

from django.db import models


class RecordState(models.TextChoices):
    """Hồ sơ công việc."""

    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã kết thúc"


RECORD_TRANSITIONS: dict[str, frozenset[str]] = {
    RecordState.OPEN: frozenset({RecordState.CLOSED}),
    RecordState.CLOSED: frozenset({RecordState.OPEN}),
}

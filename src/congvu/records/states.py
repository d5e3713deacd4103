"""States of a record."""

from __future__ import annotations

from congvu.kit.choices import TextChoices


class RecordState(TextChoices):
    """Hồ sơ công việc."""

    OPEN = "open", "Đang mở"
    CLOSED = "closed", "Đã kết thúc"


RECORD_TRANSITIONS: dict[str, frozenset[str]] = {
    RecordState.OPEN: frozenset({RecordState.CLOSED}),
    RecordState.CLOSED: frozenset({RecordState.OPEN}),
}

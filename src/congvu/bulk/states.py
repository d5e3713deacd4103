"""States of template versions, orders and rows."""

from __future__ import annotations

from congvu.kit.choices import TextChoices


class VersionState(TextChoices):
    """A version of a template: from "approved" on its words never change."""

    DRAFTED = "drafted", "đang soạn"
    SUBMITTED = "submitted", "chờ duyệt"
    APPROVED = "approved", "đã duyệt"
    WITHDRAWN = "withdrawn", "đã rút"


class OrderState(TextChoices):
    """An order on its way from a list to its result."""

    PREPARING = "preparing", "đang chuẩn bị"
    SUBMITTED = "submitted", "chờ duyệt"
    SENDING = "sending", "đang gửi"
    PAUSED = "paused", "tạm dừng"
    DONE = "done", "đã gửi xong"
    CANCELLED = "cancelled", "đã hủy phần còn lại"


# Orders whose list may still be changed, and those that may still send something.
OPEN = frozenset({OrderState.PREPARING})
MOVING = frozenset({OrderState.SENDING, OrderState.PAUSED})


class RowState(TextChoices):
    """One row of a list."""

    NEW = "new", "chưa kiểm tra"
    GOOD = "good", "hợp lệ"
    WRONG = "wrong", "có lỗi"
    REPEATED = "repeated", "trùng"
    QUEUED = "queued", "đã chuyển sang kênh gửi"
    REFUSED = "refused", "không gửi"
    CANCELLED = "cancelled", "đã hủy"

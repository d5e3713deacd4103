"""States of a delivery, as the sender sees them (edXML status codes)."""

from __future__ import annotations

from congvu.kit.choices import TextChoices


class DeliveryState(TextChoices):
    """Where the document is at the recipient."""

    QUEUED = "queued", "Chờ gửi"
    ARRIVED = "01", "Đã đến"
    HANDED_BACK = "02", "Từ chối tiếp nhận"
    REGISTERED = "03", "Đã tiếp nhận"
    ASSIGNED = "04", "Đã phân công"
    IN_WORK = "05", "Đang xử lý"
    DONE = "06", "Hoàn thành"
    RECALL_ASKED = "13", "Yêu cầu lấy lại"
    RECALLED = "15", "Đồng ý lấy lại"
    RECALL_REFUSED = "16", "Từ chối lấy lại"
    FAILED = "failed", "Gửi không thành công"

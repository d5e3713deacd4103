"""What the timers room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

NO_TIMER = "timers.E001"
WRONG_STATE = "timers.E002"
NO_REASON = "timers.E003"
BEFORE_START = "timers.E004"

REFUSALS = reason_book(
    "timers",
    {
        "E001": Reason("Không tìm thấy đồng hồ thời hạn.", not_found=True),
        "E002": Reason("Đồng hồ thời hạn đang ở trạng thái “{state}” nên chưa thể {act}."),
        "E003": Reason("Hãy ghi rõ lý do tạm dừng tính thời hạn.", field="reason"),
        "E004": Reason("Thời điểm này trước lần thay đổi gần nhất của đồng hồ thời hạn."),
    },
)

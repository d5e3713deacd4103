"""Why the log may not be touched."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "audit",
    {
        "E001": Reason(
            "Nhật ký phải được lưu ít nhất {months} tháng; không thể hủy phần mới hơn.",
            clause="S.16",
        ),
        "E002": Reason("Không có đoạn nhật ký nào đã niêm và đủ thời hạn để hủy.", clause="S.16"),
    },
)

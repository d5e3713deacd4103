"""What the systems room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

CHANNEL_NOT_ALLOWED = "systems.E001"
NOT_AUTHORISED = "systems.E002"
NO_GROUND = "systems.E003"
DATES_REVERSED = "systems.E004"
ALREADY_APPROVED = "systems.E005"
NO_CASE = "systems.E006"
NO_GRANT = "systems.E007"
NO_REASON = "systems.E008"
NOT_APPROVED = "systems.E009"

REFUSALS = reason_book(
    "systems",
    {
        "E001": Reason(
            "{said} Hãy gửi qua hệ thống được sử dụng hoặc xin phép cho trường hợp này.",
            clause="QC.11.3",
        ),
        "E002": Reason(
            "Chỉ quản trị hệ thống hoặc người của cơ quan theo dõi Quy chế được cập nhật "
            "danh mục hệ thống được sử dụng."
        ),
        "E003": Reason(
            "Hãy ghi số, ký hiệu văn bản cho phép sử dụng, chứng nhận hoặc công bố hợp chuẩn.",
            clause="QC.4.2",
            field="ground",
        ),
        "E004": Reason("Ngày kết thúc phải sau ngày bắt đầu.", field="valid_to"),
        "E005": Reason("Kênh {channel} đã được ghi nhận từ ngày {day}.", field="channel"),
        "E006": Reason(
            "Hãy nêu rõ trường hợp cụ thể được cho phép.", clause="QC.11.3", field="case"
        ),
        "E007": Reason("Không tìm thấy trường hợp được cho phép còn hiệu lực.", not_found=True),
        "E008": Reason("Hãy ghi rõ lý do.", field="reason"),
        "E009": Reason("Không tìm thấy hệ thống đang được sử dụng.", not_found=True),
    },
)

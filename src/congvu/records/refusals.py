"""What the records room says when it refuses."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "records",
    {
        "E001": Reason("Không tìm thấy hồ sơ.", not_found=True),
        "E002": Reason("Hãy nhập tiêu đề hồ sơ (tối đa 1.000 ký tự).", field="title"),
        "E003": Reason(
            "Ký hiệu hồ sơ “{code}” đã có trong năm {year}. Hãy dùng ký hiệu khác.", field="code"
        ),
        "E004": Reason("Hãy chọn thời hạn bảo quản.", clause="ND30.29", field="retention_code"),
        "E005": Reason("Hồ sơ đã kết thúc nên không thêm văn bản được. Hãy mở lại hồ sơ trước."),
        "E006": Reason("Văn bản này đã có trong hồ sơ, ở số thứ tự {ordinal}."),
        "E007": Reason(
            "Hồ sơ chưa có văn bản nào nên chưa kết thúc được. Hãy đưa văn bản vào hồ sơ trước."
        ),
        "E008": Reason("Chỉ người lập hồ sơ hoặc lưu trữ cơ quan mới được kết thúc hồ sơ."),
        "E009": Reason(
            "Chỉ đưa vào hồ sơ văn bản đã đăng ký (văn bản đến) hoặc đã phát hành (văn bản đi).",
            clause="ND30.29",
        ),
        "E011": Reason("Ký hiệu hồ sơ dài quá {limit} ký tự. Hãy rút gọn.", field="code"),
        "E010": Reason("Hồ sơ đang ở trạng thái “{state}” nên không thực hiện được thao tác này."),
    },
)

"""What the publicity room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "publicity",
    {
        "E001": Reason("Không tìm thấy bài đăng này trong cơ quan.", not_found=True),
        "E002": Reason(
            "Vị trí công tác của Ông/Bà không được giao việc đăng bài.", clause="QC.10.4"
        ),
        "E003": Reason("{said}", clause="QC.11.5", field="source"),
        "E004": Reason(
            "Hãy nhập tiêu đề (đến 150 ký tự), tóm tắt (đến 300 ký tự) và nội dung.", field="title"
        ),
        "E005": Reason("Hãy nhập địa chỉ ảnh bìa công khai, bắt đầu bằng https://.", field="cover"),
        "E006": Reason("Bài đăng đang ở bước “{state}” nên chưa làm được việc này."),
        "E007": Reason("Chỉ lãnh đạo cơ quan được duyệt bài đăng và lượt gửi.", clause="QC.10.4"),
        "E008": Reason(
            "Nội dung đã thay đổi sau khi Ông/Bà mở trang. Hãy đọc lại rồi duyệt.",
        ),
        "E009": Reason("Hãy ghi rõ lý do gỡ bài (từ 5 ký tự).", field="text"),
        "E010": Reason("{said} Vì vậy bài này không được gửi tiếp.", clause="QC.11.5"),
        "E011": Reason("Bài này đang có một lượt gửi chưa xong."),
        "E012": Reason("Không tìm thấy lượt gửi đang chờ duyệt.", not_found=True),
    },
)

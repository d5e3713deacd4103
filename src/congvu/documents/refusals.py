"""What the documents room says when it refuses. Codes are stable; texts say what to do."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "documents",
    {
        "E001": Reason(
            "Không tìm thấy văn bản. Văn bản không tồn tại, đã bị thu hồi hoặc không thuộc"
            " phạm vi được xem của Ông/Bà.",
            not_found=True,
        ),
        "E002": Reason(
            "Vai trò của Ông/Bà tại cơ quan không được thực hiện thao tác này."
            " Hãy chuyển cho người có thẩm quyền.",
            clause="QC.4.3",
        ),
        "E003": Reason(
            "Văn bản đang ở trạng thái “{state}” nên không thực hiện được thao tác này."
            " Hãy tải lại trang để xem trạng thái mới nhất.",
        ),
    },
)

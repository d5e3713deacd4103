"""What the incidents room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "incidents",
    {
        "E001": Reason("Không tìm thấy sự cố này trong cơ quan của Ông/Bà.", not_found=True),
        "E002": Reason(
            "Chỉ người phụ trách sự cố, người đứng đầu hoặc quản trị cơ quan được xử lý sự cố này.",
            clause="QC.10.3",
        ),
        "E003": Reason(
            "Chỉ người đứng đầu hoặc quản trị cơ quan được cử người phụ trách sự cố.",
            clause="QC.10.3",
        ),
        "E004": Reason(
            "Sự cố {state} nên không làm được bước này. Hãy tải lại trang để xem tình trạng mới."
        ),
        "E005": Reason(
            "Hãy ghi nội dung từ {least} đến {limit} ký tự (hiện có {length}); không chép nội dung"
            " của tài liệu vào đây.",
            field="text",
        ),
        "E006": Reason("Hãy chọn loại sự cố trong danh mục.", field="kind"),
        "E007": Reason(
            "Hãy chọn người đang giữ một vị trí công tác trong cơ quan.", field="posting"
        ),
        "E008": Reason(
            "Hãy ghi căn cứ, ví dụ “Quyết định số 12/QĐ-SNV” (từ 5 đến 250 ký tự).",
            field="basis",
        ),
        "E009": Reason(
            "Chỉ người phụ trách bảo vệ bí mật nhà nước hoặc người đứng đầu cơ quan được sửa danh"
            " mục từ ngữ này.",
            clause="QC.4.1",
        ),
        "E010": Reason(
            "Từ ngữ phải có từ {least} đến {limit} ký tự và chưa có trong danh mục.", field="word"
        ),
        "E011": Reason("Không tìm thấy từ ngữ này trong danh mục.", not_found=True),
        "E012": Reason(
            "Ngày bắt đầu phải từ hôm nay trở đi: việc đã qua không đổi người phụ trách.",
            field="valid_from",
        ),
        "E013": Reason(
            "Không tìm thấy cơ quan có mã {code} vào ngày đó. Hãy chọn cơ quan trong danh mục.",
            field="agency",
        ),
        "E015": Reason(
            "Trang này dành cho người đứng đầu, quản trị cơ quan hoặc người phụ trách. Hãy hỏi"
            " người phụ trách sự cố của cơ quan.",
            not_found=True,
        ),
        "E014": Reason(
            "Sự cố này đã được chuyển cho người đứng đầu cơ quan. Người nêu trong sự cố không tự"
            " kết thúc sự cố của mình.",
            clause="QC.10.3",
        ),
    },
)

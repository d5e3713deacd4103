"""What the tasks room says when it refuses."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "tasks",
    {
        "E001": Reason(
            "Không tìm thấy công việc, hoặc công việc không giao cho Ông/Bà.", not_found=True
        ),
        "E002": Reason(
            "Văn bản chưa được đăng ký vào sổ đến nên chưa thể trình hoặc giao xử lý."
            " Hãy đăng ký văn bản trước.",
            clause="ND30.22.1",
        ),
        "E003": Reason("Hãy nhập nội dung bút phê (tối đa 4.000 ký tự).", field="text"),
        "E004": Reason("Hãy chọn một người chủ trì.", clause="ND30.23.4", field="lead"),
        "E005": Reason(
            "Người được chọn không còn công tác tại cơ quan vào ngày giao việc. Hãy chọn lại.",
            field="lead",
        ),
        "E006": Reason("Hạn xử lý {due} đã qua. Hãy chọn ngày từ hôm nay trở đi.", field="due_on"),
        "E007": Reason(
            "Công việc đang ở trạng thái “{state}” nên không thực hiện được thao tác này."
            " Hãy tải lại trang để xem trạng thái mới nhất.",
        ),
        "E008": Reason("Chỉ người chủ trì mới được thực hiện thao tác này."),
        "E009": Reason("Tiến độ phải là số từ 0 đến 100.", field="percent"),
        "E010": Reason("Hãy nhập nội dung báo cáo (tối đa 2.000 ký tự).", field="text"),
        "E011": Reason(
            "Người nhận phải là lãnh đạo đang công tác tại cơ quan. Hãy chọn lại.", field="to"
        ),
        "E012": Reason("Hãy nhập lý do tạm dừng (tối đa 500 ký tự).", field="reason"),
        "E013": Reason("Văn bản đã kết thúc xử lý nên không giao thêm việc được."),
        "E014": Reason("Hãy nhập tên công việc (tối đa 2.000 ký tự).", field="title"),
        "E015": Reason(
            "Ông/Bà đã giao người này chủ trì văn bản này và việc đó chưa xong."
            " Hãy xem công việc đã giao.",
            field="part",
        ),
        "E016": Reason(
            "Văn bản đã được trình lãnh đạo này và đang chờ ý kiến. Không cần trình lần nữa.",
            field="to",
        ),
        "E017": Reason("Ông/Bà đã ghi đúng bút phê này trên văn bản.", field="text"),
    },
)

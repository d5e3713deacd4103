"""Why a page is not shown."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "web",
    {
        "E020": Reason("Hãy chọn tệp PDF cần kiểm tra.", field="file"),
        "E021": Reason("Tệp lớn hơn {limit} MB. Hãy chọn tệp nhỏ hơn.", field="file"),
        "E060": Reason(
            "Ký bằng phần mềm trên máy cần JavaScript, nhưng trình duyệt đang tắt. "
            "Hãy bật JavaScript cho trang này rồi tải lại trang."
        ),
        "E061": Reason("Hãy đọc chứng thư số từ thiết bị trước khi đăng ký."),
        "E040": Reason("Hãy nhập cả số, ký hiệu và ngày ban hành ghi trên văn bản.", field="so"),
        "E041": Reason(
            "Kết quả kiểm tra trên trang đã quá một giờ nên không lập phiếu được. "
            "Hãy tải tệp lên kiểm tra lại."
        ),
        "E401": Reason(
            "Phiên làm việc đã khóa hoặc đã hết. Hãy đăng nhập lại; nội dung vừa nhập vẫn còn.",
            clause="S.06",
        ),
        "E403": Reason(
            "Trang này dành cho vai trò {roles}. Vị trí công tác Ông/Bà đang dùng không có vai "
            "trò đó; nếu giữ nhiều vị trí, hãy chuyển vị trí ở góc trên bên phải.",
            clause="S.11",
        ),
        "E404": Reason(
            "Không có trang này, hoặc Ông/Bà không có quyền xem.", clause="S.11", not_found=True
        ),
        "E410": Reason(
            "Tài khoản quản trị không mở được trang có nội dung văn bản. Hãy đăng nhập bằng tài"
            " khoản tác nghiệp của Ông/Bà.",
            clause="S.10",
        ),
        "E409": Reason(
            "Trang này đã mở quá lâu hoặc trình duyệt đang chặn cookie, nên yêu cầu chưa được "
            "nhận. Hãy tải lại trang rồi gửi lại; nội dung vừa nhập ở ngay bên dưới.",
            clause="S.29",
        ),
    },
)

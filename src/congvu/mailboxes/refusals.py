"""What the mailboxes room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "mailboxes",
    {
        "E001": Reason("Không tìm thấy hộp thư này.", not_found=True),
        "E002": Reason("Không tìm thấy thư này trong hộp thư.", not_found=True),
        "E003": Reason(
            "Thư nháp này không còn: đã gửi hoặc đã bỏ. Nội dung vừa gõ vẫn nằm trong biểu mẫu, "
            "hãy chép sang thư mới.",
            not_found=True,
        ),
        "E004": Reason(
            "Thư nháp đã được lưu ở cửa sổ khác lúc {when}. Nội dung vừa gõ vẫn nằm trong biểu "
            "mẫu; bấm Lưu thêm một lần để ghi đè bản kia, hoặc mở lại thư nháp để xem bản đó."
        ),
        "E005": Reason("Hãy chọn ít nhất một nơi nhận.", field="to"),
        "E006": Reason(
            "“{typed}” không phải là địa chỉ thư và không khớp với hộp thư nào trong danh bạ. "
            "Hãy chọn từ danh sách gợi ý hoặc gõ đủ địa chỉ.",
            field="to",
        ),
        "E007": Reason("Hãy nhập tiêu đề hoặc nội dung thư.", field="subject"),
        "E008": Reason("Tiêu đề dài quá 500 ký tự. Hãy rút gọn.", field="subject"),
        "E009": Reason(
            "Thư có {count} nơi nhận, tối đa {most}. Gửi rộng rãi thì dùng văn bản điện tử hoặc "
            "tin gửi hàng loạt.",
            field="to",
        ),
        "E010": Reason(
            "{said} Nếu chắc chắn nội dung không thuộc bí mật nhà nước, hãy đánh dấu xác nhận rồi "
            "gửi lại.",
            clause="QC.4.1",
            field="declared",
        ),
        "E011": Reason(
            "Tệp “{name}” đang chờ quét mã độc nên chưa gửi được. Thư nháp vẫn được giữ; hãy gửi "
            "lại sau ít phút.",
            clause="S.31",
            field="file",
        ),
        "E012": Reason("Thư đã có {most} tệp kèm theo. Hãy gộp tệp hoặc gửi thêm một thư."),
        "E013": Reason("Hãy nhập tên thư mục (tối đa 60 ký tự).", field="name"),
        "E014": Reason("Hộp thư đã có thư mục “{name}”.", field="name"),
        "E015": Reason("Hãy chọn thư trước."),
        "E016": Reason("Không có nơi nào tên như vậy trong hộp thư này. Hãy tải lại trang."),
        "E017": Reason("Giao xử lý và ghi chú nội bộ chỉ có ở hộp thư của cơ quan."),
        "E018": Reason(
            "Người được chọn không công tác tại cơ quan này. Hãy chọn lại.", field="assignee"
        ),
        "E019": Reason("Hãy nhập nội dung ghi chú (tối đa 2.000 ký tự).", field="text"),
        "E020": Reason(
            "Hãy nhập ngày bắt đầu và ngày kết thúc; ngày kết thúc không trước ngày bắt đầu và "
            "chưa qua.",
            field="until",
        ),
        "E021": Reason(
            "Hãy nhập nội dung trả lời khi vắng mặt (tối đa 2.000 ký tự).", field="text"
        ),
        "E022": Reason("Phần cuối thư dài quá 1.000 ký tự. Hãy rút gọn.", field="signature"),
        "E023": Reason(
            "“{address}” không phải là một địa chỉ thư. Hãy nhập dạng ten@tinh.gov.vn.",
            field="address",
        ),
        "E024": Reason("Địa chỉ {address} đã cấp cho hộp thư khác.", field="address"),
        "E025": Reason("{name} đã có hộp thư công vụ ({address}).", field="address"),
        "E026": Reason(
            "Chỉ quản trị cơ quan được cấp hộp thư công vụ. Hãy liên hệ quản trị cơ quan.",
            clause="QC.10.2",
        ),
        "E027": Reason(
            "Chỉ văn thư và lãnh đạo được gửi thư mới, chuyển tiếp, sắp xếp hộp thư của cơ quan. "
            "Người được giao đọc và trả lời được thư đó, và ghi chú nội bộ."
        ),
        "E029": Reason(
            "Thư này không chờ quyết định: đồng hồ 02 giờ đã dừng hoặc không chạy cho thư này.",
            clause="QC.9.2.b",
        ),
        "E030": Reason(
            "Hãy ghi rõ nơi có thẩm quyền để hướng dẫn người gửi (từ 10 ký tự).",
            clause="QC.9.2.b",
            field="text",
        ),
        "E031": Reason(
            "Máy chủ thư này không có trong danh sách của hệ thống. Hãy chọn lại.", field="server"
        ),
        "E032": Reason("Hãy nhập tên đăng nhập và mật khẩu ở máy chủ thư.", field="user"),
        "E033": Reason("Hộp thư này không đọc từ máy chủ thư nào."),
        "E034": Reason(
            "Chỉ thư đã nhận ở hộp thư của cơ quan mới chuyển thành văn bản đến được. Thư trong "
            "hộp thư cá nhân: hãy chuyển tiếp tới hộp thư của cơ quan.",
            clause="QC.9.2",
        ),
        "E035": Reason("Thư này đã được chuyển thành văn bản đến."),
        "E028": Reason("Người này không công tác tại cơ quan của Ông/Bà."),
    },
)

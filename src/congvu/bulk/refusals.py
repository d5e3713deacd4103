"""What the bulk room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "bulk",
    {
        "E001": Reason("Không tìm thấy đợt gửi này trong cơ quan của Ông/Bà.", not_found=True),
        "E002": Reason(
            "Vị trí công tác của Ông/Bà không được giao việc này. Văn thư, chuyên viên chuẩn bị; "
            "lãnh đạo cơ quan duyệt.",
            clause="QC.7.2",
        ),
        "E003": Reason("Không tìm thấy mẫu tin này trong cơ quan của Ông/Bà.", not_found=True),
        "E010": Reason("Hãy đặt tên mẫu tin (từ 3 ký tự).", field="name"),
        "E011": Reason("Cơ quan đã có mẫu tin tên “{name}”. Hãy đặt tên khác.", field="name"),
        "E012": Reason("Hãy chọn loại tin. Tin quảng cáo không được hỗ trợ.", field="purpose"),
        "E013": Reason("Hãy nhập nội dung cho ít nhất một kênh.", field="sms"),
        "E014": Reason("{said}", field="sms"),
        "E015": Reason("Nội dung SMS dài {length} ký tự; tối đa {most} ký tự.", field="sms"),
        "E016": Reason("Hãy nhập tiêu đề thư.", field="mail_subject"),
        "E017": Reason(
            "Tin gửi không cần đồng ý phải có căn cứ: ghi văn bản giao nhiệm vụ (từ 5 ký tự).",
            clause="QC.6.2.b",
            field="ground",
        ),
        "E018": Reason("Mẫu tin {state}; không sửa được. Hãy tạo phiên bản mới.", clause="QC.7.2"),
        "E019": Reason("Mẫu tin {state}; không thể {act}."),
        "E020": Reason("Hãy ghi lý do (từ 10 ký tự).", field="reason"),
        "E021": Reason("Mẫu tin chưa được duyệt nên chưa gửi được. Hãy trình lãnh đạo duyệt."),
        "E022": Reason("Hãy đặt tên đợt gửi (từ 3 ký tự).", field="title"),
        "E023": Reason("Hãy nhập tham số mẫu Zalo, mỗi dòng một tham số.", field="zalo_params"),
        "E024": Reason("{said}", clause="QC.6.2.b", field="zalo_template"),
        "E030": Reason("Đợt gửi {state}; không thể {act}."),
        "E031": Reason(
            "Tệp “{name}” không phải danh sách CSV hoặc Excel (.xlsx). Hãy chọn tệp khác.",
            field="file",
        ),
        "E032": Reason("{said}", field="file"),
        "E033": Reason("Hãy chọn tệp hoặc dán danh sách.", field="file"),
        "E034": Reason(
            "Cột của tệp mới khác danh sách đang có. Hãy dùng tệp lỗi đã tải về, giữ nguyên dòng "
            "tiêu đề, hoặc thay toàn bộ danh sách.",
            field="file",
        ),
        "E035": Reason("Chưa chọn cột cho: {missing}.", field="columns"),
        "E036": Reason("Không tìm thấy dòng này trong danh sách.", not_found=True),
        "E037": Reason("Chưa có danh sách. Hãy tải danh sách lên trước."),
        "E038": Reason("Danh sách đang được kiểm tra. Hãy chờ kiểm tra xong rồi gửi."),
        "E039": Reason("Không có dòng nào hợp lệ để gửi. Hãy sửa các dòng lỗi."),
        "E040": Reason(
            "Danh sách đã thay đổi: nay có {count} tin sẽ gửi. Hãy xem lại rồi xác nhận."
        ),
        "E041": Reason("Mẫu tin này yêu cầu lãnh đạo duyệt từng đợt gửi. Hãy trình duyệt."),
        "E042": Reason("Thời điểm gửi phải ở tương lai và trong vòng 90 ngày.", field="send_from"),
        "E043": Reason("Phiên bản mẫu tin của đợt này đã bị rút; không gửi được."),
        "E044": Reason(
            "{said} Chưa gửi được: hãy chờ Zalo duyệt, hoặc bỏ chọn cột số điện thoại Zalo.",
            clause="QC.6.2.b",
            field="columns",
        ),
    },
)

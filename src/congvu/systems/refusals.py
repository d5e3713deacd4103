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
NO_ACCOUNT = "systems.E020"
NOT_KEEPER = "systems.E021"
NOTICE_INCOMPLETE = "systems.E022"
WRONG_STATE = "systems.E023"
NO_KEEPER = "systems.E024"
NO_OA = "systems.E025"
OPENED_BEFORE_NOTICE = "systems.E026"
NO_WORDS = "systems.E027"
OA_TAKEN = "systems.E028"
NO_CASE_FOUND = "systems.E029"
NO_LETTER = "systems.E030"
CASE_STATE = "systems.E031"
NOT_OF_AGENCY = "systems.E032"
KEEPER_THERE = "systems.E033"
PLAN_INCOMPLETE = "systems.E034"

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
        "E020": Reason("Không tìm thấy tài khoản Zalo này trong cơ quan.", not_found=True),
        "E021": Reason(
            "Chỉ văn thư, lãnh đạo hoặc quản trị cơ quan được cập nhật sổ tài khoản Zalo.",
            clause="QC.10.4",
        ),
        "E022": Reason("{said}", clause="QC.6.2.c"),
        "E023": Reason(
            "Tài khoản đang ở trạng thái “{state}” nên chưa làm được bước này. "
            "Hãy xem diễn biến của tài khoản.",
            clause="QC.6.2.c",
        ),
        "E024": Reason(
            "Chưa cử người quản trị tài khoản. Hãy cử người chịu trách nhiệm trước khi đưa vào "
            "hoạt động.",
            clause="QC.10.4",
        ),
        "E025": Reason(
            "Hãy nhập mã tài khoản chính thức (OA ID, chỉ gồm chữ số) lấy ở trang quản trị Zalo.",
            field="oa_id",
        ),
        "E026": Reason(
            "Ngày tạo tài khoản phải từ ngày thông báo ({day}) trở đi: cơ quan phải thông báo "
            "trước khi tạo tài khoản. Hãy kiểm tra lại ngày.",
            clause="QC.6.2.c",
            field="opened_on",
        ),
        "E027": Reason("Hãy ghi rõ lý do, căn cứ (từ 5 ký tự).", field="text"),
        "E028": Reason("Mã OA này đã thuộc một tài khoản khác đang dùng.", field="oa_id"),
        "E029": Reason("Không tìm thấy vụ mạo danh này trong cơ quan.", not_found=True),
        "E030": Reason(
            "Hãy ghi số, ký hiệu và ngày của văn bản; ngày không được sau hôm nay.",
            clause="QC.12.3.b",
            field="number",
        ),
        "E031": Reason(
            "Vụ việc đang ở bước “{state}”; hãy làm theo thứ tự: đề nghị xác minh, ghi kết quả, "
            "báo cáo.",
            clause="QC.12.3.b",
        ),
        "E032": Reason("Hãy chọn người của cơ quan đang giữ vị trí công tác.", field="posting"),
        "E033": Reason("Người này đang quản trị tài khoản rồi.", field="posting"),
        "E034": Reason(
            "Hãy nhập tên tài khoản, số điện thoại, tên miền và mục đích sử dụng.",
            clause="QC.6.2.c",
            field="name",
        ),
    },
)

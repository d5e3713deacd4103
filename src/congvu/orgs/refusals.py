"""What the orgs room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

NO_POSTING = "orgs.E001"
NO_AGENCY = "orgs.E002"
NOT_ADMINISTRATOR = "orgs.E003"
OTHER_AGENCY = "orgs.E004"
DATES_REVERSED = "orgs.E005"
UNKNOWN_ROLE = "orgs.E006"
POST_TAKEN = "orgs.E007"
UNIT_ELSEWHERE = "orgs.E008"
ALREADY_ENDED = "orgs.E009"
MAY_NOT_DELEGATE = "orgs.E010"
DELEGATION_LIMITS = "orgs.E011"
NOT_SUBORDINATE = "orgs.E012"
NO_DELEGATION = "orgs.E013"
NO_REASON = "orgs.E014"
OWN_SUBSTITUTE = "orgs.E015"
ABSENCE_OVERLAPS = "orgs.E016"
DAY_ALREADY_CLOSED = "orgs.E017"
DAY_PAST = "orgs.E018"
SAME_AGENCY = "orgs.E019"
AGENCY_ENDED = "orgs.E020"
NOT_LEADER = "orgs.E021"

REFUSALS = reason_book(
    "orgs",
    {
        "E001": Reason(
            "Vị trí công tác này không còn hiệu lực vào ngày {day}. "
            "Hãy chọn vị trí công tác khác hoặc liên hệ quản trị cơ quan."
        ),
        "E002": Reason("Không tìm thấy cơ quan.", not_found=True),
        "E003": Reason("Chỉ quản trị cơ quan được thực hiện việc này."),
        "E004": Reason("Chỉ được thực hiện trong cơ quan của mình.", not_found=True),
        "E005": Reason("Ngày kết thúc phải sau ngày bắt đầu.", field="valid_to"),
        "E006": Reason("Vai trò không có trong danh mục: {role}.", field="roles"),
        "E007": Reason("Cơ quan đã có người giữ chức {title} từ ngày này.", field="position"),
        "E008": Reason("Đơn vị không thuộc cơ quan này.", field="unit"),
        "E009": Reason("Vị trí công tác đã kết thúc ngày {day}."),
        "E010": Reason(
            "Chỉ người đứng đầu cơ quan được giao ký thay, giao ký thừa lệnh hoặc ủy quyền ký; "
            "người được ủy quyền không được ủy quyền lại.",
            clause="ND30.13.3",
        ),
        "E011": Reason("{said} Hãy sửa lại nội dung giao ký.", clause="ND30.13"),
        "E012": Reason(
            "Người nhận phải giữ chức vụ phù hợp trong cùng cơ quan: cấp phó để ký thay; "
            "người đứng đầu đơn vị để ký thừa lệnh hoặc thừa ủy quyền.",
            clause="ND30.13",
            field="taker",
        ),
        "E013": Reason("Không tìm thấy việc giao ký này hoặc đã chấm dứt.", not_found=True),
        "E014": Reason("Hãy ghi rõ lý do.", field="reason"),
        "E015": Reason("Không thể tự thay thế chính mình.", field="substitute"),
        "E016": Reason("Thời gian vắng mặt trùng với lần đã ghi từ {since} đến {until}."),
        "E017": Reason("Ngày {day} đã có trong lịch: {name}.", field="days"),
        "E018": Reason(
            "Không thể tạm ngừng làm việc cho ngày đã qua ({day}): thời hạn đã tính không đổi lại.",
            field="days",
        ),
        "E019": Reason("Cơ quan kế thừa phải khác cơ quan kết thúc.", field="successor"),
        "E020": Reason("Cơ quan đã kết thúc hoạt động từ ngày {day}.", field="predecessor"),
        "E021": Reason("Chỉ lãnh đạo cơ quan được thực hiện việc này."),
    },
)

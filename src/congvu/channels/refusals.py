"""What the channels room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "channels",
    {
        "E001": Reason("Không tìm thấy tin này trong cơ quan của Ông/Bà.", not_found=True),
        "E002": Reason(
            "Vị trí công tác của Ông/Bà không được giao phân loại, trả lời thông tin đến. "
            "Hãy chuyển cho văn thư của cơ quan.",
            clause="QC.9.2.b",
        ),
        "E003": Reason(
            "Chưa có căn cứ để gửi tin: người nhận chưa đồng ý nhận tin qua {channels} cho mục "
            "đích này và đây không phải nhiệm vụ công vụ. Hãy xin đồng ý trước khi gửi.",
            clause="QC.6.2.b",
        ),
        "E004": Reason(
            "Chưa có địa chỉ nhận qua {channels}. Hãy bổ sung địa chỉ.", field="address"
        ),
        "E005": Reason("Hãy nhập nội dung cho kênh {channel}.", field="text"),
        "E006": Reason(
            "Thông tin này {state}; không thể quyết định lần thứ hai.", clause="QC.9.2.b"
        ),
        "E007": Reason(
            "Hãy ghi rõ nơi có thẩm quyền để hướng dẫn người gửi (từ 10 ký tự).",
            clause="QC.9.2.b",
            field="text",
        ),
        "E008": Reason(
            "Không thể trả lời người gửi qua kênh này. Hãy liên hệ bằng cách khác và ghi lại.",
            clause="QC.9.2.b",
        ),
        "E009": Reason("Người nhận này đã đồng ý nhận tin từ trước."),
        "E010": Reason("Không tìm thấy lượt đồng ý nhận tin này.", not_found=True),
        "E011": Reason("Địa chỉ {address} không thuộc cơ quan nào của hệ thống này."),
        "E013": Reason(
            "Thư không đọc được vì sai cấu trúc hoặc quá nặng. Hãy gửi lại thư đơn giản hơn."
        ),
        "E014": Reason("Thư vượt giới hạn dung lượng. Hãy chia nhỏ hoặc gửi qua hệ thống văn bản."),
        "E012": Reason("Chưa tạo được mã tra cứu. Hãy gửi lại."),
    },
)

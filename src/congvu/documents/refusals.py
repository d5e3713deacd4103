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
        # Incoming documents.
        "E301": Reason(
            "Cơ quan gửi đã yêu cầu lấy lại văn bản này. Hãy trả lời yêu cầu thu hồi trước khi"
            " đăng ký.",
            clause="ND30.18.4",
        ),
        "E302": Reason(
            "Lý do phải có từ 10 đến 500 ký tự (hiện có {length}). Hãy ghi rõ lý do để cơ quan"
            " gửi biết cách khắc phục.",
            clause="ND30.21.2.b",
            field="reason",
        ),
        "E303": Reason(
            "Văn bản này do văn thư nhập (không đến qua Hệ thống) nên không trả lại trên Hệ thống"
            " được. Hãy trả lại theo đường đã nhận.",
        ),
        "E304": Reason("Không có yêu cầu thu hồi nào đang chờ trả lời cho văn bản này."),
        "E305": Reason(
            "Cơ quan gửi đã ban hành văn bản thu hồi: phải hủy văn bản trên Hệ thống và thông báo"
            " lại, không được từ chối.",
            clause="ND30.18.4",
        ),
        "E309": Reason("Ghi chú dài quá {limit} ký tự. Hãy rút gọn.", field="note"),
        # Forms.
        "E601": Reason(
            "Hệ thống chưa có mẫu trình bày cho loại văn bản “{type_code}”. Hãy chọn loại khác"
            " hoặc đính kèm tệp đã soạn.",
            clause="ND30.PL3",
            field="type",
        ),
        "E602": Reason(
            "Mục “Kính gửi” chỉ dùng cho công văn, tờ trình và báo cáo gửi cấp trên."
            " Hãy ghi nơi gửi ở mục “Nơi nhận”.",
            clause="ND30.PL1.I.II.9",
            field="addressees",
        ),
        "E603": Reason(
            "Công văn phải có mục “Kính gửi”. Hãy ghi nơi gửi.",
            clause="ND30.PL1.I.II.9",
            field="addressees",
        ),
        "E604": Reason(
            "Giấy mời phải ghi người được mời. Hãy điền phần nội dung mời.",
            clause="ND30.PL3",
            field="invitation",
        ),
        "E605": Reason(
            "Mức độ khẩn chỉ có: khẩn, thượng khẩn, hỏa tốc.",
            clause="ND30.PL1.I.III.2",
            field="urgency",
        ),
    },
)

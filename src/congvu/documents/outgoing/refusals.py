"""What a doubtful signature, an unfinished paper is refused with; codes are stable."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "documents",
    {
        "E860": Reason(
            "Chữ ký trên văn bản được tạo sau thời điểm báo mất quyền kiểm soát khóa ký số của "
            "{holder} ({since}) nên không cấp số, phát hành được. Hãy trả lại người soạn để trình "
            "ký lại bằng chứng thư số mới (nếu đã cấp số: hủy số rồi soạn văn bản mới).",
            clause="QC.10.3",
        ),
        "E912": Reason(
            "Giấy giới thiệu, giấy nghỉ phép phải ghi đủ các dòng theo mẫu: người được cấp, chức"
            " vụ, nơi đến hoặc nơi nghỉ, thời hạn. Hãy điền phần “Nội dung giấy”.",
            clause="ND30.PL3",
            field="slip_bearer",
        ),
        "E910": Reason(
            "Chữ ký trên văn bản này không bị nghi ngờ nên không trả lại người soạn được. Hãy cấp"
            " số, phát hành; nếu nội dung sai, hãy cấp số rồi hủy số.",
            clause="QC.10.3",
        ),
        "E911": Reason(
            "Văn bản đã được cấp số. Hãy hủy số (số vẫn ghi trong sổ), rồi soạn văn bản mới và"
            " trình ký lại.",
            clause="ND30.15.1",
        ),
    },
)

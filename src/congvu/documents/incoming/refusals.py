"""What a wrong signature is refused with, and what the user is told. Codes are stable."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "documents",
    {
        # Checks of signatures (83x).
        "E830": Reason(
            "Chưa có kết quả kiểm tra chữ ký số của văn bản này. Hãy mở thẻ Chữ ký của văn bản để"
            " kiểm tra rồi tải lại.",
            clause="QC.7.1",
            not_found=True,
        ),
        "E831": Reason(
            "Chữ ký số trên tệp “{name}” không đạt. {said} Hãy trả lại bên gửi, đề nghị gửi lại"
            " tệp gốc. Nếu vẫn cần lưu để biết, tham khảo, đánh dấu vào ô xác nhận rồi chọn lại"
            " tệp.",
            clause="ND30.21.2.b",
            field="reference",
        ),
        "E832": Reason(
            "Chữ ký số của văn bản không đạt. {said} Hãy trả lại bên gửi trên Hệ thống. Nếu vẫn cần"
            " tiếp nhận để biết, tham khảo, đánh dấu vào ô xác nhận khi tiếp nhận.",
            clause="ND30.21.2.b",
            field="reference",
        ),
        "E833": Reason(
            "Chữ ký số trên tệp “{name}” không đạt. {said} Phụ lục gửi đi phải là tệp nguyên vẹn:"
            " hãy xin lại tệp gốc; nếu chỉ để tham khảo khi soạn, đánh dấu vào ô “Chỉ để tham"
            " khảo” rồi chọn lại tệp.",
            clause="ND30.PL1.I.II.8.b",
            field="file",
        ),
        # Messages of channels that become documents (92x).
        "E920": Reason(
            "Tệp đã chọn không có trong thông tin này, hoặc không qua được kiểm tra an toàn. Hãy"
            " chọn tệp khác, hoặc chọn bản in của tin.",
            field="main",
        ),
    },
)

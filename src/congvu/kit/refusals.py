"""What the tools refuse, and what the user is told.

Typesetting and text: E020 to E029 (search: E024).
"""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

LETTER_WITHOUT_GLYPH = "kit.E020"
LEGACY_ENCODING = "kit.E021"
MALFORMED_CONTENT = "kit.E022"
TOO_LONG = "kit.E023"
SEARCH_TOO_WIDE = "kit.E024"

REFUSALS = reason_book(
    "kit",
    {
        "E020": Reason(
            "Văn bản có ký tự {letter} mà phông chữ của văn bản không có. "
            "Hãy thay hoặc xóa ký tự này rồi làm lại."
        ),
        "E021": Reason(
            "Nội dung dường như được gõ bằng bảng mã cũ (TCVN3, VNI) nên sẽ hiện sai chữ. "
            "Hãy chuyển sang Unicode (TCVN 6909:2001) rồi dán lại."
        ),
        "E022": Reason("Nội dung văn bản không đúng cấu trúc tại {place}: {fault}."),
        "E023": Reason(
            "Nội dung văn bản quá dài ({size} ký tự, tối đa {limit}). "
            "Hãy tách thành phụ lục hoặc tệp đính kèm."
        ),
        "E024": Reason(
            "Tìm kiếm mất quá nhiều thời gian. Hãy thu hẹp phạm vi: thêm từ, hoặc tìm theo số, "
            "ký hiệu."
        ),
    },
)

"""What the making of a copy is refused with, and what the user is told. Codes are stable."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "documents",
    {
        "E900": Reason(
            "Bản sao giấy không ký số: Hệ thống in để ký tay và đóng dấu. Hãy tải lại trang rồi "
            "bấm Sao.",
            clause="ND30.25",
        ),
    },
)

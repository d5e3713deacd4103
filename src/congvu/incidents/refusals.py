"""What the incidents room refuses, and what the user is told."""

from __future__ import annotations

from congvu.kit.refusal import Reason, reason_book

REFUSALS = reason_book(
    "incidents",
    {
        "E001": Reason("Không tìm thấy sự cố này trong cơ quan của Ông/Bà.", not_found=True),
    },
)

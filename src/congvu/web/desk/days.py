"""Read what forms post: a day as officials type it (14/02/2022), the id of a choice.

An unreadable day is refused, never guessed.
"""

from __future__ import annotations

import re
from datetime import date

from congvu.kit.refusal import Refusal

_TYPED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")


def read_day(text: str, *, field: str = "") -> date | None:
    """The day, or None where nothing was typed."""
    text = text.strip()
    if not text:
        return None
    typed = _TYPED.match(text)
    try:
        if typed:
            return date(int(typed[3]), int(typed[2]), int(typed[1]))
    except ValueError:
        pass
    raise Refusal(
        "web.E010",
        f"Không đọc được ngày “{text[:30]}”. Hãy nhập theo dạng ngày/tháng/năm, ví dụ 14/02/2022.",
        field=field,
    )


def read_id(text: str) -> int:
    """An id as a choice of the page posts it; 0, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

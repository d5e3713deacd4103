"""Read what forms post: a day as officials type it (14/02/2022), the id of a choice.

An unreadable day is refused, never guessed.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time

from congvu.kit import clock
from congvu.kit.refusal import Refusal

_TYPED = re.compile(r"^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$")
_TYPED_TIME = re.compile(r"^(\d{1,2})[:hg](\d{2})$")


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


def read_moment(on: str, at_time: str, *, default: datetime, field: str = "") -> datetime:
    """The moment typed as day and time of day; `default` where neither was typed."""
    day, typed = read_day(on, field=field), at_time.strip()
    if day is None and not typed:
        return default
    found = _TYPED_TIME.match(typed)
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise Refusal(
            "web.E010",
            f"Không đọc được giờ “{typed[:10]}”. Hãy nhập theo dạng giờ:phút, ví dụ 07:30.",
            field=field,
        )
    here = clock.local(default)
    return datetime.combine(day or here.date(), time(int(found[1]), int(found[2])), here.tzinfo)


def read_id(text: str) -> int:
    """An id as a choice of the page posts it; 0, which is nobody's, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0

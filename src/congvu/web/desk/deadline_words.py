"""How a deadline is said in a list: words and urgency, from working minutes left."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock
from congvu.rules import deadlines
from congvu.rules.calendar import WorkingCalendar
from congvu.rules.words import minutes_words


def deadline_of(
    due_at: datetime | None, calendar: WorkingCalendar, at: datetime
) -> dict[str, object] | None:
    """The tag of a deadline; None where there is none."""
    if due_at is None:
        return None
    return deadline_words(due_at, deadlines.time_left(due_at, at, calendar).value, calendar, at)


def deadline_words(
    due_at: datetime, minutes_left: int, calendar: WorkingCalendar, at: datetime
) -> dict[str, object]:
    """text, state (late, due, ok) and the moment, as the deadline tag takes them."""
    today = clock.local(at).date()
    due_on = clock.local(due_at).date()
    if due_at < at:
        return {"text": f"Quá hạn {_span(-minutes_left)}", "state": "late", "at": due_at}
    if minutes_left == 0:
        return {"text": "Xử lý ngay", "state": "due", "at": due_at}
    is_near = due_on <= today or due_on <= calendar.add_working_days(today, 1)
    return {
        "text": f"Còn {_span(minutes_left)}",
        "state": "due" if is_near else "ok",
        "at": due_at,
    }


def _span(minutes: int) -> str:
    """Working days of eight hours once the hours stop meaning anything."""
    if minutes < 2 * 480:
        return minutes_words(minutes)
    return f"{minutes // 480} ngày làm việc"

"""Dates, times and durations in administrative Vietnamese, always in Vietnam time."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def local(moment: datetime) -> datetime:
    """The same moment in Vietnam time. Raises ValueError on a naive datetime."""
    if moment.tzinfo is None:
        raise ValueError("a legal moment needs a time zone")
    return moment.astimezone(VIETNAM)


def clock_words(moment: datetime) -> str:
    """`07:30`, with seconds only when there are any (`17:00:05`)."""
    here = local(moment)
    return here.strftime("%H:%M:%S" if here.second else "%H:%M")


def day_words(day: date) -> str:
    """`thứ Hai 14/02/2022`."""
    return f"{WEEKDAYS[day.weekday()]} {day:%d/%m/%Y}"


def moment_words(moment: datetime) -> str:
    """`07:30 thứ Hai 14/02/2022`."""
    return f"{clock_words(moment)} {day_words(local(moment).date())}"


def short_moment_words(moment: datetime) -> str:
    """`07:30 14/02/2022`: for a text message, where each letter counts."""
    return f"{clock_words(moment)} {local(moment):%d/%m/%Y}"


def minutes_words(minutes: int) -> str:
    """`2 giờ`, `1 giờ 30 phút`, `45 phút`; the sign is left to the caller's sentence."""
    hours, rest = divmod(abs(minutes), 60)
    parts = [f"{hours} giờ"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} phút")
    return " ".join(parts)

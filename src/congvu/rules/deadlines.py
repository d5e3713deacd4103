"""By when an act is due: issue, registration, acknowledgement, handling. ND30.4, 16-24; QD28.5.

The law speaks of "the same day", "at the latest the next working day" and "at once". Each answer
gives both the day one should keep (target) and the day the law allows at the latest.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import IntEnum

from congvu.rules.calendar import WorkingCalendar
from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.words import VIETNAM, day_words, local, minutes_words, moment_words

QD28_NOTE = (
    "Quyết định 28/2018/QĐ-TTg mới đối chiếu qua nguồn thứ cấp: chậm nhất trong buổi sáng "
    "của ngày làm việc tiếp theo."
)


class Priority(IntEnum):
    """Degree of urgency; the value is the code on the wire."""

    NORMAL = 0
    URGENT = 1  # khẩn
    VERY_URGENT = 2  # thượng khẩn
    EXPRESS = 3  # hỏa tốc
    EXPRESS_AT_HOUR = 4  # hỏa tốc hẹn giờ


@dataclass(frozen=True, slots=True)
class Deadline:
    """target: what good practice keeps; latest: what the law allows. Both are moments."""

    target: datetime
    latest: datetime


@clause("ND30.18.1", "QD28.5")
def issue_by(
    signed_at: datetime, priority: Priority, calendar: WorkingCalendar
) -> Finding[Deadline]:
    """When a signed document must have left: the same day, latest the next working morning.

    Urgent documents leave at once. Of the decree (next working day) and QĐ 28 (its morning) the
    stricter is applied.
    """
    here = local(signed_at)
    if priority > Priority.NORMAL:
        return _at_once(here, "ND30.18.1", "phát hành ngay sau khi ký", calendar)
    morning = calendar.morning_end(calendar.next_working_day(here.date()))
    target = min(end_of_same_day(here, calendar), morning)
    said = (
        f"Ký lúc {moment_words(here)}; phát hành trong ngày, chậm nhất {moment_words(morning)}, "
        f"theo {citation('ND30.18.1')} và {citation('QD28.5')}."
    )
    notes = (QD28_NOTE, *calendar.notes(here, morning))
    return Finding(Deadline(target, morning), "QD28.5", calendar.version, said, notes)


@clause("ND30.4.2.c", "ND30.22")
def register_by(
    received_at: datetime, priority: Priority, calendar: WorkingCalendar
) -> Finding[Deadline]:
    """When an arrival must stand in the register; received_at is the legal moment."""
    return _same_or_next_day(received_at, priority, calendar, "ND30.4.2.c", "đăng ký")


@clause("ND30.23.1")
def present_by(
    received_at: datetime, priority: Priority, calendar: WorkingCalendar
) -> Finding[Deadline]:
    """When an arrival must lie before the person who directs it, and be passed on."""
    return _same_or_next_day(received_at, priority, calendar, "ND30.23.1", "trình, chuyển giao")


@clause("QC.9.1", "ND30.21.2.c", "QD55")
def acknowledge_by(received_at: datetime, calendar: WorkingCalendar) -> Finding[datetime]:
    """When the sender must know that the document was accepted or returned: the same day.

    "The day" is the day of legal receipt. Stands in for QĐ 55/2019 (QC.9.1), whose text is
    missing.
    """
    here = local(received_at)
    end = end_of_same_day(here, calendar)
    said = (
        f"Nhận lúc {moment_words(here)}; thông báo đã nhận trong ngày, trước {moment_words(end)}, "
        f"theo {citation('ND30.21.2.c')}."
    )
    notes = (
        "Chưa có nguyên văn Quyết định 55/2019/QĐ-UBND; áp dụng Nghị định 30/2020/NĐ-CP.",
        *calendar.notes(here, end),
    )
    return Finding(end, "ND30.21.2.c", calendar.version, said, notes)


@clause("ND30.23.2", "ND30.24.2")
def finish_by_days(
    start: datetime, working_days: int, calendar: WorkingCalendar
) -> Finding[datetime]:
    """Close of the last of so many working days; the day it starts is not counted."""
    here = local(start)
    end = calendar.closing(calendar.add_working_days(here.date(), working_days))
    said = (
        f"Giao lúc {moment_words(here)}, thời hạn {working_days} ngày làm việc (không tính ngày "
        f"giao), hết hạn lúc {moment_words(end)}, theo {citation('ND30.23.2')}."
    )
    return Finding(end, "ND30.23.2", calendar.version, said, calendar.notes(here, end))


@clause("ND30.23.2", "ND30.24.2")
def finish_by_date(start: datetime, due_on: date, calendar: WorkingCalendar) -> Finding[datetime]:
    """Close of work on the named day; the end of that day itself when it is a day of rest.

    Raises ValueError when the day lies before the start.
    """
    here = local(start)
    if due_on < here.date():
        raise ValueError("a deadline cannot lie before its start")
    rest = not calendar.is_working_day(due_on)
    end = _midnight(due_on) if rest else calendar.closing(due_on)
    said = f"Hạn xử lý ngày {day_words(due_on)}: hết hạn lúc {moment_words(end)}"
    if rest:
        said += " vì ngày được giao không phải ngày làm việc"
    said += f", theo {citation('ND30.23.2')}."
    return Finding(end, "ND30.23.2", calendar.version, said, calendar.notes(here, end))


@clause("ND30.24.2")
def finish_urgent(start: datetime, calendar: WorkingCalendar) -> Finding[datetime]:
    """An urgent arrival is handled at once: due from the moment it is received."""
    here = local(start)
    found = _at_once(here, "ND30.24.2", "giải quyết ngay", calendar)
    return Finding(here, found.clause, found.calendar_version, found.explanation, found.notes)


@clause("ND30.24")
def time_left(due_at: datetime, at: datetime, calendar: WorkingCalendar) -> Finding[int]:
    """Working minutes left before a deadline; negative when it has passed."""
    minutes = calendar.minutes_between(at, due_at)
    if at > due_at:
        said = f"Quá hạn {minutes_words(minutes)} làm việc (hạn {moment_words(due_at)})."
    else:
        said = f"Còn {minutes_words(minutes)} làm việc (hạn {moment_words(due_at)})."
    notes = calendar.notes(at, due_at)
    return Finding(minutes, "ND30.24", calendar.version, said, notes)


def end_of_same_day(moment: datetime, calendar: WorkingCalendar) -> datetime:
    """Close of work that day, or midnight when work is over or there is none."""
    here = local(moment)
    day = here.date()
    if calendar.is_working_day(day) and here <= calendar.closing(day):
        return calendar.closing(day)
    return _midnight(day)


def _same_or_next_day(
    received_at: datetime,
    priority: Priority,
    calendar: WorkingCalendar,
    clause_id: str,
    act: str,
) -> Finding[Deadline]:
    here = local(received_at)
    if priority > Priority.NORMAL:
        return _at_once(here, clause_id, f"{act} ngay sau khi nhận", calendar)
    latest = calendar.closing(calendar.next_working_day(here.date()))
    target = end_of_same_day(here, calendar)
    said = (
        f"Nhận lúc {moment_words(here)}; {act} trong ngày, chậm nhất {moment_words(latest)}, "
        f"theo {citation(clause_id)}."
    )
    notes = calendar.notes(here, latest)
    return Finding(Deadline(target, latest), clause_id, calendar.version, said, notes)


def _at_once(
    here: datetime, clause_id: str, act: str, calendar: WorkingCalendar
) -> Finding[Deadline]:
    said = f"Văn bản khẩn: {act} (từ {moment_words(here)}), theo {citation(clause_id)}."
    notes = calendar.notes(here, here)
    return Finding(Deadline(here, here), clause_id, calendar.version, said, notes)


def _midnight(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), VIETNAM)

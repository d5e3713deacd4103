"""Lịch làm việc: the year's holidays, swapped days, hours; closing the agency for days."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_if
from congvu.orgs import queries as orgs
from congvu.orgs.close_office import close_office
from congvu.orgs.models import CalendarDay
from congvu.orgs.refusals import DATES_REVERSED
from congvu.orgs.types import AGENCY_ADMIN, LEADER
from congvu.web.desk.days import read_day
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import admins_too, needs

CLOSERS = (LEADER, AGENCY_ADMIN)
WEEKDAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật")
TONES = {"holiday": "paused", "swapped_off": "paused", "make_up": "active", "closure": "due"}
LONGEST_CLOSURE = 60  # days; a longer one is a mistyped year


@admins_too
@needs()
@require_GET
def work_calendar(request: HttpRequest) -> HttpResponse:
    """The year asked for, this one without a question."""
    return _page(request)


@needs(*CLOSERS)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Tạm ngừng làm việc: the own agency, whole days."""
    request.show_again = lambda said: _page(request, said)
    typed = request.POST
    first = read_day(typed.get("first", ""), field="first") or clock.today()
    last = read_day(typed.get("last", ""), field="last") or first
    too_long = not first <= last < first + timedelta(days=LONGEST_CLOSURE)
    refuse_if(too_long, DATES_REVERSED)
    close_office(
        agency_id=request.actor.agency_id,
        days={first + timedelta(days=k): None for k in range((last - first).days + 1)},
        reason=typed.get("reason", "")[:200],
        basis=typed.get("basis", "")[:250],
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã ghi tạm ngừng làm việc; thời hạn đang chạy được tính lại."
    return done(request, said, "work_calendar")


def _page(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by, today = request.actor, clock.today()
    asked = number_or_none(request.GET.get("nam", "")) or today.year
    year = asked if 2000 <= asked <= today.year + 5 else today.year
    hours = orgs.hours_on(by.agency_id, today)
    days = [_day(one) for one in orgs.special_days(by.agency_id, year)]
    bases = Counter(one["basis"] for one in days)
    return show(
        request,
        "desk/work_calendar.html",
        title="Lịch làm việc",
        active="work_calendar",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        year=year,
        known=orgs.calendar_year(year),
        days=days,
        shared_basis=bases.most_common(1)[0][0] if bases else "",
        hours=[(WEEKDAYS[int(k)], _spans(v)) for k, v in sorted(hours.week.items())]
        if hours
        else [],
        hours_basis=hours.basis if hours else "",
        may_close=by.has(*CLOSERS) and by.agency_id is not None,
    )


def _day(one: CalendarDay) -> dict[str, object]:
    like = f" (theo giờ {_inside(one.like_weekday)})" if one.kind == "make_up" else ""
    day: date = one.day
    return {
        "day": day,
        "weekday": WEEKDAYS[day.weekday()],
        "kind": one.get_kind_display() + like,
        "tone": TONES[one.kind],
        "name": one.name,
        "basis": one.basis,
        "own": one.agency_id is not None,
    }


def _inside(weekday: int) -> str:
    """A day of the week inside a sentence."""
    name = WEEKDAYS[weekday]
    return name[:1].lower() + name[1:]


def _spans(blocks: list[list[str]]) -> str:
    return ", ".join(f"{start} – {end}" for start, end in blocks) or "nghỉ"

"""Kết quả trả lời trong 02 giờ: by month and official of the agency; by agency for inspectors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.channels.access import SEE_ALL
from congvu.channels.queries.two_hours import (
    Measured,
    Share,
    two_hours,
    two_hours_by_agency,
    two_hours_by_officer,
)
from congvu.kit import clock
from congvu.mailboxes.queries.two_hours import letters_in_two_hours
from congvu.orgs.types import CLERK, INSPECTOR, LEADER, UNIT_HEAD, Actor
from congvu.rules.words import minutes_words
from congvu.web.desk.frame import show
from congvu.web.shell.doors import needs

MONTHS = 12
NUMBERS = [
    {"key": "total", "label": "Đã nhận", "kind": "num"},
    {"key": "declined", "label": "Không thuộc phạm vi: đúng hạn / quá hạn", "kind": "num"},
    {"key": "others", "label": "Phân loại khác: đúng hạn / quá hạn", "kind": "num"},
    {"key": "open", "label": "Đang chờ: còn hạn / quá hạn", "kind": "num"},
    {"key": "share", "label": "Tỷ lệ đúng hạn", "kind": "num"},
    {"key": "median", "label": "Trung vị", "kind": "nowrap"},
]
OF_LETTERS = [
    {"key": "month", "label": "Tháng", "kind": "head"},
    {"key": "total", "label": "Đã nhận", "kind": "num"},
    {"key": "answered", "label": "Đã trả lời: đúng hạn / quá hạn", "kind": "num"},
    {"key": "open", "label": "Đang chờ: còn hạn / quá hạn", "kind": "num"},
    {"key": "share", "label": "Tỷ lệ đúng hạn", "kind": "num"},
]
DECIDED = [
    {"key": "total", "label": "Đã phân loại", "kind": "num"},
    *[one for one in NUMBERS if one["key"] not in {"total", "open"}],
]


@needs(LEADER, CLERK, UNIT_HEAD, INSPECTOR)
@require_GET
def two_hours_page(request: HttpRequest) -> HttpResponse:
    """Twelve months of the agency, and who decided in the chosen one; every agency's share of it
    for whoever inspects the province."""
    by, at = request.actor, clock.now()
    past = _months(clock.local(at).date())
    chosen = next((one for one in past if f"{one:%Y-%m}" == request.GET.get("thang")), past[0])
    months = two_hours(by, since=clock.start_of(past[-1]), at=at)
    return show(
        request,
        "desk/inbound/two_hours.html",
        title="Kết quả trả lời trong 02 giờ",
        active="inbound" if by.has(*SEE_ALL) else "two_hours",
        is_own=by.has(*SEE_ALL),
        choices=[(f"{one:%Y-%m}", f"{one:%m/%Y}") for one in past],
        chosen=f"{chosen:%Y-%m}",
        chosen_words=f"{chosen:%m/%Y}",
        columns=[{"key": "name", "label": "Tháng", "kind": "head"}, *NUMBERS],
        rows=[_row(one, f"{one.month:%m/%Y}") for one in months],
        months=list(reversed(months)),
        now=next((one for one in months if one.month == chosen), None),
        officer_columns=[{"key": "name", "label": "Người phân loại", "kind": "head"}, *DECIDED],
        officers=_rows(two_hours_by_officer(by, month=chosen, at=at)),
        of_letters=OF_LETTERS,
        letters=_letters(by, clock.start_of(past[-1]), at),
        is_inspector=by.has(INSPECTOR),
        agency_columns=[{"key": "name", "label": "Cơ quan", "kind": "head"}, *NUMBERS],
        agencies=_rows(two_hours_by_agency(by, month=chosen, at=at)),
    )


def _letters(by: Actor, since: datetime, at: datetime) -> list[dict[str, Any]]:
    """What colleagues of other agencies wrote to the agency's mailbox, month by month."""
    return [
        {
            "month": f"{one.month:%m/%Y}",
            "total": one.total,
            "answered": f"{one.in_time} / {one.answered_late}",
            "open": f"{one.waiting} / {one.overdue}",
            "share": _percent(one.share),
        }
        for one in letters_in_two_hours(by, since=since, at=at)
    ]


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1f} %".replace(".", ",")


def _months(today: date) -> list[date]:
    """This month and the eleven before it, by their first days."""
    last = today.year * 12 + today.month - 1
    return [date(one // 12, one % 12 + 1, 1) for one in range(last, last - MONTHS, -1)]


def _rows(shares: Sequence[Share]) -> list[dict[str, Any]]:
    return [_row(one, f"{one.name}, {one.title}" if one.title else one.name) for one in shares]


def _row(one: Measured, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "total": one.total,
        "declined": f"{one.declined_in_time} / {one.declined_late}",
        "others": f"{one.taken_in_time} / {one.taken_late}",
        "open": f"{one.waiting} / {one.overdue}",
        "share": _percent(one.share),
        "median": "—" if one.median is None else minutes_words(one.median),
    }

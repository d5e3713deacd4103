"""Kết quả trả lời trong 02 giờ: month by month, for whoever answers for it."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.channels.queries.two_hours import two_hours
from congvu.kit import clock
from congvu.mailboxes.queries.two_hours import letters_in_two_hours
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.rules.words import minutes_words
from congvu.web.desk.frame import show
from congvu.web.shell.doors import needs

A_YEAR = timedelta(days=366)
COLUMNS = [
    {"key": "month", "label": "Tháng", "kind": "head"},
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


@needs(LEADER, CLERK, UNIT_HEAD)
@require_GET
def two_hours_page(request: HttpRequest) -> HttpResponse:
    """The last twelve months of the agency."""
    at = clock.now()
    months = two_hours(request.actor, since=at - A_YEAR, at=at)
    rows = [
        {
            "month": f"{one.month:%m/%Y}",
            "total": one.total,
            "declined": f"{one.declined_in_time} / {one.declined_late}",
            "others": f"{one.taken_in_time} / {one.taken_late}",
            "open": f"{one.waiting} / {one.overdue}",
            "share": _percent(one.share),
            "median": "—" if one.median is None else minutes_words(one.median),
        }
        for one in months
    ]
    letters = [
        {
            "month": f"{one.month:%m/%Y}",
            "total": one.total,
            "answered": f"{one.in_time} / {one.answered_late}",
            "open": f"{one.waiting} / {one.overdue}",
            "share": _percent(one.share),
        }
        for one in letters_in_two_hours(request.actor, since=at - A_YEAR, at=at)
    ]
    return show(
        request,
        "desk/inbound/two_hours.html",
        title="Kết quả trả lời trong 02 giờ",
        active="inbound",
        columns=COLUMNS,
        rows=rows,
        months=list(reversed(months)),
        now=months[0] if months else None,
        of_letters=OF_LETTERS,
        letters=letters,
    )


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.1f} %".replace(".", ",")

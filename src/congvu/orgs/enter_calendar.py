"""Enter working hours and special days from the files of `regulations/calendars/`.

Only what differs from what is in force is withdrawn and entered, under one new calendar version;
entering the same files twice changes nothing. (BLLD.112: the days are announced every year.)
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from congvu.audit.write import write_entry
from congvu.kit.events import publish
from congvu.orgs.events import CalendarChanged
from congvu.orgs.models import CalendarDay, CalendarRow, CalendarVersion, CalendarYear, WorkingHours
from congvu.orgs.types import Actor
from congvu.rules.calendar import WEEKDAY_CODES, calendar_from
from congvu.rules.clauses import clause

NOT_CONTENT = ["id", "entered_in", "withdrawn_in"]


@clause("BLLD.111", "BLLD.112")
def enter_calendar(
    *, hours: Mapping[str, Any], holidays: Mapping[str, Any], by: Actor | None, at: datetime
) -> CalendarVersion | None:
    """Bring the common calendar to the state of the two files (parsed YAML).

    Gives the new version, or None when nothing differs. Raises rules.calendar.CalendarError on
    files that cannot be read, before anything is written.
    """
    calendar_from(hours, holidays)
    with transaction.atomic():
        changes = [
            _difference(WorkingHours, _hours_rows(hours)),
            _difference(CalendarYear, _year_rows(holidays)),
            _difference(CalendarDay, _without_closed(_day_rows(holidays))),
        ]
        if not any(gone or come for _, gone, come in changes):
            return None

        version = CalendarVersion.objects.create(made_at=at, reason=f"Nhập: {holidays['title']}")
        for model, gone, come in changes:
            model.objects.filter(id__in=gone).update(withdrawn_in=version)
            for row in come:
                row.entered_in = version
            model.objects.bulk_create(come)

        write_entry(
            "orgs.calendar_entered",
            by=by,
            at=at,
            on=("calendar_version", version.id),
            clause="BLLD.112",
            details={"hours": hours["name"], "holidays": holidays["name"]},
        )
        publish(CalendarChanged(version_id=version.id, agency_id=None, at=at))
    return version


def _difference(
    model: type[CalendarRow], wanted: Sequence[CalendarRow]
) -> tuple[type[CalendarRow], list[int], list[CalendarRow]]:
    """Ids of common rows in force that the file no longer has, and rows that are new in it."""
    in_force = model.objects.select_for_update().filter(
        agency__isnull=True, withdrawn_in__isnull=True
    )
    kept = {_content(row): row.id for row in in_force if not _is_closure(row)}
    asked = {_content(row): row for row in wanted}
    gone = [row_id for content, row_id in kept.items() if content not in asked]
    return model, gone, [row for content, row in asked.items() if content not in kept]


def _is_closure(row: CalendarRow) -> bool:
    return isinstance(row, CalendarDay) and row.kind == CalendarDay.Kind.CLOSURE


def _without_closed(wanted: list[CalendarDay]) -> list[CalendarDay]:
    """The yearly letter's days, less those closed by dispatch for everybody: the dispatch wins."""
    closed = CalendarDay.objects.filter(
        agency__isnull=True, withdrawn_in__isnull=True, kind=CalendarDay.Kind.CLOSURE
    )
    days = set(closed.values_list("day", flat=True))
    return [row for row in wanted if row.day not in days]


def _content(row: CalendarRow) -> str:
    return json.dumps(model_to_dict(row, exclude=NOT_CONTENT), default=str, sort_keys=True)


def _date(written: date | str | None) -> date | None:
    return date.fromisoformat(written) if isinstance(written, str) else written


def _hours_rows(hours: Mapping[str, Any]) -> list[WorkingHours]:
    return [
        WorkingHours(
            valid_from=_date(one["valid_from"]),
            valid_to=_date(one.get("valid_to")),
            week={str(WEEKDAY_CODES.index(day)): blocks for day, blocks in one["week"].items()},
            basis=" ".join(str(hours.get("verification", hours["name"])).split()),
        )
        for one in hours["periods"]
    ]


def _year_rows(holidays: Mapping[str, Any]) -> list[CalendarYear]:
    return [
        CalendarYear(
            year=one["year"],
            basis=one.get("source", ""),
            is_official=one["official"],
            verification=" ".join(str(holidays.get("verification", "")).split()),
        )
        for one in holidays["years"]
    ]


def _day_rows(holidays: Mapping[str, Any]) -> list[CalendarDay]:
    return [
        CalendarDay(
            day=_date(one["date"]),
            kind=one["kind"],
            name=one["name"],
            basis=one.get("source", year.get("source", "")),
            note=one.get("note", ""),
            blocks=one.get("blocks"),
            like_weekday=WEEKDAY_CODES.index(one.get("like", "mon")),
        )
        for year in holidays["years"]
        for one in year["days"]
    ]

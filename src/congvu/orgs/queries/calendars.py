"""Working calendars of agencies: built once per version and kept in the process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from congvu.orgs.models import CalendarDay, CalendarVersion, CalendarYear, WorkingHours
from congvu.rules.calendar import (
    WEEKDAY_CODES,
    CalendarError,
    WorkingCalendar,
    calendar_from,
)

# The version known at that moment (before the first one: the first), and who has own rows in it.
KNOWN = """
WITH known AS MATERIALIZED (
    SELECT COALESCE(
        (SELECT max(id) FROM orgs_calendarversion WHERE made_at <= %(at)s),
        (SELECT min(id) FROM orgs_calendarversion)
    ) AS version
)
SELECT known.version, ARRAY(
    SELECT d.agency_id FROM orgs_calendarday d
    WHERE {asked} AND d.entered_in_id <= known.version
    UNION
    SELECT d.agency_id FROM orgs_workinghours d
    WHERE {asked} AND d.entered_in_id <= known.version)
FROM known
"""
# Alone, one agency is asked without an array: so the server keeps its plan.
OF_ONE = KNOWN.format(asked="d.agency_id = %(id)s")
OF_MANY = KNOWN.format(asked="d.agency_id = ANY(%(ids)s::bigint[])")


def working_calendar(agency_id: int, at: datetime) -> WorkingCalendar:
    """The agency's calendar as known at that moment; one cheap question, the rest is kept.

    Raises CalendarError when no calendar has been entered at all.
    """
    with connection.cursor() as cursor:
        cursor.execute(OF_ONE, {"at": at, "id": agency_id})
        version, own = cursor.fetchone()
    return calendar_of_version(version, agency_id if own else None)


def working_calendars(agency_ids: Sequence[int], at: datetime) -> dict[int, WorkingCalendar]:
    """The calendars of several agencies, by agency id; one question for all."""
    with connection.cursor() as cursor:
        cursor.execute(OF_MANY, {"at": at, "ids": list(agency_ids)})
        version, own = cursor.fetchone()
    with_own = set(own)
    return {
        agency_id: calendar_of_version(version, agency_id if agency_id in with_own else None)
        for agency_id in agency_ids
    }


@lru_cache(maxsize=256)
def calendar_of_version(version: int | None, agency_id: int | None) -> WorkingCalendar:
    """The calendar that version `version` stood for; agency None: the common one.

    Rows are never changed, only entered and withdrawn by versions, so the answer never changes:
    old evidence ("lich-3") can always be computed again.
    """
    if version is None:
        raise CalendarError("no working calendar has been entered")
    hours = _rows(WorkingHours.objects.all(), version)
    own_hours = [row for row in hours if row.agency_id == agency_id and agency_id is not None]
    days = _rows(CalendarDay.objects.all(), version)
    built = calendar_from(
        _hours(own_hours or [row for row in hours if row.agency_id is None]),
        _holidays(version, [row for row in days if row.agency_id is None]),
        [_day(row) for row in days if agency_id is not None and row.agency_id == agency_id],
    )
    return replace(built, version=str(CalendarVersion(id=version)))


def _rows(kept: QuerySet[Any], version: int) -> list[Any]:
    return list(
        kept.filter(entered_in_id__lte=version)
        .filter(Q(withdrawn_in_id__isnull=True) | Q(withdrawn_in_id__gt=version))
        .order_by("id")
    )


def _hours(rows: Sequence[WorkingHours]) -> Mapping[str, Any]:
    return {
        "name": "lich",
        "verification": " ".join(dict.fromkeys(row.basis for row in rows)),
        "periods": [
            {
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "week": {WEEKDAY_CODES[int(key)]: blocks for key, blocks in row.week.items()},
            }
            for row in rows
        ],
    }


def _holidays(version: int, rows: Sequence[CalendarDay]) -> Mapping[str, Any]:
    years = sorted(_rows(CalendarYear.objects.all(), version), key=lambda row: row.year)
    listed = [
        {
            "year": one.year,
            "official": one.is_official,
            "days": [_day(row) for row in rows if row.day.year == one.year],
        }
        for one in years
    ]
    known = {one.year for one in years}
    loose = [_day(row) for row in rows if row.day.year not in known]
    return {
        "name": "lich",
        "verification": " ".join(dict.fromkeys(one.verification for one in years)),
        "years": [*listed, {"year": 0, "official": False, "days": loose}],
    }


def _day(row: CalendarDay) -> Mapping[str, Any]:
    return {
        "date": row.day,
        "kind": row.kind,
        "name": row.name,
        "source": row.basis,
        "note": row.note,
        "blocks": row.blocks,
        "like": WEEKDAY_CODES[row.like_weekday],
    }

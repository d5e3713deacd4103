"""The calendar of a year as people read it: special days, the hours of work, how official it is."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from congvu.orgs.models import CalendarDay, CalendarYear, WorkingHours


def special_days(agency_id: int | None, year: int) -> list[CalendarDay]:
    """The days of the year that differ from the week, for everybody and for this agency."""
    rows = CalendarDay.objects.filter(withdrawn_in=None, day__year=year)
    return list(rows.filter(_scope(agency_id)).order_by("day", "id"))


def hours_on(agency_id: int | None, day: date) -> WorkingHours | None:
    """The hours by weekday in force that day; the agency's own go before the common ones."""
    rows = WorkingHours.objects.filter(_scope(agency_id), withdrawn_in=None, valid_from__lte=day)
    found = rows.exclude(valid_to__lt=day).order_by("agency_id", "-valid_from", "-id")
    first: WorkingHours | None = next((one for one in found if one.agency_id), found.first())
    return first


def calendar_year(year: int) -> CalendarYear | None:
    """What is known of the year; None: no calendar of it was entered."""
    first: CalendarYear | None = CalendarYear.objects.filter(year=year, withdrawn_in=None).first()
    return first


def _scope(agency_id: int | None) -> Q:
    return Q(agency=None) | Q(agency_id=agency_id) if agency_id else Q(agency=None)

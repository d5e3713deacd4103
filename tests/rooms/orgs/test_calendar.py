"""The working calendar of an agency: entered by versions, closed by dispatch, never rewritten."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from congvu.kit.refusal import Refusal
from congvu.orgs import queries
from congvu.orgs.close_office import close_office
from congvu.orgs.enter_calendar import enter_calendar
from congvu.orgs.events import CalendarChanged
from congvu.orgs.models import CalendarDay, CalendarVersion
from offices import Office, calendar_file

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("calendar")]
STORM = date(2022, 2, 15)


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


@pytest.mark.clause("BLLD.112", "QC.8.3.b")
def test_the_tet_holiday_of_2022_is_in_the_calendar(office: Office, at: datetime) -> None:
    calendar = queries.working_calendar(office.agency.id, at)
    assert calendar.next_opening(local("2022-01-31T10:00")) == local("2022-02-07T07:30")
    assert calendar.add(local("2022-01-28T16:30"), 120) == local("2022-02-07T09:00")
    assert "chưa đối chiếu" in calendar.verification


def test_hours_before_november_2021_were_other_hours(office: Office, at: datetime) -> None:
    calendar = queries.working_calendar(office.agency.id, at)
    assert calendar.opening(date(2021, 10, 29)) == local("2021-10-29T07:00")
    assert calendar.opening(date(2021, 11, 1)) == local("2021-11-01T07:30")


def test_the_same_files_make_no_second_version(at: datetime, told: list[object]) -> None:
    told.clear()
    again = enter_calendar(
        hours=calendar_file("phu-yen-2022"), holidays=calendar_file("viet-nam"), by=None, at=at
    )
    assert again is None and told == []
    assert CalendarVersion.objects.count() == 1


def test_a_new_letter_changes_only_what_it_changes(office: Office, at: datetime) -> None:
    """The letter for 2022 adds a day off; a year that was a guess becomes official."""
    before = queries.working_calendar(office.agency.id, at)
    holidays = calendar_file("viet-nam")
    year = next(one for one in holidays["years"] if one["year"] == 2022)
    year["days"].append({"date": date(2022, 3, 7), "kind": "holiday", "name": "Ngày nghỉ thử"})
    next(one for one in holidays["years"] if one["year"] == 2027)["official"] = True
    later = at + timedelta(minutes=1)
    version = enter_calendar(
        hours=calendar_file("phu-yen-2022"), holidays=holidays, by=None, at=later
    )
    after = queries.working_calendar(office.agency.id, later)
    assert version is not None and after.version == str(version)
    assert not after.is_working_day(date(2022, 3, 7)) and 2027 in after.official_years
    assert before.is_working_day(date(2022, 3, 7)) and 2027 not in before.official_years
    assert CalendarDay.objects.filter(entered_in=version).count() == 1
    # Evidence of the old version is computed again exactly as it was.
    queries.calendar_of_version.cache_clear()
    number = int(before.version.removeprefix("lich-"))
    assert queries.calendar_of_version(number, None) == before
    assert queries.working_calendar(office.agency.id, at) == before


@pytest.mark.clause("QC.8.3.b")
def test_a_storm_closes_one_agency_and_not_its_neighbour(
    office: Office, at: datetime, told: list[object]
) -> None:
    before = queries.working_calendar(office.agency.id, at)
    told.clear()
    version = close_office(
        agency_id=office.agency.id,
        days={STORM: None, date(2022, 2, 16): [["07:30", "11:00"]]},
        reason="Bão số 5",
        basis="Công điện 02/CĐ-UBND",
        by=office.actor(office.head, at),
        at=at + timedelta(minutes=1),
    )
    now = at + timedelta(minutes=2)
    own = queries.working_calendar(office.agency.id, now)
    other = queries.working_calendar(queries.agency_by_code("stp").id, now)
    assert not own.is_working_day(STORM) and other.is_working_day(STORM)
    assert own.closing(date(2022, 2, 16)) == local("2022-02-16T11:00")
    assert before.is_working_day(STORM) and before.version != own.version == str(version)
    assert told == [CalendarChanged(version.id, office.agency.id, at + timedelta(minutes=1))]


def test_a_closed_day_is_not_closed_twice_nor_in_the_past(office: Office, at: datetime) -> None:
    def close(day: date) -> None:
        close_office(
            agency_id=office.agency.id, days={day: None}, reason="Bão", basis="Công điện 02/CĐ-UBND",
            by=office.actor(office.head, at), at=at,
        )  # fmt: skip

    close(STORM)
    with pytest.raises(Refusal) as refused:
        close(STORM)
    assert refused.value.code == "orgs.E017"
    with pytest.raises(Refusal) as refused:
        close(date(2022, 2, 11))
    assert refused.value.code == "orgs.E018"


@pytest.mark.parametrize(("who", "code"), [("unit_head", "orgs.E021"), ("stranger", "orgs.E004")])
def test_only_leaders_close_their_own_office(
    office: Office, at: datetime, who: str, code: str
) -> None:
    agency_id = office.agency.id if who == "unit_head" else queries.agency_by_code("stp").id
    by = office.actor(office.unit_head if who == "unit_head" else office.head, at)
    with pytest.raises(Refusal) as refused:
        close_office(
            agency_id=agency_id, days={STORM: None}, reason="Bão", basis="CĐ", by=by, at=at
        )
    assert refused.value.code == code


def test_closing_everybody_survives_the_next_yearly_letter(office: Office, at: datetime) -> None:
    close_office(
        agency_id=None, days={STORM: None}, reason="Lũ", basis="Công điện 03", by=None, at=at
    )
    holidays = calendar_file("viet-nam")
    year = next(one for one in holidays["years"] if one["year"] == 2022)
    year["days"].append({"date": STORM, "kind": "holiday", "name": "Trùng ngày"})
    enter_calendar(hours=calendar_file("phu-yen-2022"), holidays=holidays, by=None, at=at)
    assert not queries.working_calendar(office.agency.id, at).is_working_day(STORM)
    assert CalendarDay.objects.get(day=STORM, withdrawn_in=None).kind == "closure"


def test_calendars_of_many_agencies_cost_one_question(
    office: Office, at: datetime, django_assert_num_queries: object
) -> None:
    ids = [one.id for one in queries.agencies_on(date(2022, 2, 14))]
    queries.working_calendars(ids, at)
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = queries.working_calendars(ids, at)
    assert len(found) == 21 and len({id(one) for one in found.values()}) == 1

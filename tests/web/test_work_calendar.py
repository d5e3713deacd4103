"""Lịch làm việc: everybody reads it, the leader or the administrator closes the own agency."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House, enter_working_time, make_department
from congvu.orgs.models import CalendarDay
from staff import client_for

pytestmark = [pytest.mark.django_db, pytest.mark.clause("BLLD.112", "QC.8.3.b")]
PAGE = "/lich-lam-viec/"


@pytest.fixture
def house(at: datetime) -> House:
    enter_working_time(at)
    return make_department(at)


def test_the_year_is_read_with_its_holidays_and_hours(house: House, at: datetime) -> None:
    official = client_for(house.drafter.posting_id or 0, at)
    page = official.get(PAGE).content.decode()
    assert "Tết Nguyên đán" in page and "Giờ làm việc" in page and "Thứ Hai" in page
    assert "Chưa nhập lịch năm 2011" in official.get(f"{PAGE}?nam=2011").content.decode()
    assert official.post(f"{PAGE}tam-ngung/", {}).status_code == 403


def test_the_own_agency_is_closed_from_a_day_to_a_day(house: House, at: datetime) -> None:
    head = client_for(house.leader.posting_id or 0, at)
    other = make_department(at, "Sở Tài chính", "STC")
    told = {
        "first": f"{at + timedelta(days=1):%d/%m/%Y}",
        "last": f"{at + timedelta(days=2):%d/%m/%Y}",
        "reason": "Bão số 1",
        "basis": "Công điện số 05/CĐ-UBND",
    }
    yesterday = f"{at - timedelta(days=1):%d/%m/%Y}"
    for wrong in ({"basis": ""}, {"first": yesterday}, {"last": yesterday}, {"last": "31/12/2023"}):
        assert head.post(f"{PAGE}tam-ngung/", {**told, **wrong}).status_code == 422, wrong
    assert head.post(f"{PAGE}tam-ngung/", told).status_code == 302
    closed = CalendarDay.objects.filter(kind="closure")
    assert {one.agency_id for one in closed} == {house.agency.id} and len(closed) == 2
    assert "Bão số 1" in head.get(PAGE).content.decode()
    stranger = client_for(other.leader.posting_id or 0, at)
    assert "Bão số 1" not in stranger.get(PAGE).content.decode()

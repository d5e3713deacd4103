"""Two agencies with mailboxes for everybody, at work, and a relay that does as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import Double, make_provider, stand_in
from congvu.channels.types import MAIL
from congvu.kit import clock
from mailroom import box_of, office_box


@pytest.fixture
def at() -> Iterator[datetime]:
    """Friday 4 March 2022, 09:00: the Regulation is in force."""
    moment = datetime.fromisoformat("2022-03-04T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture(autouse=True)
def double(settings: object) -> type[Double]:
    """The double stands behind its name; every test begins with a clean one."""
    return stand_in(settings)


@pytest.fixture
def house(db: None, at: datetime) -> House:
    """Sở Nội vụ."""
    enter_working_time(at)
    approve_systems(at)
    make_provider(MAIL, at)
    return _with_boxes(make_department(at, "Sở Nội vụ", "SNV"), at)


@pytest.fixture
def other(house: House, at: datetime) -> House:
    """Sở Y tế."""
    return _with_boxes(make_department(at, "Sở Y tế", "SYT"), at)


def _with_boxes(house: House, at: datetime) -> House:
    office_box(house, at)
    for one in (house.leader, house.head, house.drafter, house.colleague, house.clerk):
        box_of(one, at)
    return house

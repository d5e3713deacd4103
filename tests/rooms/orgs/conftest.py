"""A province to ask questions about: the real profile, and a small office with its people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from congvu.orgs.events import AgencyReorganised, CalendarChanged, PostingEnded
from offices import Office, department, enter_calendars, enter_offices, hearing


@pytest.fixture(autouse=True)
def told() -> Iterator[list[object]]:
    """What was published."""
    with hearing(CalendarChanged, PostingEnded, AgencyReorganised) as heard:
        yield heard


@pytest.fixture
def phu_yen(db: None, at: datetime) -> None:
    enter_offices(at, with_districts=True)


@pytest.fixture
def calendar(db: None, at: datetime) -> None:
    enter_calendars(at)


@pytest.fixture
def office(db: None, at: datetime) -> Office:
    enter_offices(at)
    return department(at)

"""Two houses of one province for the tests of rooms: `committee` writes, `house` receives."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import House, approve_systems, enter_working_time, make_committee, make_department
from letters import ring


@pytest.fixture
def house(db: None, at: datetime) -> House:
    """A department at work, with its calendar."""
    enter_working_time(at)
    approve_systems(at)
    made = make_department(at)
    ring(at)
    return made


@pytest.fixture
def committee(house: House, at: datetime) -> House:
    """The provincial People's Committee."""
    return make_committee(at)


@pytest.fixture
def neighbour(house: House, at: datetime) -> House:
    """Another department of the province."""
    return make_department(at, "Sở Tài chính", "STC")

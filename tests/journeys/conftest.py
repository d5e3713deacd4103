"""Houses with keys, calendars and approved systems for the journeys."""

from __future__ import annotations

from datetime import datetime

import pytest

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
)
from letters import ring


@pytest.fixture
def committee(db: None, at: datetime) -> House:
    """The provincial People's Committee."""
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    made = make_committee(at)
    ring(at)
    return made


@pytest.fixture
def department(committee: House, at: datetime) -> House:
    """A department of the province."""
    return make_department(at)


@pytest.fixture
def neighbour(committee: House, at: datetime) -> House:
    """Another department."""
    return make_department(at, "Sở Tài chính", "STC")

"""The documents room alone: its events are heard, and nothing above it reacts."""

from __future__ import annotations

from collections.abc import Iterator
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
from congvu.documents import events as room
from congvu.kit import events
from congvu.orgs.events import CalendarChanged
from congvu.reactions import REACTIONS

HEARD = [kind for kind in vars(room).values() if isinstance(kind, type)]


@pytest.fixture(autouse=True)
def published() -> Iterator[list[object]]:
    """Every event of the room that was published, in order."""
    heard: list[object] = []
    table = {kind: [heard.append] for kind in HEARD if kind.__module__ == room.__name__}
    events.install({**REACTIONS, **table, CalendarChanged: []})
    yield heard
    events.install(REACTIONS)


@pytest.fixture
def house(db: None, at: datetime) -> House:
    """A department at work, with its calendar and keys."""
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    return make_department(at)


@pytest.fixture
def committee(house: House, at: datetime) -> House:
    """The provincial People's Committee, in the same province."""
    return make_committee(at)

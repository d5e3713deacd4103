"""Two agencies with their addresses, working time, and providers that do as they are told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from cast import House, approve_systems, enter_working_time, make_department
from channel_double import Double, make_provider, stand_in
from congvu.channels.models import OwnAddress
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit import clock


@pytest.fixture
def at() -> Iterator[datetime]:
    """Monday 28 February 2022, 09:00: the Regulation is in force since the 18th."""
    moment = datetime.fromisoformat("2022-02-28T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture(autouse=True)
def double(settings: object) -> type[Double]:
    """The double stands behind its name; every test begins with a clean one."""
    return stand_in(settings)


@pytest.fixture
def house(db: None, at: datetime) -> House:
    """Sở Nội vụ at work, with a mailbox, a number and an OA; three channels have a provider."""
    enter_working_time(at)
    approve_systems(at)
    house = make_department(at, "Sở Nội vụ", "SNV")
    own(house, MAIL, "snv@phuyen.gov.vn", at)
    own(house, SMS, "842573999999", at)
    own(house, ZALO, "oa-snv", at)
    for channel in (MAIL, SMS, ZALO):
        make_provider(channel, at)
    return house


def own(house: House, channel: str, address: str, at: datetime) -> OwnAddress:
    """An address of the agency."""
    return OwnAddress.objects.create(
        agency=house.agency, channel=channel, address=address, valid_from=at
    )

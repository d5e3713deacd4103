"""Moments and calendars as the tests of the law write them."""

from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import congvu
from congvu.rules.calendar import WorkingCalendar, calendar_from
from congvu.rules.words import VIETNAM

CALENDARS = Path(congvu.__file__).parent / "regulations" / "calendars"


def vn(written: str) -> datetime:
    """`2022-02-11 18:40`, Vietnam time."""
    return datetime.fromisoformat(written).replace(tzinfo=VIETNAM)


@cache
def written(name: str) -> dict[str, Any]:
    """A calendar file as it stands."""
    return yaml.safe_load((CALENDARS / f"{name}.yaml").read_text("utf-8"))


@cache
def phu_yen() -> WorkingCalendar:
    """The calendar of an administrative agency of Phú Yên."""
    return calendar_from(written("phu-yen-2022"), written("viet-nam"))

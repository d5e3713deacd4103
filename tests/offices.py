"""Offices and calendars for tests: the real profile of Phú Yên and a small department's people."""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from congvu.kit import events
from congvu.orgs import queries
from congvu.orgs.appoint import appoint
from congvu.orgs.enter_calendar import enter_calendar
from congvu.orgs.enter_profile import enter_profile
from congvu.orgs.models import Agency, Person, Posting, Unit
from congvu.orgs.read_profile import read_profile
from congvu.orgs.types import Actor

SINCE = date(2021, 7, 1)
CALENDARS = Path(__file__).parents[1] / "src" / "congvu" / "regulations" / "calendars"


@functools.cache
def _parsed(name: str) -> dict[str, Any]:
    written: dict[str, Any] = yaml.safe_load((CALENDARS / f"{name}.yaml").read_text("utf-8"))
    return written


def calendar_file(name: str) -> dict[str, Any]:
    """A parsed file of regulations/calendars, free to be changed."""
    return copy.deepcopy(_parsed(name))


@functools.cache
def _profile() -> dict[str, Any]:
    return read_profile("phu-yen-2022")


def profile(*, with_districts: bool = True) -> dict[str, Any]:
    """The parsed profile, free to be changed; without districts it is entered faster."""
    written = copy.deepcopy(_profile())
    if not with_districts:
        del written["agencies"][0]["children"]["district"]
        del written["successions"]
    return written


def enter_offices(at: datetime, *, with_districts: bool = False) -> None:
    """The agencies of the profile."""
    enter_profile(profile=profile(with_districts=with_districts), by=None, at=at)


def enter_calendars(at: datetime) -> None:
    """The calendar of the province."""
    enter_calendar(
        hours=calendar_file("phu-yen-2022"), holidays=calendar_file("viet-nam"), by=None, at=at
    )


@contextmanager
def hearing(*classes: type) -> Iterator[list[object]]:
    """What is published of these events, instead of the reactions of the whole house."""
    before = dict(events._reactions)
    heard: list[object] = []
    events.install({one: [heard.append] for one in classes})
    yield heard
    events.install(before)


@dataclass
class Office:
    """Sở Nội vụ with a head, a deputy, a unit head with deputy, a clerk who administers."""

    agency: Agency
    head: Posting
    deputy: Posting
    unit_head: Posting
    unit_deputy: Posting
    clerk: Posting

    def actor(self, posting: Posting, at: datetime) -> Actor:
        return queries.actor_for(posting.id, at)


def person(name: str) -> Person:
    return Person.objects.create(full_name=name, sort_key=name.lower())


def post(
    agency: Agency, name: str, title: str, rank: str, roles: list[str], at: datetime, **more: Any
) -> Posting:
    return appoint(
        person_id=person(name).id,
        agency_id=agency.id,
        unit_id=more.get("unit_id"),
        title=title,
        rank=rank,
        roles=roles,
        valid_from=more.get("valid_from", SINCE),
        valid_to=more.get("valid_to"),
        basis="Quyết định 01/QĐ-SNV",
        by=None,
        at=at,
    )


def department(at: datetime) -> Office:
    """Sở Nội vụ and its people; its agencies must have been entered."""
    agency = Agency.objects.get(code="snv")
    unit = Unit.objects.get(agency=agency, symbol="CCHC").id
    return Office(
        agency=agency,
        head=post(agency, "Nguyễn Thành Long", "Giám đốc", "head", ["leader"], at),
        deputy=post(agency, "Phan Diệu Hiền", "Phó Giám đốc", "deputy", ["leader"], at),
        unit_head=post(
            agency, "Huỳnh Quốc Cường", "Trưởng phòng", "unit_head", ["unit_head"], at, unit_id=unit
        ),
        unit_deputy=post(
            agency,
            "Tô Lan Hương",
            "Phó Trưởng phòng",
            "unit_deputy",
            ["official"],
            at,
            unit_id=unit,
        ),
        clerk=post(agency, "Cao Như Quỳnh", "Văn thư viên", "staff", ["clerk", "agency_admin"], at),
    )

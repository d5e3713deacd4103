"""The cast: agencies and officials for tests and stories, as plain functions and named people.

`make_agency`, `make_unit` and `make_official` make one each. `make_committee` and
`make_department` are two ready houses with everybody that a document needs on its way: the
People's Committee (collective regime) and a department (its head decides alone).
"""

from __future__ import annotations

import functools
import itertools
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

import congvu
from congvu.orgs.enter_calendar import enter_calendar
from congvu.orgs.models import Agency, Person, Position, Posting, Unit
from congvu.orgs.queries import actor_for
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.signing.found_authority import found_authority
from congvu.systems.enter_register import enter_register

CALENDARS = Path(congvu.__file__).parent / "regulations" / "calendars"
LONG_AGO = date(2019, 1, 1)
_numbers = itertools.count(1)


def make_agency(name: str = "Sở Nội vụ", *, symbol: str = "SNV", **more: object) -> Agency:
    """An agency that has stood since 2019; `more` are fields of the row."""
    number = next(_numbers)
    fields = {
        "code": f"thu-{number}",
        "short_name": name,
        "kind": "department",
        "group_name": "Sở, ban, ngành",
        "place": "Phú Yên",
        "superior_lines": ["ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN"],
        "head_title": "Giám đốc",
        "valid_from": LONG_AGO,
        "ordering": number,
    }
    return Agency.objects.create(name=name, symbol=symbol, **{**fields, **more})


def make_unit(agency: Agency, name: str = "Văn phòng", symbol: str = "VP") -> Unit:
    """A unit inside an agency."""
    return Unit.objects.create(agency=agency, name=name, symbol=symbol, valid_from=LONG_AGO)


def make_official(
    agency: Agency,
    name: str,
    *roles: str,
    title: str = "Chuyên viên",
    rank: str = "staff",
    unit: Unit | None = None,
    at: datetime,
) -> Actor:
    """An official with a posting in the agency; the Actor acts at `at`."""
    position, _ = Position.objects.get_or_create(title=title, rank=rank)
    person = Person.objects.create(full_name=name, sort_key=name.split()[-1].lower())
    posting = Posting.objects.create(
        person=person,
        agency=agency,
        unit=unit,
        position=position,
        roles=list(roles),
        valid_from=LONG_AGO,
        ordering=next(_numbers),
    )
    return actor_for(posting.id, at)


@dataclass(frozen=True)
class House:
    """An agency at work: who signs, who heads the unit, who drafts, who is clerk."""

    agency: Agency
    unit: Unit
    leader: Actor
    deputy: Actor
    head: Actor
    drafter: Actor
    colleague: Actor
    clerk: Actor
    archivist: Actor


def make_department(at: datetime, name: str = "Sở Nội vụ", symbol: str = "SNV") -> House:
    """A department whose head decides alone (chế độ thủ trưởng)."""
    agency = make_agency(name, symbol=symbol)
    return _staffed(agency, at, head_title="Giám đốc", deputy_title="Phó Giám đốc")


def make_committee(at: datetime) -> House:
    """The provincial People's Committee (chế độ tập thể)."""
    agency = make_agency(
        "Ủy ban nhân dân tỉnh Phú Yên",
        symbol="UBND",
        kind="province",
        group_name="Ủy ban nhân dân tỉnh",
        superior_lines=[],
        name_lines=["ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN"],
        regime="collective",
        collective_name="Ủy ban nhân dân",
        head_title="Chủ tịch",
    )
    return _staffed(agency, at, head_title="Chủ tịch", deputy_title="Phó Chủ tịch")


def _staffed(agency: Agency, at: datetime, *, head_title: str, deputy_title: str) -> House:
    unit = make_unit(agency, "Phòng Tổng hợp", "TH")
    office = make_unit(agency, "Văn phòng", "VP")
    return House(
        agency=agency,
        unit=unit,
        leader=make_official(agency, "Trần Hữu Thế", LEADER, title=head_title, rank="head", at=at),
        deputy=make_official(agency, "Lê Tấn Hổ", LEADER, title=deputy_title, rank="deputy", at=at),
        head=make_official(
            agency,
            "Phạm Thị Đào",
            UNIT_HEAD,
            title="Trưởng phòng",
            rank="unit_head",
            unit=unit,
            at=at,
        ),
        drafter=make_official(agency, "Nguyễn Văn An", OFFICIAL, unit=unit, at=at),
        colleague=make_official(agency, "Đỗ Minh Châu", OFFICIAL, unit=office, at=at),
        clerk=make_official(agency, "Võ Thị Thư", CLERK, title="Văn thư", unit=office, at=at),
        archivist=make_official(
            agency, "Huỳnh Lưu", ARCHIVIST, title="Lưu trữ viên", unit=office, at=at
        ),
    )


def enter_working_time(at: datetime) -> None:
    """The real calendar of Phú Yên and the official holidays."""
    hours, holidays = (_calendar_file(name) for name in ("phu-yen-2022", "viet-nam"))
    enter_calendar(hours=hours, holidays=holidays, by=None, at=at)


@functools.cache
def _calendar_file(name: str) -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((CALENDARS / f"{name}.yaml").read_text("utf-8"))
    return read


def approve_systems(at: datetime) -> None:
    """The register of approved systems: this one is in it (QC.6.1)."""
    enter_register(by=None, at=at)


def found_keys(at: datetime) -> None:
    """The demonstration authority: from here everybody of the cast can sign."""
    found_authority(at=at)

"""Agencies of the profile and invented people for `congvu bench`, with the postings they hold."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from congvu.kit.folding import fold, nfc
from congvu.orgs.models import Agency, Position, Unit
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, OFFICIAL, UNIT_HEAD, Rank
from congvu.run.demo import read_cast

SINCE = date(2019, 1, 1)
COMMUNE_WEIGHT, OTHER_WEIGHT = 1, 4
# title, rank, role, how many of them an agency has; everybody else is an official.
STAFF = (
    ("", Rank.HEAD, LEADER, 1),
    ("", Rank.DEPUTY, LEADER, 2),
    ("Văn thư viên", Rank.STAFF, CLERK, 2),
    ("Lưu trữ viên", Rank.STAFF, ARCHIVIST, 1),
)


def standing_agencies() -> QuerySet[Agency]:
    """The agencies of the profile that no later change has ended: the 136 of the province."""
    return Agency.objects.filter(valid_to=None).order_by("ordering", "id")


def enter_people(count: int, at: datetime, seed: int) -> None:
    """`count` people, each in one posting, spread over the agencies by their size."""
    drawn = random.Random(seed)  # noqa: S311 (names, not secrets)
    agencies = list(standing_agencies())
    weights = [COMMUNE_WEIGHT if one.kind == "commune" else OTHER_WEIGHT for one in agencies]
    least = sum(number for *_, number in STAFF) + 1
    shares = [max(least, count * weight // sum(weights)) for weight in weights]
    shares[0] += max(0, count - sum(shares))
    with transaction.atomic():
        _copy_people(_names(drawn), sum(shares))
        postings = _postings(agencies, shares)
        _copy(
            "orgs_posting (id, person_id, agency_id, unit_id, position_id, roles, ordering,"
            " valid_from)",
            postings,
        )
        for table in ("orgs_person", "orgs_posting"):
            _set_sequence(table)


def _names(drawn: random.Random) -> Iterator[str]:
    lists = read_cast()["names"]
    given = [name for group in lists["given"] for name in group]
    while True:
        yield nfc(f"{drawn.choice(lists['surnames'])} {drawn.choice(given)}")


def _copy_people(names: Iterator[str], count: int) -> None:
    rows = (
        (number, "official", name, fold(name), "", "", True)
        for number, name in enumerate(islice(names, count), start=1)
    )
    _copy("orgs_person (id, kind, full_name, sort_key, email, phone, is_demonstration)", rows)


def _postings(agencies: list[Agency], shares: list[int]) -> Iterator[tuple[Any, ...]]:
    units: dict[int, list[Unit]] = {}
    for unit in Unit.objects.order_by("ordering", "id"):
        units.setdefault(unit.agency_id, []).append(unit)
    person = 0
    for agency, share in zip(agencies, shares, strict=True):
        own = units.get(agency.id, [])
        for place in range(share):
            person += 1
            title, rank, role, unit = _part(agency, own, place)
            yield (
                person,
                person,
                agency.id,
                unit.id if unit else None,
                _position(title, rank).id,
                [role],
                place,
                SINCE,
            )


def _part(agency: Agency, units: list[Unit], place: int) -> tuple[str, str, str, Unit | None]:
    """What the person at this place of the agency's list is."""
    for title, rank, role, number in STAFF:
        if place < number:
            deputy = f"Phó {agency.head_title}"
            shown = {Rank.HEAD: agency.head_title, Rank.DEPUTY: deputy}.get(rank, title)
            return shown, rank, role, None
        place -= number
    unit = units[place % len(units)] if units else None
    if unit is not None and place < len(units):
        return "Trưởng phòng", Rank.UNIT_HEAD, UNIT_HEAD, unit
    return "Chuyên viên", Rank.STAFF, OFFICIAL, unit


_positions: dict[tuple[str, str], Position] = {}


def _position(title: str, rank: str) -> Position:
    key = (title or "Thủ trưởng", rank)
    if key not in _positions:
        _positions[key], _ = Position.objects.get_or_create(title=key[0], rank=key[1])
    return _positions[key]


def _copy(target: str, rows: Iterator[tuple[Any, ...]]) -> None:
    kept = list(rows)  # the rows ask the database while they are made
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {target} FROM STDIN") as copy,
    ):
        for row in kept:
            copy.write_row(row)


def _set_sequence(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
        )

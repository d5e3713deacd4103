"""Agencies, their units, codes, successors, and the groups of the recipient picker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import connection

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.models import Identifier
from congvu.orgs.refusals import NO_AGENCY
from congvu.orgs.types import AgencyRecord, RecipientGroup, UnitRecord

AGENCY = """
SELECT id, code, name, short_name, kind, group_name, wider_group_name, parent_id, symbol, place,
       superior_lines, name_lines, regime, collective_name, head_title, address, ordering,
       valid_from, valid_to
FROM orgs_agency
"""


def _record(row: tuple[Any, ...]) -> AgencyRecord:
    values = list(row)
    values[10], values[11] = tuple(values[10]), tuple(values[11])
    return AgencyRecord(*values)


def _records(where: str, parameters: Mapping[str, object]) -> list[AgencyRecord]:
    with connection.cursor() as cursor:
        cursor.execute(f"{AGENCY} {where} ORDER BY ordering, id", parameters)
        return [_record(row) for row in cursor.fetchall()]


def agency(agency_id: int) -> AgencyRecord:
    """One agency, whether it still stands or not; refuses an unknown id."""
    found = _records("WHERE id = %(id)s", {"id": agency_id})
    refuse_unless(found, NO_AGENCY)
    return found[0]


def agency_by_code(code: str) -> AgencyRecord:
    """One agency by its code in the profile ("snv"); refuses an unknown code."""
    found = _records("WHERE code = %(code)s", {"code": code})
    refuse_unless(found, NO_AGENCY)
    return found[0]


def agencies(agency_ids: Iterable[int]) -> dict[int, AgencyRecord]:
    """Several agencies by id, in one question; unknown ids are left out."""
    found = _records("WHERE id = ANY(%(ids)s)", {"ids": list(agency_ids)})
    return {one.id: one for one in found}


def agencies_on(day: date) -> list[AgencyRecord]:
    """The agencies that stand on that day, in the province's order (QC.2.1.a, QC.2.1.b)."""
    return _records(
        "WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)", {"day": day}
    )


def subordinate_ids(agency_id: int, day: date) -> list[int]:
    """Ids of every agency below this one in the tree on that day, at any depth."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE below AS (
                SELECT id FROM orgs_agency WHERE parent_id = %(id)s
                    AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
                UNION ALL
                SELECT a.id FROM orgs_agency a JOIN below ON a.parent_id = below.id
                WHERE a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to >= %(day)s)
            )
            SELECT id FROM below
            """,
            {"id": agency_id, "day": day},
        )
        return [row[0] for row in cursor.fetchall()]


def successor_of(agency_id: int, day: date) -> AgencyRecord:
    """Who carries on for this agency on that day: itself, or its successor's successor.

    After a division the first successor by id answers. Refuses when nobody carries on.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE line AS (
                SELECT id, valid_from, valid_to, 0 AS step FROM orgs_agency WHERE id = %(id)s
                UNION ALL
                SELECT a.id, a.valid_from, a.valid_to, line.step + 1
                FROM line
                JOIN orgs_succession s ON s.predecessor_id = line.id AND s.on <= %(day)s
                JOIN orgs_agency a ON a.id = s.successor_id
                WHERE line.step < 20
            )
            SELECT id FROM line
            WHERE valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
            ORDER BY step, id LIMIT 1
            """,
            {"id": agency_id, "day": day},
        )
        row = cursor.fetchone()
    refuse_if(row is None, NO_AGENCY)
    return agency(row[0])


def units_of(agency_id: int, day: date) -> list[UnitRecord]:
    """Units of an agency on that day, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT id, agency_id, parent_id, name, symbol FROM orgs_unit
            WHERE agency_id = %(id)s
                AND valid_from <= %(day)s AND (valid_to IS NULL OR valid_to >= %(day)s)
            ORDER BY ordering, id
            """,
            {"id": agency_id, "day": day},
        )
        return [UnitRecord(*row) for row in cursor.fetchall()]


def identifier(agency_id: int, scheme: str, day: date) -> Identifier | None:
    """The agency's code under a scheme on that day; `is_demonstration` says it is not official."""
    rows: list[Identifier] = list(
        Identifier.objects.filter(agency_id=agency_id, scheme=scheme, valid_from__lte=day)
        .exclude(valid_to__lt=day)
        .order_by("-valid_from")[:1]
    )
    return rows[0] if rows else None


def recipient_groups(day: date) -> list[RecipientGroup]:
    """The picker's groups on that day: wider groups hold their parts (communes by district)."""
    wider: dict[str, list[AgencyRecord]] = {}
    for one in agencies_on(day):
        wider.setdefault(one.wider_group_name or one.group_name, []).append(one)
    return [RecipientGroup(name, tuple(all_), _parts(all_)) for name, all_ in wider.items()]


def _parts(members: Iterable[AgencyRecord]) -> tuple[RecipientGroup, ...]:
    by_name: dict[str, list[AgencyRecord]] = {}
    for one in members:
        by_name.setdefault(one.group_name, []).append(one)
    if len(by_name) == 1:
        return ()
    return tuple(RecipientGroup(name, tuple(own)) for name, own in by_name.items())

"""People in their postings on a day, and who stands in for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import connection

from congvu.kit import clock
from congvu.kit.refusal import refuse_unless
from congvu.orgs.models import Absence
from congvu.orgs.refusals import NO_POSTING
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, UNIT_HEAD, Actor, PostingRecord

POSTING = """
SELECT p.id, p.person_id, h.full_name, t.title, t.rank, p.agency_id, a.name, p.unit_id,
       COALESCE(u.name, ''), COALESCE(u.symbol, ''), p.roles, p.valid_from, p.valid_to
FROM orgs_posting p
JOIN orgs_person h ON h.id = p.person_id
JOIN orgs_position t ON t.id = p.position_id
JOIN orgs_agency a ON a.id = p.agency_id
LEFT JOIN orgs_unit u ON u.id = p.unit_id
"""
IN_FORCE = "p.valid_from <= %(day)s AND (p.valid_to IS NULL OR p.valid_to >= %(day)s)"


def _record(row: tuple[Any, ...]) -> PostingRecord:
    values = list(row)
    values[10] = frozenset(values[10])
    return PostingRecord(*values)


def _records(where: str, parameters: Mapping[str, object]) -> list[PostingRecord]:
    with connection.cursor() as cursor:
        cursor.execute(f"{POSTING} WHERE {where} ORDER BY p.ordering, p.id", parameters)
        return [_record(row) for row in cursor.fetchall()]


def posting(posting_id: int) -> PostingRecord | None:
    """One posting, in force or not; None when there is no such row."""
    found = _records("p.id = %(id)s", {"id": posting_id})
    return found[0] if found else None


def actor_for(posting_id: int, at: datetime, account_id: int | None = None) -> Actor:
    """The official acting in this posting; refuses a posting that is not in force then."""
    day = clock.local(at).date()
    found = _records(f"p.id = %(id)s AND {IN_FORCE}", {"id": posting_id, "day": day})
    refuse_unless(found, NO_POSTING, day=f"{day:%d/%m/%Y}")
    one = found[0]
    return Actor(
        person_id=one.person_id,
        posting_id=one.posting_id,
        agency_id=one.agency_id,
        unit_id=one.unit_id,
        full_name=one.full_name,
        title=one.title,
        agency_name=one.agency_name,
        roles=one.roles,
        account_id=account_id,
        unit_name=one.unit_name,
    )


def postings_of(person_id: int, day: date) -> list[PostingRecord]:
    """Every posting a person holds on that day: what the posting switch offers."""
    return _records(f"p.person_id = %(id)s AND {IN_FORCE}", {"id": person_id, "day": day})


def people_of_agency(agency_id: int, day: date) -> list[PostingRecord]:
    """Everybody who holds a posting in the agency on that day, leaders first."""
    return _records(f"p.agency_id = %(id)s AND {IN_FORCE}", {"id": agency_id, "day": day})


def holders_of_role(agency_id: int, role: str, day: date) -> list[PostingRecord]:
    """Postings of the agency that carry the role (types.CLERK, ...) on that day."""
    return _records(
        f"p.agency_id = %(id)s AND %(role)s::text = ANY(p.roles) AND {IN_FORCE}",
        {"id": agency_id, "role": role, "day": day},
    )


def leaders_of(agency_id: int, day: date) -> list[PostingRecord]:
    """The leaders of the agency, its head first."""
    return holders_of_role(agency_id, LEADER, day)


def clerks_of(agency_id: int, day: date) -> list[PostingRecord]:
    """The clerks (văn thư) of the agency."""
    return holders_of_role(agency_id, CLERK, day)


def archivists_of(agency_id: int, day: date) -> list[PostingRecord]:
    """The archivists (lưu trữ) of the agency."""
    return holders_of_role(agency_id, ARCHIVIST, day)


def unit_heads_of(agency_id: int, day: date) -> list[PostingRecord]:
    """The heads of the agency's units."""
    return holders_of_role(agency_id, UNIT_HEAD, day)


def head_of(agency_id: int, day: date) -> PostingRecord | None:
    """The head of the agency, or who acts as head (Q.); None while the post is vacant."""
    found = _records(
        f"p.agency_id = %(id)s AND t.rank IN ('head', 'acting_head') AND {IN_FORCE}",
        {"id": agency_id, "day": day},
    )
    return min(found, key=lambda one: one.rank != "head") if found else None


def substitute_of(posting_id: int, at: datetime) -> PostingRecord | None:
    """Who stands in for an absent holder at that moment; None when present or nobody is named."""
    away = Absence.objects.filter(
        posting_id=posting_id, starts_at__lte=at, ends_at__gt=at, substitute__isnull=False
    ).order_by("-id")
    first = away.values_list("substitute_id", flat=True).first()
    return None if first is None else posting(first)


def acting_for(posting_id: int | None, at: datetime) -> list[int]:
    """The postings whose work this one does at that moment: its own, then the absent ones'."""
    if posting_id is None:
        return []
    return [posting_id, *(one.posting_id for one in substituted_by(posting_id, at))]


def substituted_by(posting_id: int, at: datetime) -> list[PostingRecord]:
    """The absent holders whose work this posting sees and does at that moment."""
    return _records(
        """p.id IN (SELECT b.posting_id FROM orgs_absence b
           WHERE b.substitute_id = %(id)s AND b.starts_at <= %(at)s AND b.ends_at > %(at)s)""",
        {"id": posting_id, "at": at},
    )

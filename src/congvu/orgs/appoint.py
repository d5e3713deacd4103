"""Appoint a person to a position in an agency: a posting with roles, from a day on."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.access import refuse_outsiders
from congvu.orgs.models import Agency, Position, Posting, Unit
from congvu.orgs.types import HEADS, ROLES, SYSTEM_ADMIN, Actor, Rank
from congvu.rules.clauses import clause


@clause("QC.2.2")
def appoint(
    *,
    person_id: int,
    agency_id: int,
    unit_id: int | None,
    title: str,
    rank: str,
    roles: Iterable[str],
    valid_from: date,
    valid_to: date | None = None,
    basis: str,
    by: Actor | None,
    at: datetime,
) -> Posting:
    """Open a posting. rank: a value of Position.Rank; roles: of types.ROLES; basis: the decision.

    An agency has one head at a time. The system administrator's role is no part of a posting.
    """
    with transaction.atomic():
        # The agency row is the lock under which its posts are filled.
        agency = Agency.objects.select_for_update().filter(id=agency_id).first()
        wanted = sorted(set(roles))

        refuse_if(agency is None, refusals.NO_AGENCY)
        refuse_outsiders(by, agency_id)
        refuse_if(valid_to is not None and valid_to < valid_from, refusals.DATES_REVERSED)
        unknown = [role for role in wanted if role not in ROLES or role == SYSTEM_ADMIN]
        refuse_if(unknown, refusals.UNKNOWN_ROLE, role=", ".join(unknown))
        is_own_unit = unit_id is None or Unit.objects.filter(id=unit_id, agency=agency).exists()
        refuse_unless(is_own_unit, refusals.UNIT_ELSEWHERE)
        taken = rank in HEADS and _has_head_from(agency_id, valid_from)
        refuse_if(taken, refusals.POST_TAKEN, title=title)

        position, _ = Position.objects.get_or_create(title=title, rank=Rank(rank).value)
        posting = Posting.objects.create(
            person_id=person_id,
            agency=agency,
            unit_id=unit_id,
            position=position,
            roles=wanted,
            ordering=list(Rank).index(Rank(rank)) * 100,
            valid_from=valid_from,
            valid_to=valid_to,
        )

        write_entry(
            "orgs.appointed",
            by=by,
            at=at,
            on=("posting", posting.id),
            agency_id=agency_id,
            clause="QC.2.2",
            details={"person": person_id, "title": title, "roles": wanted, "basis": basis},
        )
    return posting


def _has_head_from(agency_id: int, day: date) -> bool:
    held = Posting.objects.filter(agency_id=agency_id, position__rank__in=HEADS)
    return bool(held.exclude(valid_to__lt=day).exists())

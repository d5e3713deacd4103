"""Who may sign for whom and who is away, in one agency, for the page that says so."""

from __future__ import annotations

from datetime import date, datetime

from django.db.models import Q

from congvu.orgs.models import Absence, Delegation

MOST_ROWS = 300


def delegations_of(agency_id: int, day: date) -> list[Delegation]:
    """What was given by people of the agency and has not ended: in force, suspended, to come."""
    rows = Delegation.objects.filter(giver__agency_id=agency_id, revoked_at=None).filter(
        Q(valid_to=None) | Q(valid_to__gte=day)
    )
    rows = rows.select_related("giver__person", "giver__position", "taker__person")
    rows = rows.select_related("taker__position", "taker__agency")
    return list(rows.order_by("giver_id", "kind", "taker__ordering", "id")[:MOST_ROWS])


def absences_of(agency_id: int, at: datetime) -> list[Absence]:
    """Who of the agency is away now or will be, the next first."""
    rows = Absence.objects.filter(posting__agency_id=agency_id, ends_at__gt=at)
    rows = rows.select_related("posting__person", "posting__position", "substitute__person")
    return list(rows.order_by("starts_at", "id")[:MOST_ROWS])

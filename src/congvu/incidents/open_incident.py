"""Open an incident: what was noticed, where, under which clause (QC.4.4, QC.10.3)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import queries
from congvu.incidents.models import Incident
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.4", "QC.10.3")
def open_incident(
    *,
    kind: Incident.Kind,
    agency_id: int,
    said: str,
    under: str,
    by: Actor | None,
    at: datetime,
    facts: Mapping[str, object] | None = None,
) -> Incident:
    """Record it and lay it before the officer of its kind (without one: the head).

    `said` is one Vietnamese sentence or two, without content; `under` the clause. `facts` must be
    JSON-able and may name rules, channels, serials, never content or its hash.
    """
    with transaction.atomic():
        officer = queries.officer_of(agency_id, kind, at)
        incident = Incident.objects.create(
            agency_id=agency_id,
            kind=kind,
            said=said,
            clause=under,
            facts=dict(facts or {}),
            by_id=by.posting_id if by and by.agency_id == agency_id else None,
            opened_at=at,
            officer_id=officer.posting_id if officer else None,
        )

        write_entry(
            "incidents.opened",
            by=by,
            at=at,
            on=("incident", incident.id),
            agency_id=agency_id,
            clause=under,
            details={"kind": str(kind)},
        )
    return incident

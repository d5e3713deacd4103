"""Close an incident with its outcome (kết thúc sự cố)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import access
from congvu.incidents.add_note import checked_text
from congvu.incidents.models import Incident, IncidentStep
from congvu.incidents.states import become
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.4", "QC.10.3")
def close_incident(*, incident_id: int, outcome: str, by: Actor, at: datetime) -> Incident:
    """It is over; `outcome` says how. Nobody but the head closes an incident of one's own doing."""
    with transaction.atomic():
        incident = access.incident_for(by, incident_id, lock=True)
        said = checked_text(outcome)

        is_own = incident.by_id is not None and incident.by_id == by.posting_id
        refuse_if(is_own and not access.is_head(by), "incidents.E014")
        become(incident, Incident.State.CLOSED)

        incident.closed_at = at
        incident.outcome = said
        incident.save(update_fields=["state", "closed_at", "outcome"])
        IncidentStep.objects.create(
            agency_id=incident.agency_id,
            incident=incident,
            act=IncidentStep.Act.CLOSED,
            text=said,
            by_id=by.posting_id,
            at=at,
        )

        write_entry("incidents.closed", by=by, at=at, on=("incident", incident.id), clause="QC.4.4")
    return incident

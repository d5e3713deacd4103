"""Take an incident in hand (nhận xử lý sự cố)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import access
from congvu.incidents.models import Incident, IncidentStep
from congvu.incidents.states import become
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.4")
def take_incident(*, incident_id: int, by: Actor, at: datetime) -> Incident:
    """From here somebody works on it; who took it is its officer from now on."""
    with transaction.atomic():
        incident = access.incident_for(by, incident_id, lock=True)

        become(incident, Incident.State.IN_HAND)

        incident.officer_id = by.posting_id
        incident.save(update_fields=["state", "officer"])
        IncidentStep.objects.create(
            agency_id=incident.agency_id,
            incident=incident,
            act=IncidentStep.Act.TAKEN,
            by_id=by.posting_id,
            at=at,
        )

        write_entry("incidents.taken", by=by, at=at, on=("incident", incident.id), clause="QC.4.4")
    return incident

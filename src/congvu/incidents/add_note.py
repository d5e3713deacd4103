"""Write down a step that was taken about an incident (ghi bước xử lý)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import access
from congvu.incidents.models import Incident, IncidentStep
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST, LONGEST = 5, 2000


@clause("QC.4.4")
def add_note(*, incident_id: int, text: str, by: Actor, at: datetime) -> IncidentStep:
    """One step, in words; the content that caused the incident has no place in them."""
    with transaction.atomic():
        incident = access.incident_for(by, incident_id, lock=True)
        said = checked_text(text)

        is_closed = incident.state == Incident.State.CLOSED
        refuse_if(is_closed, "incidents.E004", state=incident.get_state_display())

        step = IncidentStep.objects.create(
            agency_id=incident.agency_id,
            incident=incident,
            act=IncidentStep.Act.NOTED,
            text=said,
            by_id=by.posting_id,
            at=at,
        )

        write_entry("incidents.noted", by=by, at=at, on=("incident", incident.id), clause="QC.4.4")
    return step


def checked_text(text: str) -> str:
    """Clean words of a lawful length."""
    said = clean_text(text).strip()
    is_long_enough = LEAST <= len(said) <= LONGEST
    refuse_unless(is_long_enough, "incidents.E005", least=LEAST, limit=LONGEST, length=len(said))
    return said

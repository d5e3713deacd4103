"""Write a direction on an arrival (bút phê: ND30 Điều 23.2)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Registration
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.tasks import refusals  # noqa: F401
from congvu.tasks.models import Direction
from congvu.tasks.present import answer_presentations


@clause("QC.5.1", "ND30.23.2")
def write_direction(*, arrival_id: int, text: str, by: Actor, at: datetime) -> Direction:
    """Keep a leader's direction; a presentation to this leader is answered by it."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="direct", lock=True)
        text = clean_text(text).strip()

        refuse_unless(Registration.objects.filter(arrival=arrival).exists(), "tasks.E002")
        refuse_unless(0 < len(text) <= 4000, "tasks.E003")
        said_already = Direction.objects.filter(arrival=arrival, by_id=by.posting_id, text=text)
        refuse_if(said_already.exists(), "tasks.E017")

        direction = Direction.objects.create(
            agency_id=arrival.agency_id, arrival=arrival, text=text, by_id=by.posting_id, at=at
        )
        answer_presentations(arrival, by, at)

        write_entry(
            "tasks.directed",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.23.2",
            details={"arrival": arrival.id, "direction": direction.id},
        )
    return direction

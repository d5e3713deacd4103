"""Lay a registered arrival before a leader (trình: ND30 Điều 23.1)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Arrival, Registration
from congvu.documents.states import ArrivalState, become
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.models import Posting
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause
from congvu.tasks import refusals  # noqa: F401
from congvu.tasks.models import Presentation


@clause("ND30.23.1", "ND30.22.1")
def present_arrival(
    *, arrival_id: int, to_posting_id: int, by: Actor, at: datetime, note: str = ""
) -> Presentation:
    """Present the arrival to a leader of the agency; only what is registered may be presented."""
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="present", lock=True)
        leader = serving(to_posting_id, arrival.agency_id, at)

        refuse_unless(Registration.objects.filter(arrival=arrival).exists(), "tasks.E002")
        refuse_unless(leader is not None and LEADER in leader.roles, "tasks.E011")
        waiting = Presentation.objects.filter(
            arrival=arrival, to_id=to_posting_id, answered_at__isnull=True
        )
        refuse_if(waiting.exists(), "tasks.E016")

        if arrival.state == ArrivalState.REGISTERED:
            become(arrival, ArrivalState.PRESENTED, at)
        presentation = Presentation.objects.create(
            agency_id=arrival.agency_id,
            arrival=arrival,
            to_id=to_posting_id,
            by_id=by.posting_id,
            at=at,
            note=clean_text(note).strip()[:500],
        )

        write_entry(
            "tasks.presented",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.23.1",
            details={"arrival": arrival.id, "to": to_posting_id},
        )
    return presentation


def answer_presentations(arrival: Arrival, by: Actor, at: datetime) -> None:
    """What was presented to this leader, or to the absent one it stands in for, is answered."""
    Presentation.objects.filter(
        arrival=arrival, to_id__in=orgs.acting_for(by.posting_id, at), answered_at__isnull=True
    ).update(answered_at=at)


def serving(posting_id: int, agency_id: int, at: datetime) -> Posting | None:
    """The posting, if its holder serves in this agency on that day."""
    today = clock.local(at).date()
    posting = Posting.objects.filter(id=posting_id, agency_id=agency_id).first()
    if posting is None or posting.valid_from > today:
        return None
    return None if posting.valid_to and posting.valid_to < today else posting

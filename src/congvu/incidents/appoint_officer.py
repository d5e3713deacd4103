"""Appoint the officer who takes the agency's incidents of a kind (cử người phụ trách sự cố)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents import access
from congvu.incidents.models import Incident, IncidentStep, Officer
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST_BASIS, LONGEST_BASIS = 5, 250


@clause("QC.10.3", "QC.4.4")
def appoint_officer(
    *, kind: str, posting_id: int, basis: str, valid_from: date, by: Actor, at: datetime
) -> Officer:
    """From that day on the incidents of this kind are this posting's; open ones pass to it."""
    with transaction.atomic():
        today, basis = clock.local(at).date(), plain_spaces(clean_text(basis))
        people = {one.posting_id for one in orgs.people_of_agency(by.agency_id or 0, valid_from)}

        refuse_unless(access.may_appoint(by), "incidents.E003")
        refuse_unless(kind in Incident.Kind.values, "incidents.E006")
        refuse_unless(posting_id in people, "incidents.E007")
        refuse_unless(LEAST_BASIS <= len(basis) <= LONGEST_BASIS, "incidents.E008")
        refuse_if(valid_from < today, "incidents.E012")

        former = Officer.objects.filter(agency_id=by.agency_id, kind=kind, valid_to=None)
        former.update(valid_to=valid_from - timedelta(days=1))
        officer = Officer.objects.create(
            agency_id=by.agency_id,
            kind=kind,
            posting_id=posting_id,
            valid_from=valid_from,
            basis=basis,
            by_id=by.posting_id,
            at=at,
        )
        if valid_from == today:
            _hand_over(officer, by, at)

        write_entry(
            "incidents.officer_appointed",
            by=by,
            at=at,
            on=("posting", posting_id),
            clause="QC.10.3",
            details={"kind": kind, "basis": basis, "from": valid_from},
        )
    return officer


def _hand_over(officer: Officer, by: Actor, at: datetime) -> None:
    waiting = Incident.objects.select_for_update().filter(
        agency_id=officer.agency_id, kind=officer.kind, state=Incident.State.OPEN
    )
    for incident in waiting.exclude(officer_id=officer.posting_id):
        incident.officer_id = officer.posting_id
        incident.save(update_fields=["officer"])
        IncidentStep.objects.create(
            agency_id=incident.agency_id,
            incident=incident,
            act=IncidentStep.Act.HANDED,
            by_id=by.posting_id,
            at=at,
        )

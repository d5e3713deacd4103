"""Who may see and handle an incident: its officer, the head, the agency's administrator.

An inspector reads counts only; whoever reported an incident reads that one. What may not be seen
is "not found".
"""

from __future__ import annotations

from congvu.incidents.models import Incident
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, Actor

# SQL over alias `i`; parameters: see `concern_parameters`. Whose business an incident is.
CONCERNED = (
    "(i.officer_id = ANY(%(postings)s) OR %(is_admin)s OR EXISTS ("
    "SELECT 1 FROM orgs_posting h JOIN orgs_position t ON t.id = h.position_id"
    " WHERE h.id = ANY(%(postings)s) AND h.agency_id = i.agency_id"
    " AND t.rank IN ('head', 'acting_head')))"
)
# Whose task it is: the officer's, and the head's where the officer's posting has ended.
TO_DO = (
    "(i.officer_id = ANY(%(postings)s) OR (EXISTS ("
    "SELECT 1 FROM orgs_posting h JOIN orgs_position t ON t.id = h.position_id"
    " WHERE h.id = ANY(%(postings)s) AND h.agency_id = i.agency_id"
    " AND t.rank IN ('head', 'acting_head')) AND NOT EXISTS ("
    "SELECT 1 FROM orgs_posting o WHERE o.id = i.officer_id"
    " AND (o.valid_to IS NULL OR o.valid_to >= %(today)s))))"
)


def concern_parameters(by: Actor) -> dict[str, object]:
    """The parameters of `CONCERNED` and `TO_DO`."""
    return {
        "agency_id": by.agency_id,
        "postings": orgs.acting_for(by.posting_id, clock.now()),
        "is_admin": by.has(AGENCY_ADMIN),
        "today": clock.today(),
    }


def is_head(by: Actor) -> bool:
    """Whether the actor heads the agency, or stands in for its absent head."""
    head = orgs.head_of(by.agency_id or 0, clock.today())
    return head is not None and head.posting_id in orgs.acting_for(by.posting_id, clock.now())


def is_concerned(by: Actor, incident: Incident) -> bool:
    """Whether this actor handles the incident."""
    if incident.agency_id != by.agency_id or by.posting_id is None:
        return False
    is_officer = incident.officer_id in orgs.acting_for(by.posting_id, clock.now())
    return is_officer or by.has(AGENCY_ADMIN) or is_head(by)


def incident_for(by: Actor, incident_id: int, *, lock: bool = False) -> Incident:
    """The incident of the actor's agency, if it is this actor's business; else "not found"."""
    rows = Incident.objects.select_for_update(of=("self",)) if lock else Incident.objects
    incident = rows.filter(id=incident_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(incident is None, "incidents.E001")
    is_reporter = incident.by_id is not None and incident.by_id == by.posting_id
    refuse_unless(is_concerned(by, incident) or (is_reporter and not lock), "incidents.E001")
    return incident


def may_appoint(by: Actor) -> bool:
    """The head and the administrator of the agency appoint officers."""
    return by.agency_id is not None and (by.has(AGENCY_ADMIN) or is_head(by))

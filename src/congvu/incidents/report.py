"""Report an incident by hand: whoever sees something tells the agency's officer (báo sự cố)."""

from __future__ import annotations

from datetime import datetime

from congvu.incidents.add_note import checked_text
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LONGEST_REPORT = 1000


@clause("QC.4.4", "QC.10.3")
def report_incident(*, kind: str, text: str, by: Actor, at: datetime) -> Incident:
    """Open an incident in one's own agency, in one's own words."""
    refuse_unless(by.agency_id is not None and by.posting_id is not None, "incidents.E001")
    refuse_unless(kind in Incident.Kind.values, "incidents.E006")
    said = checked_text(text)
    is_short_enough = len(said) <= LONGEST_REPORT
    refuse_unless(
        is_short_enough, "incidents.E005", least=5, limit=LONGEST_REPORT, length=len(said)
    )
    return open_incident(
        kind=Incident.Kind(kind),
        agency_id=by.agency_id or 0,
        said=said,
        under="QC.4.4",
        by=by,
        at=at,
        facts={"reported": True},
    )

"""Questions about agencies, people and calendars, for a stated date."""

from congvu.orgs.queries.agencies import (
    agencies,
    agencies_on,
    agency,
    agency_by_code,
    identifier,
    recipient_groups,
    subordinate_ids,
    successor_of,
    units_of,
)
from congvu.orgs.queries.calendars import (
    calendar_of_version,
    working_calendar,
    working_calendars,
)
from congvu.orgs.queries.postings import (
    acting_for,
    actor_for,
    archivists_of,
    clerks_of,
    head_of,
    holders_of_role,
    leaders_of,
    people_of_agency,
    posting,
    postings_of,
    substitute_of,
    substituted_by,
    unit_heads_of,
)
from congvu.orgs.queries.signing import signers_of, signing_authorities, signing_authority
from congvu.orgs.queries.special_days import calendar_year, hours_on, special_days
from congvu.orgs.queries.stand_ins import absences_of, delegations_of

__all__ = [
    "absences_of",
    "acting_for",
    "actor_for",
    "agencies",
    "agencies_on",
    "agency",
    "agency_by_code",
    "archivists_of",
    "calendar_of_version",
    "calendar_year",
    "clerks_of",
    "delegations_of",
    "head_of",
    "holders_of_role",
    "hours_on",
    "identifier",
    "leaders_of",
    "people_of_agency",
    "posting",
    "postings_of",
    "recipient_groups",
    "signers_of",
    "signing_authorities",
    "signing_authority",
    "special_days",
    "subordinate_ids",
    "substitute_of",
    "substituted_by",
    "successor_of",
    "unit_heads_of",
    "units_of",
    "working_calendar",
    "working_calendars",
]

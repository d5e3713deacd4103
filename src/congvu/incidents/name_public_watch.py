"""Name the agency that answers for what the public brings to the province's pages."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents.models import PublicWatch
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.access import refuse_all_but_system
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEAST_BASIS, LONGEST_BASIS = 5, 250


@clause("QC.4.1", "QC.10.3")
def name_public_watch(
    *, agency_code: str, valid_from: date, basis: str, by: Actor | None, at: datetime
) -> PublicWatch:
    """From that day on; the former one's time ends the day before."""
    with transaction.atomic():
        basis = plain_spaces(clean_text(basis))
        found = [one for one in orgs.agencies_on(valid_from) if one.code == agency_code]

        refuse_all_but_system(by)
        refuse_unless(found, "incidents.E013", code=agency_code)
        refuse_unless(LEAST_BASIS <= len(basis) <= LONGEST_BASIS, "incidents.E008")
        is_past = by is not None and valid_from < clock.local(at).date()
        refuse_if(is_past, "incidents.E012")

        PublicWatch.objects.filter(valid_to=None).update(valid_to=valid_from - timedelta(days=1))
        watch = PublicWatch.objects.create(
            agency_id=found[0].id, valid_from=valid_from, basis=basis, at=at
        )

        write_entry(
            "incidents.public_watch_named",
            by=by,
            at=at,
            on=("agency", found[0].id),
            clause="QC.10.3",
            details={"from": valid_from, "basis": basis},
        )
    return watch

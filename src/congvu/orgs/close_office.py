"""Close an agency, or all, for days outside the yearly calendar (storm, flood, epidemic).

Moments already computed keep their calendar version; only open clocks are counted again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.events import CalendarChanged
from congvu.orgs.models import CalendarDay, CalendarVersion
from congvu.orgs.types import AGENCY_ADMIN, LEADER, Actor
from congvu.rules.clauses import clause

Blocks = Sequence[Sequence[str]]


@clause("QC.8.3.b")
def close_office(
    *,
    agency_id: int | None,
    days: Mapping[date, Blocks | None],
    reason: str,
    basis: str,
    by: Actor | None,
    at: datetime,
) -> CalendarVersion:
    """Stop work on these days; a day's blocks (`[["07:30", "11:00"]]`) are what is still worked.

    agency_id None closes every agency: only the installation itself (by None) does that.
    basis: the dispatch that orders it. Past days are refused. Gives the new calendar version.
    """
    with transaction.atomic():
        today = clock.local(at).date()
        earliest = min(days)

        refuse_if(by is not None and agency_id is None, refusals.OTHER_AGENCY)
        refuse_if(by is not None and agency_id != by.agency_id, refusals.OTHER_AGENCY)
        refuse_unless(by is None or by.has(LEADER, AGENCY_ADMIN), refusals.NOT_LEADER)
        refuse_unless(reason.strip() and basis.strip(), refusals.NO_REASON)
        refuse_if(earliest < today, refusals.DAY_PAST, day=f"{earliest:%d/%m/%Y}")
        _refuse_taken(agency_id, days)

        version = CalendarVersion.objects.create(made_at=at, reason=f"{basis}: {reason}"[:250])
        CalendarDay.objects.bulk_create(
            CalendarDay(
                agency_id=agency_id,
                day=day,
                kind=CalendarDay.Kind.CLOSURE,
                name=reason,
                basis=basis,
                blocks=None if blocks is None else [list(one) for one in blocks],
                entered_in=version,
            )
            for day, blocks in days.items()
        )

        write_entry(
            "orgs.office_closed",
            by=by,
            at=at,
            on=("calendar_version", version.id),
            agency_id=agency_id,
            clause="QC.8.3.b",
            details={"days": sorted(str(day) for day in days), "basis": basis, "reason": reason},
        )
        publish(CalendarChanged(version_id=version.id, agency_id=agency_id, at=at))
    return version


def _refuse_taken(agency_id: int | None, days: Mapping[date, Blocks | None]) -> None:
    """A day has one rule per scope; an agency's own may stand over the yearly letter's."""
    taken = CalendarDay.objects.select_for_update().filter(
        agency_id=agency_id, day__in=list(days), withdrawn_in__isnull=True
    )
    for one in taken[:1]:
        raise refusal(refusals.DAY_ALREADY_CLOSED, day=f"{one.day:%d/%m/%Y}", name=one.name)

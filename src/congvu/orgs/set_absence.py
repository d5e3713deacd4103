"""Record that a holder is away, and who sees and does the work meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.models import Absence, Posting
from congvu.orgs.types import AGENCY_ADMIN, Actor


def set_absence(
    *,
    posting_id: int,
    substitute_id: int | None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    by: Actor | None,
    at: datetime,
) -> Absence:
    """Away from `starts_at` up to `ends_at` (not included). The substitute is of the same agency.

    A substitute works in the own name: signing for an absent head needs a delegation besides.
    """
    with transaction.atomic():
        posting = Posting.objects.select_for_update().filter(id=posting_id).first()

        refuse_if(posting is None, refusals.NO_POSTING, day=f"{clock.local(starts_at):%d/%m/%Y}")
        refuse_if(by is not None and by.agency_id != posting.agency_id, refusals.OTHER_AGENCY)
        allowed = by is None or by.posting_id == posting_id or by.has(AGENCY_ADMIN)
        refuse_unless(allowed, refusals.NOT_ADMINISTRATOR)
        refuse_unless(starts_at < ends_at, refusals.DATES_REVERSED)
        refuse_if(substitute_id == posting_id, refusals.OWN_SUBSTITUTE)
        _refuse_stranger(substitute_id, posting)
        _refuse_overlap(posting_id, starts_at, ends_at)

        absence = Absence.objects.create(
            posting=posting,
            substitute_id=substitute_id,
            starts_at=starts_at,
            ends_at=ends_at,
            reason=reason.strip(),
        )

        write_entry(
            "orgs.absence_set",
            by=by,
            at=at,
            on=("posting", posting_id),
            agency_id=posting.agency_id,
            details={"substitute": substitute_id, "from": str(starts_at), "to": str(ends_at)},
        )
    return absence


def _refuse_stranger(substitute_id: int | None, posting: Posting) -> None:
    if substitute_id is None:
        return
    colleague = Posting.objects.filter(id=substitute_id, agency_id=posting.agency_id)
    refuse_unless(colleague.exists(), refusals.NOT_SUBORDINATE)


def _refuse_overlap(posting_id: int, starts_at: datetime, ends_at: datetime) -> None:
    other = Absence.objects.filter(
        posting_id=posting_id, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).first()
    refuse_if(
        other is not None,
        refusals.ABSENCE_OVERLAPS,
        since=f"{clock.local(other.starts_at):%H:%M %d/%m/%Y}" if other else "",
        until=f"{clock.local(other.ends_at):%H:%M %d/%m/%Y}" if other else "",
    )

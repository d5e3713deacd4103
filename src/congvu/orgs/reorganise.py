"""Reorganise: one agency ends and another takes over (merger, division, renaming).

Rows of the past keep the predecessor: a document shows the issuer's name of its own day. Postings
of the predecessor end; who goes on is appointed anew.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import refusals
from congvu.orgs.access import refuse_all_but_system
from congvu.orgs.events import AgencyReorganised
from congvu.orgs.models import Agency, Delegation, Identifier, Posting, Succession, Unit
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.2.1")
def reorganise(
    *,
    predecessor_id: int,
    successor_ids: list[int],
    on: date,
    basis: str,
    by: Actor | None,
    at: datetime,
) -> list[Succession]:
    """From `on` the successors carry on for the predecessor, whose last day is the eve.

    A renaming is a new agency with the new name as the one successor.
    """
    with transaction.atomic():
        ids = [predecessor_id, *successor_ids]
        locked = Agency.objects.select_for_update().order_by("id").filter(id__in=ids)
        found = {one.id: one for one in locked}
        eve = on - timedelta(days=1)

        refuse_all_but_system(by)
        refuse_if(len(found) < len(set(ids)), refusals.NO_AGENCY)
        predecessor = found[predecessor_id]
        refuse_if(not successor_ids or predecessor_id in successor_ids, refusals.SAME_AGENCY)
        ended = predecessor.valid_to
        refuse_if(
            ended is not None and ended < on, refusals.AGENCY_ENDED, day=f"{ended or on:%d/%m/%Y}"
        )
        refuse_if(eve < predecessor.valid_from, refusals.DATES_REVERSED)
        refuse_unless(basis.strip(), refusals.NO_REASON)

        Agency.objects.filter(id=predecessor_id).update(valid_to=eve)
        of_it = Q(agency_id=predecessor_id) & (Q(valid_to__isnull=True) | Q(valid_to__gt=eve))
        for model in (Unit, Posting, Identifier):
            model.objects.filter(of_it).update(valid_to=eve)
        Delegation.objects.filter(giver__agency_id=predecessor_id).exclude(
            valid_to__lte=eve
        ).update(valid_to=eve)
        successions = Succession.objects.bulk_create(
            Succession(predecessor_id=predecessor_id, successor_id=one, on=on, basis=basis.strip())
            for one in successor_ids
        )

        write_entry(
            "orgs.reorganised",
            by=by,
            at=at,
            on=("agency", predecessor_id),
            agency_id=predecessor_id,
            clause="QC.2.1",
            details={"successors": successor_ids, "on": str(on), "basis": basis.strip()},
        )
        for one in successor_ids:
            publish(AgencyReorganised(predecessor_id=predecessor_id, successor_id=one, at=at))
    return list(successions)

"""End a posting: after its last day the holder no longer acts in it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if
from congvu.orgs import refusals
from congvu.orgs.access import refuse_outsiders
from congvu.orgs.events import PostingEnded
from congvu.orgs.models import Delegation, Posting
from congvu.orgs.types import Actor


def end_posting(
    *, posting_id: int, last_day: date, basis: str, by: Actor | None, at: datetime
) -> None:
    """Close the posting after `last_day`; delegations it gave or took end with it."""
    with transaction.atomic():
        posting = Posting.objects.select_for_update().filter(id=posting_id).first()

        refuse_if(posting is None, refusals.NO_POSTING, day=f"{last_day:%d/%m/%Y}")
        refuse_outsiders(by, posting.agency_id)
        ended = posting.valid_to is not None and posting.valid_to <= last_day
        refuse_if(ended, refusals.ALREADY_ENDED, day=f"{posting.valid_to or last_day:%d/%m/%Y}")
        refuse_if(last_day < posting.valid_from, refusals.DATES_REVERSED)

        Posting.objects.filter(id=posting_id).update(valid_to=last_day)
        theirs = Delegation.objects.filter(Q(giver=posting) | Q(taker=posting))
        theirs.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=last_day)).update(valid_to=last_day)

        write_entry(
            "orgs.posting_ended",
            by=by,
            at=at,
            on=("posting", posting_id),
            agency_id=posting.agency_id,
            details={"last_day": str(last_day), "basis": basis},
        )
        publish(
            PostingEnded(
                posting_id=posting_id,
                person_id=posting.person_id,
                agency_id=posting.agency_id,
                at=at,
            )
        )

"""Begin a sitting over everything that waits for this person's signature, or come back to it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.batch.confirm import refuse_program
from congvu.documents.models import BatchItem, SigningBatch, Submission
from congvu.documents.states import DocumentState
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

MOST = 100  # documents in one sitting


@clause("ND30.13.7")
def start_batch(*, session_id: int, by: Actor, at: datetime) -> SigningBatch:
    """The open sitting of this posting, or a new one; what came meanwhile joins at its end.

    Refuses (E890) when nothing waits, and (E885) a key that signs in the window of a program.
    """
    with transaction.atomic():
        batch = access.open_batch(by, lock=True)
        if batch is not None and batch.state != SigningBatch.State.REVIEWING:
            return batch
        known = set(batch.items.values_list("document_id", flat=True)) if batch else set()
        waiting = _waiting_for(by)
        fresh = [one for one in waiting if one not in known]

        refuse_unless(batch or fresh, "documents.E890")
        refuse_program(by, at)

        batch = batch or SigningBatch(agency_id=by.agency_id, by_id=by.posting_id, started_at=at)
        batch.session_id, batch.changed_at = session_id, at
        batch.save()
        last = batch.items.aggregate(last=Max("ordinal"))["last"] or 0
        BatchItem.objects.bulk_create(
            BatchItem(
                agency_id=by.agency_id, batch=batch, document_id=document_id, ordinal=last + place
            )
            for place, document_id in enumerate(fresh[: MOST - last], start=1)
        )
        # What was sent back in this sitting and has come again is to be looked at again.
        batch.items.filter(state=BatchItem.State.RETURNED, document_id__in=waiting).update(
            state=BatchItem.State.OPEN
        )

        if not known:
            write_entry(
                "documents.batch.started",
                by=by,
                at=at,
                on=("signing_batch", batch.id),
                clause="ND30.13.7",
                details={"documents": fresh[:MOST]},
            )
    return batch


def _waiting_for(by: Actor) -> list[int]:
    """Documents laid before this posting for its signature: urgent first, then as they came."""
    found = Submission.objects.filter(
        to_id=by.posting_id,
        purpose=Submission.Purpose.SIGNATURE,
        closed_at__isnull=True,
        document__state=DocumentState.APPROVED,
    ).order_by("-document__urgency", "at", "id")
    return list(dict.fromkeys(found.values_list("document_id", flat=True)[: 2 * MOST]))

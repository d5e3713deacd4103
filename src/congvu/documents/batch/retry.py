"""Ký lại những văn bản lỗi: an ended sitting opens again for what was not signed in it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import BatchItem, SigningBatch, Submission
from congvu.documents.states import DocumentState
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.13.7")
def retry_batch(*, batch_id: int, session_id: int, by: Actor, at: datetime) -> SigningBatch:
    """The failed documents that still wait for this person wait in the sitting again.

    Whose file has changed must be looked at again. Refuses (E892) when none can be signed.
    """
    with transaction.atomic():
        batch = access.batch_for(by, batch_id, lock=True)
        other = access.open_batch(by, lock=True)
        failed = batch.items.select_related("document").filter(state=BatchItem.State.FAILED)
        again = [one for one in failed if _waits(one, by)]

        refuse_unless(
            batch.state == SigningBatch.State.DONE,
            "documents.E882",
            state=batch.get_state_display().lower(),
        )
        refuse_if(other, "documents.E886")
        refuse_unless(again, "documents.E892")

        for item in again:
            is_same = item.document.file == item.seen_sha256
            item.state = BatchItem.State.WAITING if is_same else BatchItem.State.OPEN
            item.request = None
            item.save(update_fields=["state", "request"])
        batch.state, batch.session_id = SigningBatch.State.REVIEWING, session_id
        batch.said, batch.ended_at, batch.changed_at = "", None, at
        batch.save()

        write_entry(
            "documents.batch.reopened",
            by=by,
            at=at,
            on=("signing_batch", batch.id),
            clause="ND30.13.7",
            details={"documents": [one.document_id for one in again]},
        )
    return batch


def _waits(item: BatchItem, by: Actor) -> bool:
    """Whether the document still waits for this person's signature."""
    if item.document.state != DocumentState.APPROVED:
        return False
    open_to_me = item.document.submissions.filter(closed_at__isnull=True, to_id=by.posting_id)
    return bool(open_to_me.filter(purpose=Submission.Purpose.SIGNATURE).exists())

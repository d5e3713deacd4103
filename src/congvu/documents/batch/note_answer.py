"""A signature that a sitting asked of a remote service has come, or will not come."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from congvu.documents import jobs
from congvu.documents.batch.ask_next import note_result
from congvu.documents.models import BatchItem, SigningBatch
from congvu.rules.clauses import clause
from congvu.signing.events import SignatureArrived, SignatureEnded
from congvu.signing.models import SignatureLot

NOT_CONFIRMED = frozenset(SignatureLot.State) - {
    SignatureLot.State.WAITING,
    SignatureLot.State.ANSWERED,
}


@clause("ND30.13.7", "QC.10.3")
def note_answer(event: SignatureArrived | SignatureEnded) -> None:
    """Reaction: note the result on the document, and let the sitting go on.

    Where its holder did not confirm at all nothing is a result: the sitting stops there, and what
    was agreed to can be confirmed anew. One who said no is not asked for the next ones.
    """
    item = (
        BatchItem.objects.select_related("batch", "request__lot")
        .filter(request_id=event.waiting_id, state=BatchItem.State.WAITING)
        .first()
    )
    if item is None:
        return
    if item.request.lot.state in NOT_CONFIRMED:
        _stop(item, event.at)
        return
    note_result(item, item.request.said, "")
    transaction.on_commit(partial(jobs.sign_batch.defer, batch_id=item.batch_id))


def _stop(item: BatchItem, at: datetime) -> None:
    SigningBatch.objects.filter(id=item.batch_id, state=SigningBatch.State.RUNNING).update(
        state=SigningBatch.State.STOPPED, said=item.request.lot.said, changed_at=at
    )
    item.request = None
    item.save(update_fields=["request"])

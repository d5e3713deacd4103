"""Kết thúc lượt ký: what is not signed stays on the list, as if the sitting had not been."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import BatchItem, SigningBatch
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LEFT = (BatchItem.State.OPEN, BatchItem.State.WAITING)


@clause("ND30.13.7")
def close_batch(*, batch_id: int, by: Actor, at: datetime) -> SigningBatch:
    """End a sitting that is not signing at this moment."""
    with transaction.atomic():
        batch = access.batch_for(by, batch_id, lock=True)

        refuse_unless(batch.is_open, "documents.E882", state=batch.get_state_display().lower())

        left = batch.items.filter(state__in=LEFT).update(state=BatchItem.State.SKIPPED)
        batch.state = SigningBatch.State.DONE
        batch.ended_at = batch.changed_at = at
        batch.said = ""
        batch.save()

        write_entry(
            "documents.batch.closed",
            by=by,
            at=at,
            on=("signing_batch", batch.id),
            details={"left": left},
        )
    return batch

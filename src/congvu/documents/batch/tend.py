"""Look after sittings that nobody looks after: PINs past their time, signing that stands still."""

from __future__ import annotations

from datetime import datetime, timedelta

from congvu.documents.models import SigningBatch
from congvu.kit import wall
from congvu.rules.clauses import clause

STILL = timedelta(minutes=2)


@clause("QC.10.3")
def tend_batches(*, at: datetime) -> list[int]:
    """Wipe every PIN whose 15 minutes are over; gives the sittings whose job to ring again.

    `pin_until` stays: it tells the signing that the PIN was there and has gone.
    """
    with wall.crossing_agencies():
        SigningBatch.objects.filter(pin_until__lte=at, sealed_pin__isnull=False).update(
            sealed_pin=None
        )
        still = SigningBatch.objects.filter(
            state=SigningBatch.State.RUNNING, changed_at__lte=at - STILL
        )
        return list(still.values_list("id", flat=True))

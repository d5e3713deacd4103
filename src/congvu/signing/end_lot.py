"""Nothing of a lot will be signed: refused, failed, out of time, or cancelled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit import wall
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import SignatureLot, WaitingSignature


@clause("QC.10.3")
def end_lot(
    *, lot_id: int, state: SignatureLot.State, said: str, at: datetime, by: Actor | None = None
) -> SignatureLot | None:
    """End it, and every signature asked for in it, with the reason that its signer is told; None
    when it no longer waited. `by`: whose own it must be; None: a job's finding."""
    if by is not None:
        return _end(lot_id, state, said, at, by)
    with wall.crossing_agencies():
        return _end(lot_id, state, said, at, None)


def _end(
    lot_id: int, state: SignatureLot.State, said: str, at: datetime, by: Actor | None
) -> SignatureLot | None:
    with transaction.atomic():
        whose = {} if by is None else {"by_id": by.posting_id}
        lot = (
            SignatureLot.objects.select_for_update()
            .filter(id=lot_id, state=SignatureLot.State.WAITING, **whose)
            .first()
        )
        if lot is None:
            return None

        lot.state, lot.said, lot.ended_at = state, said[:500], at
        lot.save(update_fields=["state", "said", "ended_at"])
        for waiting_id in lot.signatures.order_by("id").values_list("id", flat=True):
            end_waiting(
                waiting_id=waiting_id,
                state=WaitingSignature.State(str(state)),
                said=said,
                at=at,
                by=by,
            )
    return lot

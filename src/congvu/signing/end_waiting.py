"""The signature asked for will not come: refused, failed, out of time, or cancelled."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.events import publish
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.events import SignatureEnded
from congvu.signing.models import WaitingSignature


@clause("QC.10.3")
def end_waiting(
    *,
    waiting_id: int,
    state: WaitingSignature.State,
    said: str,
    at: datetime,
    by: Actor | None = None,
) -> WaitingSignature | None:
    """End it with the reason that its signer is told; None when it no longer waited."""
    with transaction.atomic():
        waiting = (
            WaitingSignature.objects.select_for_update()
            .filter(id=waiting_id, state=WaitingSignature.State.WAITING)
            .first()
        )
        if waiting is None:
            return None

        waiting.state = state
        waiting.said = said[:500]
        waiting.ended_at = at
        waiting.save(update_fields=["state", "said", "ended_at"])

        write_entry(
            "signing.not_signed",
            by=by,
            at=at,
            on=("waiting_signature", waiting.id),
            agency_id=waiting.agency_id,
            outcome="refused",
            details={"state": str(state), "said": waiting.said},
        )
        publish(SignatureEnded(waiting_id=waiting.id, at=at))
    return waiting

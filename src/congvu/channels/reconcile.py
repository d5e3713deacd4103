"""Attempts in doubt: the process died, or the line broke, when the message may have gone.

The provider is asked by our own tracking id. One that keeps a tracking id unique is handed the same
attempt again, and nobody else is: for another provider it would be a new message. Any other is
given time for its receipt, and then a person decides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from congvu.channels import ports
from congvu.channels.hand_over import outgoing_of
from congvu.channels.models import Attempt
from congvu.channels.providers import facts_of, may_be_called
from congvu.channels.record_outcome import record_outcome
from congvu.channels.states import AttemptState
from congvu.channels.types import Outcome, Result
from congvu.kit import wall

LEFT_ALONE = timedelta(seconds=90)  # longer than any provider's own time limit
IN_DOUBT = [AttemptState.SENDING, AttemptState.UNKNOWN]


def reconcile_doubt(*, at: datetime, limit: int = 200) -> int:
    """Ask about what is in doubt for longer than a call may take; gives how many were settled."""
    with wall.crossing_agencies():
        doubtful = Attempt.objects.select_related("message", "provider").filter(
            state__in=IN_DOUBT, claimed_at__lte=at - LEFT_ALONE, provider__isnull=False
        )
        # The newest first: what nobody can be asked about stays, and must not hide the rest.
        rows = list(doubtful.order_by("state", "-claimed_at")[:limit])
        asked = [(facts_of(one.provider), outgoing_of(one), one.state) for one in rows]
        resting = {one.provider_id for one in rows if not may_be_called(one.provider, at)}
    settled = 0
    for provider, item, state in asked:
        way = ports.way_out(provider)
        outcome = way.ask(provider, item)
        if outcome is None and way.is_idempotent and provider.id not in resting:
            (outcome,) = way.send(provider, [item])
            if outcome.result in {Result.TEMPORARY, Result.UNKNOWN}:
                resting.add(provider.id)
                outcome = None
        if outcome is None and state == AttemptState.SENDING:
            outcome = Outcome(
                Result.UNKNOWN,
                said="Chưa rõ nhà cung cấp đã nhận tin hay chưa; chờ xác nhận, không gửi lại.",
            )
        if outcome is not None:
            record_outcome(attempt_id=item.attempt_id, outcome=outcome, at=at)
            settled += 1
    return settled

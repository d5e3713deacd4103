"""End requests whose time is over and whose own job is lost, so that the file can be signed."""

from __future__ import annotations

from datetime import datetime, timedelta

from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import WaitingSignature
from congvu.signing.poll_provider import TOO_LATE

GRACE = timedelta(minutes=2)  # the last question is asked at the end itself


@clause("QC.10.3")
def expire_waiting(*, at: datetime) -> int:
    """End what a remote service should have answered long ago; tells how many."""
    with wall.crossing_agencies():
        late = WaitingSignature.objects.filter(
            state=WaitingSignature.State.WAITING,
            road=WaitingSignature.Road.REMOTE,
            expires_at__lt=at - GRACE,
        ).values_list("id", flat=True)
        ended = [
            end_waiting(
                waiting_id=waiting_id, state=WaitingSignature.State.EXPIRED, said=TOO_LATE, at=at
            )
            for waiting_id in list(late)
        ]
    return len([one for one in ended if one is not None])

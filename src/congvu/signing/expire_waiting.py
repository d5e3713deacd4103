"""End requests that nobody will answer any more: their signer is told, and may sign again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import WaitingSignature
from congvu.signing.poll_provider import TOO_LATE

GRACE = timedelta(minutes=2)  # a remote service is asked for the last time at the end itself
NOT_RETURNED = (
    "Đã hết thời gian chờ mà phần mềm ký số trên máy chưa gửi lại tệp đã ký. Văn bản vẫn chờ ký; "
    "có thể ký lại."
)
Road = WaitingSignature.Road


@clause("QC.10.3")
def expire_waiting(*, at: datetime) -> int:
    """End what should have been answered long ago, whatever the road; tells how many.

    A plug-in's address is closed with its time, so nothing can come any more. What an earlier try
    of its was refused for stays with the request.
    """
    late = Q(road=Road.REMOTE, expires_at__lt=at - GRACE) | Q(road=Road.PLUGIN, expires_at__lte=at)
    with wall.crossing_agencies():
        waiting = WaitingSignature.objects.filter(late, state=WaitingSignature.State.WAITING)
        ended = [
            end_waiting(
                waiting_id=one.id, state=WaitingSignature.State.EXPIRED, said=_why(one), at=at
            )
            for one in list(waiting.order_by("id"))
        ]
    return len([one for one in ended if one is not None])


def _why(waiting: WaitingSignature) -> str:
    if waiting.road == Road.REMOTE:
        return TOO_LATE
    return f"{waiting.said} {NOT_RETURNED}".strip()

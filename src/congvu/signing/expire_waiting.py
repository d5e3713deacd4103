"""End requests that nobody will answer any more: their signer is told, and may sign again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.signing.ask_lot import ask_lot_at_provider
from congvu.signing.end_lot import end_lot
from congvu.signing.end_waiting import end_waiting
from congvu.signing.finish_answered import put_in_answered
from congvu.signing.models import RemoteKey, SignatureLot, WaitingSignature
from congvu.signing.poll_provider import TOO_LATE

GRACE = timedelta(minutes=2)  # a remote service is asked for the last time at the end itself
RUNG = timedelta(seconds=30)
STUCK = timedelta(minutes=30)  # what a service signed and no job could put into its document
NOT_PUT_IN = (
    "Đã có xác nhận nhưng Hệ thống gặp lỗi khi đưa chữ ký vào văn bản. Văn bản vẫn chờ ký; hãy ký "
    "lại, nếu vẫn lỗi thì báo quản trị hệ thống."
)
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
    late = (
        Q(road=Road.REMOTE, lot=None, expires_at__lt=at - GRACE)
        | Q(road=Road.PLUGIN, expires_at__lte=at)
        | Q(lot__state=SignatureLot.State.ANSWERED, expires_at__lt=at - STUCK)
    )
    with wall.crossing_agencies():
        lots = SignatureLot.objects.filter(
            state=SignatureLot.State.WAITING, expires_at__lt=at - GRACE
        )
        _ring_again(at)
        for lot_id in list(lots.order_by("id").values_list("id", flat=True)):
            end_lot(lot_id=lot_id, state=SignatureLot.State.EXPIRED, said=TOO_LATE, at=at)
        waiting = WaitingSignature.objects.filter(late, state=WaitingSignature.State.WAITING)
        ended = [
            end_waiting(
                waiting_id=one.id, state=WaitingSignature.State.EXPIRED, said=_why(one), at=at
            )
            for one in list(waiting.order_by("id"))
        ]
    return len([one for one in ended if one is not None])


def _ring_again(at: datetime) -> None:
    """Lots whose bells were lost between a commit and their ringing; ringing twice is harmless."""
    unsent = SignatureLot.objects.filter(
        state=SignatureLot.State.WAITING, transaction="", asked_at__lt=at - RUNG, expires_at__gt=at
    )
    typed = RemoteKey.objects.exclude(wants_pin=False, otp="").values("certificate_id")
    for lot_id in unsent.exclude(certificate_id__in=typed).values_list("id", flat=True):
        ask_lot_at_provider.defer(lot_id=lot_id)
    kept = WaitingSignature.objects.filter(
        state=WaitingSignature.State.WAITING,
        answer__isnull=False,
        lot__ended_at__lt=at - RUNG,
    )
    for waiting_id in kept.values_list("id", flat=True):
        put_in_answered.defer(waiting_id=waiting_id)


def _why(waiting: WaitingSignature) -> str:
    if waiting.road == Road.REMOTE:
        return TOO_LATE if waiting.lot_id is None else NOT_PUT_IN
    return f"{waiting.said} {NOT_RETURNED}".strip()

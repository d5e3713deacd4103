"""Ask a remote service whether the holder has confirmed; every 5 seconds, until it is too late."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import call_for
from congvu.signing.models import WaitingSignature
from congvu.signing.take_answer import end, take_answer

EVERY_SECONDS = 5
TOO_LATE = (
    "Đã hết thời gian chờ mà dịch vụ chưa nhận được xác nhận (người ký chưa xác nhận, hoặc đã từ "
    "chối trên điện thoại). Văn bản vẫn chờ ký; có thể gửi lại yêu cầu."
)


@clause("QC.10.3")
def poll_provider(*, waiting_id: int, at: datetime) -> bool:
    """Ask once; tells whether to ask again. A service that is away for a moment is asked again."""
    call = call_for(waiting_id)
    if call is None:
        return False
    try:
        answer = call.poll()
    except ports.RemoteTrouble as trouble:
        if not trouble.is_passing:
            end(call, WaitingSignature.State.FAILED, trouble.said, at)
            return False
        answer = ports.RemoteAnswer(ports.RemoteState.WAITING)
    if answer.state != ports.RemoteState.WAITING:
        take_answer(call, answer, at=at)
        return False
    if at >= call.expires_at:
        end(call, WaitingSignature.State.EXPIRED, TOO_LATE, at)
        return False
    return True


@job(lane="now", lock="remote-{waiting_id}")
def poll_at_provider(waiting_id: int) -> None:
    """The doorbell; a new one is hung up for the next time, nobody sleeps in a worker."""
    if poll_provider(waiting_id=waiting_id, at=clock.now()):
        poll_at_provider.defer_in(EVERY_SECONDS, waiting_id=waiting_id)

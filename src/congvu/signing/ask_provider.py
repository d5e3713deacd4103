"""Ask a remote service for a signature, after the act that wants it was committed."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import call_for
from congvu.signing.events import SignatureAsked
from congvu.signing.models import RemoteKey, WaitingSignature
from congvu.signing.poll_provider import EVERY_SECONDS, TOO_LATE, poll_at_provider
from congvu.signing.take_answer import end, note_transaction, take_answer

LONGEST_NAME = 200


@clause("QC.10.3")
def ask_provider(*, waiting_id: int, at: datetime) -> None:
    """Ask once. Safe to ring twice: whoever was asked already is not asked again, and our own
    number of the request is the same where a killed worker could not write the answer down."""
    call = call_for(waiting_id)
    if call is None or call.transaction:
        return
    if at >= call.expires_at:
        end(call, WaitingSignature.State.EXPIRED, TOO_LATE, at)
        return
    try:
        answer = call.start()
        if len(answer.transaction) > LONGEST_NAME:
            raise ports.RemoteTrouble("Dịch vụ ký số trả lời không đúng cách thức đã công bố.")
    except ports.RemoteTrouble as trouble:
        said = f"{trouble.said} Văn bản vẫn chờ ký; có thể gửi lại yêu cầu."
        end(call, WaitingSignature.State.FAILED, said, at)
        return
    if answer.state != ports.RemoteState.WAITING:
        take_answer(call, answer, at=at)
        return
    with wall.crossing_agencies():
        if note_transaction(call, answer.transaction):
            poll_at_provider.defer_in(EVERY_SECONDS, waiting_id=waiting_id)


@job(lane="now", lock="remote-{waiting_id}")
def ask_at_provider(waiting_id: int) -> None:
    """The doorbell of the first call."""
    ask_provider(waiting_id=waiting_id, at=clock.now())


def tell_provider(event: SignatureAsked) -> None:
    """Reaction: a key at a remote service is asked for by a job, once this is committed."""
    waiting = WaitingSignature.objects.get(id=event.waiting_id)
    # Where its holder types a PIN or a code, their own request asks (authorize_remote).
    is_typed = RemoteKey.objects.exclude(wants_pin=False, otp="").filter(
        certificate_id=waiting.certificate_id
    )
    if waiting.road == WaitingSignature.Road.REMOTE and not is_typed.exists():
        ask_at_provider.defer(waiting_id=waiting.id)

"""Ask a remote service whether the holder has confirmed a lot; every 5 seconds, not for ever."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import clock
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.answer_lot import answer_lot
from congvu.signing.call_lot import call_for_lot
from congvu.signing.end_lot import end_lot
from congvu.signing.models import SignatureLot
from congvu.signing.poll_provider import EVERY_SECONDS, TOO_LATE


@clause("QC.10.3")
def poll_lot(*, lot_id: int, at: datetime) -> bool:
    """Ask once; tells whether to ask again. A service that is away for a moment is asked again."""
    call = call_for_lot(lot_id)
    if call is None:
        return False
    try:
        answer = call.poll()
    except ports.RemoteTrouble as trouble:
        if not trouble.is_passing:
            end_lot(lot_id=lot_id, state=SignatureLot.State.FAILED, said=trouble.said, at=at)
            return False
        answer = ports.RemoteAnswer(ports.RemoteState.WAITING)
    if answer.state != ports.RemoteState.WAITING:
        answer_lot(lot_id=lot_id, answer=answer, at=at)
        return False
    if at >= call.expires_at:
        end_lot(lot_id=lot_id, state=SignatureLot.State.EXPIRED, said=TOO_LATE, at=at)
        return False
    return True


@job(lane="now", lock="remote-lot-{lot_id}")
def poll_lot_at_provider(lot_id: int) -> None:
    """The doorbell; a new one is hung up for the next time, nobody sleeps in a worker."""
    if poll_lot(lot_id=lot_id, at=clock.now()):
        poll_lot_at_provider.defer_in(EVERY_SECONDS, lot_id=lot_id)

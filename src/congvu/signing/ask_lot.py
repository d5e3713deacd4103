"""Ask a remote service for the signatures of a lot, after the act that wants them was committed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit import clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.answer_lot import answer_lot
from congvu.signing.ask_provider import LONGEST_NAME
from congvu.signing.ask_signature import PATIENCE
from congvu.signing.call_lot import LotCall, call_for_lot
from congvu.signing.end_lot import end_lot
from congvu.signing.models import SignatureLot, WaitingSignature
from congvu.signing.poll_lot import poll_lot_at_provider
from congvu.signing.poll_provider import EVERY_SECONDS, TOO_LATE


@clause("QC.10.3")
def ask_lot(*, lot_id: int, at: datetime) -> None:
    """Ask once. Safe to ring twice: whoever was asked already is not asked again, and our own
    number of the request is the same where a killed worker could not write the answer down."""
    call = call_for_lot(lot_id)
    if call is None or call.transaction:
        return
    if at >= call.expires_at:
        end_lot(lot_id=lot_id, state=SignatureLot.State.EXPIRED, said=TOO_LATE, at=at)
        return
    try:
        answer = call.start()
        if len(answer.transaction) > LONGEST_NAME:
            raise ports.RemoteTrouble("Dịch vụ ký số trả lời không đúng cách thức đã công bố.")
    except ports.RemoteTrouble as trouble:
        end_lot(lot_id=lot_id, state=SignatureLot.State.FAILED, said=trouble.said, at=at)
        return
    if answer.state != ports.RemoteState.WAITING:
        answer_lot(lot_id=lot_id, answer=answer, at=at)
        return
    with wall.crossing_agencies():
        if note_transaction(call, answer.transaction, at):
            poll_lot_at_provider.defer_in(EVERY_SECONDS, lot_id=lot_id)


def note_transaction(call: LotCall, name: str, at: datetime) -> bool:
    """Keep the service's name of the request; its time begins now. False: nobody waits."""
    until = at + PATIENCE[WaitingSignature.Road.REMOTE]
    with transaction.atomic():
        lots = SignatureLot.objects.filter(id=call.lot_id, state=SignatureLot.State.WAITING)
        if not lots.update(transaction=name, expires_at=until):
            return False
        WaitingSignature.objects.filter(
            lot_id=call.lot_id, state=WaitingSignature.State.WAITING
        ).update(expires_at=until)
    return True


@job(lane="now", lock="remote-lot-{lot_id}")
def ask_lot_at_provider(lot_id: int) -> None:
    """The doorbell of the first call."""
    ask_lot(lot_id=lot_id, at=clock.now())

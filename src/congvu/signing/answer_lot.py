"""The holder has answered for a lot: the signatures are kept first, then put in one by one."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import wall
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import name_of
from congvu.signing.end_lot import end_lot
from congvu.signing.end_waiting import end_waiting
from congvu.signing.finish_answered import put_in_answered
from congvu.signing.models import SignatureLot, WaitingSignature

State = SignatureLot.State
ENDS = {ports.RemoteState.REFUSED: State.REFUSED, ports.RemoteState.FAILED: State.FAILED}
NOT_GIVEN = "Dịch vụ ký số không trả về chữ ký cho văn bản này. Văn bản vẫn chờ ký."


@clause("QC.10.3")
def answer_lot(*, lot_id: int, answer: ports.RemoteAnswer, at: datetime) -> None:
    """Keep what the service gave; each signature is checked and put in by a job of its own, so
    that one bad answer stops no other. A lot that no longer waits is left alone."""
    if answer.state in ENDS:
        end_lot(lot_id=lot_id, state=ENDS[answer.state], said=answer.said, at=at)
        return
    with wall.crossing_agencies():
        keep_answers(lot_id, answer, at)


def keep_answers(lot_id: int, answer: ports.RemoteAnswer, at: datetime) -> None:
    """The same for signatures, behind the wall of whoever calls."""
    with transaction.atomic():
        lot = (
            SignatureLot.objects.select_for_update().filter(id=lot_id, state=State.WAITING).first()
        )
        if lot is None:
            return

        lot.state, lot.ended_at = State.ANSWERED, at
        lot.save(update_fields=["state", "ended_at"])
        waiting = lot.signatures.filter(state=WaitingSignature.State.WAITING).order_by("id")
        for one in waiting:
            _keep(one, answer.signatures.get(name_of(one)), at)

        write_entry(
            "signing.lot_answered",
            by=None,
            at=at,
            on=("signature_lot", lot.id),
            agency_id=lot.agency_id,
            clause="QC.10.3",
            details={"signatures": len(answer.signatures)},
        )


def _keep(waiting: WaitingSignature, signature: bytes | None, at: datetime) -> None:
    if signature is None:
        end_waiting(
            waiting_id=waiting.id, state=WaitingSignature.State.FAILED, said=NOT_GIVEN, at=at
        )
        return
    waiting.answer = signature
    waiting.save(update_fields=["answer"])
    # After the commit: a bell rung inside a worker's transaction may be heard before it ends.
    transaction.on_commit(partial(put_in_answered.defer, waiting_id=waiting.id))

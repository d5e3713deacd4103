"""Take what a remote service answered: finish the signature, or end it with a reason."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import wall
from congvu.kit.outside import asking_between
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import Call
from congvu.signing.check_answer import BadAnswer, checked_answer
from congvu.signing.end_waiting import end_waiting
from congvu.signing.finish_signature import Answer, finish_signature
from congvu.signing.models import WaitingSignature

State = WaitingSignature.State
ENDS = {ports.RemoteState.REFUSED: State.REFUSED, ports.RemoteState.FAILED: State.FAILED}


@clause("QC.10.3")
def take_answer(call: Call, answer: ports.RemoteAnswer, *, at: datetime) -> None:
    """A signature is checked before it is put into the document; garbage ends the request, and
    the document waits to be signed as before. Whoever no longer waits is left alone."""
    if answer.state == ports.RemoteState.SIGNED:
        _finish(call, answer, at)
    elif answer.state in ENDS:
        end(call, ENDS[answer.state], answer.said, at)


def end(call: Call, state: WaitingSignature.State, said: str, at: datetime) -> None:
    """End the request with the reason that its signer reads."""
    with wall.crossing_agencies():
        end_waiting(waiting_id=call.waiting.id, state=state, said=said, at=at)


def _finish(call: Call, answer: ports.RemoteAnswer, at: datetime) -> None:
    try:
        good = checked_answer(call.waiting, call.wants, answer.signature)
        asking_between(lambda: _put_in(call, good, at))
    except BadAnswer as bad:
        end(call, State.FAILED, bad.said, at)
    except Refusal as refused:
        if refused.code != "signing.E019":  # it was cancelled or finished meanwhile
            end(call, State.FAILED, refused.say, at)


def _put_in(call: Call, good: Answer, at: datetime) -> None:
    with wall.crossing_agencies():
        finish_signature(waiting_id=call.waiting.id, answer=good, at=at)


def note_transaction(call: Call, name: str) -> bool:
    """Keep the service's name of the request, in the caller's transaction; False: nobody waits."""
    rows = WaitingSignature.objects.filter(id=call.waiting.id, state=State.WAITING)
    return bool(rows.update(transaction=name))

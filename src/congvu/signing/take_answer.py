"""Take what a remote service answered: finish the signature, or end it with a reason."""

from __future__ import annotations

from datetime import datetime

from congvu.kit import wall
from congvu.kit.outside import asking_between
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.signing import ports
from congvu.signing.call_provider import Call, name_of
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
        put_in(call.waiting, call.wants, answer.signatures[name_of(call.waiting)], at)
    elif answer.state in ENDS:
        end(call, ENDS[answer.state], answer.said, at)


def end(call: Call, state: WaitingSignature.State, said: str, at: datetime) -> None:
    """End the request with the reason that its signer reads."""
    _end(call.waiting, state, said, at)


def _end(waiting: WaitingSignature, state: WaitingSignature.State, said: str, at: datetime) -> None:
    with wall.crossing_agencies():
        end_waiting(waiting_id=waiting.id, state=state, said=said, at=at)


def put_in(waiting: WaitingSignature, wants: str, signature: bytes, at: datetime) -> None:
    """Check the signature and put it into the document, or end the request with the reason."""
    try:
        good = checked_answer(waiting, wants, signature)
        asking_between(lambda: _finish(waiting, good, at))
    except BadAnswer as bad:
        _end(waiting, State.FAILED, bad.said, at)
    except Refusal as refused:
        if refused.code != "signing.E019":  # it was cancelled or finished meanwhile
            _end(waiting, State.FAILED, refused.say, at)


def _finish(waiting: WaitingSignature, good: Answer, at: datetime) -> None:
    with wall.crossing_agencies():
        finish_signature(waiting_id=waiting.id, answer=good, at=at)


def note_transaction(call: Call, name: str) -> bool:
    """Keep the service's name of the request, in the caller's transaction; False: nobody waits."""
    rows = WaitingSignature.objects.filter(id=call.waiting.id, state=State.WAITING)
    return bool(rows.update(transaction=name))

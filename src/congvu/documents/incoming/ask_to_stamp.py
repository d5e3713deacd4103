"""Stamp an arrival with the signing program on the clerk's machine (ND30.22, PL4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents.incoming.stamp_arrival import ready_to_stamp, write_stamp
from congvu.documents.outgoing.ask_plugin import end_earlier
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.ask_agency import AgencyOrder, ask_agency
from congvu.signing.events import SignatureArrived
from congvu.signing.finish_signature import signed_of
from congvu.signing.hand_token import Errand, hand_token
from congvu.signing.models import WaitingSignature
from congvu.signing.stamp_arrival import ArrivalWords
from congvu.signing.types import Act

SUBJECT = "arrival"


@clause("ND30.22", "ND30.PL4")
def ask_program_to_stamp(
    *, arrival_id: int, by: Actor, at: datetime, handed_to: str = ""
) -> tuple[Errand, ArrivalWords]:
    """Ask for the stamp, with the words that the program shall put on it."""
    with transaction.atomic():
        ready = ready_to_stamp(arrival_id, by, handed_to)

        end_earlier(SUBJECT, arrival_id, by, at)
        order = AgencyOrder(Act.ARRIVAL_STAMPED, ready.words)
        waiting = ask_agency(ready.file, order, subject=(SUBJECT, arrival_id), by=by, at=at)
        return hand_token(waiting_id=waiting.id, by=by, at=at), ready.stamp


def finish_stamp(event: SignatureArrived) -> None:
    """Reaction: the stamp is on the file; else the clerk is told why it counts for nothing."""
    waiting = WaitingSignature.objects.get(id=event.waiting_id)
    if waiting.subject_kind != SUBJECT:
        return
    by = orgs.actor_for(waiting.by_id, event.at)
    try:
        with transaction.atomic():
            ready = ready_to_stamp(waiting.subject_id, by)
            write_stamp(ready, signed_of(waiting), by, event.at)
    except Refusal as refused:
        WaitingSignature.objects.filter(id=waiting.id).update(
            said=f"Chữ ký đã đến nhưng chưa đóng được dấu Đến: {refused.say}"[:500]
        )

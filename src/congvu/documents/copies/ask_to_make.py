"""Make an electronic copy with the signing program on the clerk's machine (ND30.25; SignCopy).

The copy's number is taken when the program is first asked and stays with the copy: it is made with
the same number at the next try, however often the program does not answer.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents.copies.make_copy import (
    base_of,
    keep_base,
    keep_signed,
    number_copy,
    ready_to_make,
    write_made,
)
from congvu.documents.models import DocumentCopy
from congvu.documents.outgoing.ask_plugin import end_earlier
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.copies import COPY_WORDS, CopyKind, Medium, copy_line
from congvu.signing.ask_agency import AgencyOrder, ask_agency
from congvu.signing.events import SignatureArrived
from congvu.signing.finish_signature import signed_of
from congvu.signing.hand_token import Errand, hand_token
from congvu.signing.models import WaitingSignature
from congvu.signing.types import Act

SUBJECT = "copy"


@clause("ND30.25", "ND30.PL1.II.I")
def ask_program_to_copy(*, copy_id: int, by: Actor, at: datetime) -> tuple[Errand, DocumentCopy]:
    """Number the copy, and ask for the agency's signature on it.

    Refuses what `make_copy` refuses, and E900 for a copy on paper, which nobody signs digitally.
    """
    with transaction.atomic():
        copy = ready_to_make(copy_id, by)
        refuse_unless(copy.target == Medium.ELECTRONIC, "documents.E900")

        base = base_of(copy)
        number_copy(copy, at)
        keep_base(copy, base)
        copy.words = copy_line(CopyKind(copy.kind), by.agency_name, clock.local(at))
        copy.save()
        end_earlier(SUBJECT, copy.id, by, at)
        form = COPY_WORDS[CopyKind(copy.kind)]
        order = AgencyOrder(Act.COPY_SIGNED, copy.words, shows=form)
        waiting = ask_agency(copy.base_file, order, subject=(SUBJECT, copy.id), by=by, at=at)
        return hand_token(waiting_id=waiting.id, by=by, at=at), copy


def finish_copy(event: SignatureArrived) -> None:
    """Reaction: the copy is signed, and so it is made; else the clerk is told why not."""
    waiting = WaitingSignature.objects.get(id=event.waiting_id)
    if waiting.subject_kind != SUBJECT:
        return
    by = orgs.actor_for(waiting.by_id, event.at)
    try:
        with transaction.atomic():
            copy = ready_to_make(waiting.subject_id, by)
            keep_signed(copy, signed_of(waiting), event.at)
            write_made(copy, by, event.at)
    except Refusal as refused:
        WaitingSignature.objects.filter(id=waiting.id).update(
            said=f"Chữ ký đã đến nhưng chưa sao được: {refused.say}"[:500]
        )

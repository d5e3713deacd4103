"""Ask the signer's own device or service to sign; what it answers finishes the act of signing.

For keys that do not answer at once (remote signing, a plug-in on the signer's machine). The same
refusals as `sign_document` are asked twice: when the signature is asked for, and when it comes.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents.events import DraftSentBack
from congvu.documents.outgoing.sign import ready_to_sign, write_signing
from congvu.kit import blobs
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.ask_signature import ask_signature
from congvu.signing.end_waiting import end_waiting
from congvu.signing.enrol import certificate_of_person
from congvu.signing.events import SignatureArrived
from congvu.signing.finish_signature import signed_of
from congvu.signing.models import WaitingSignature
from congvu.signing.sign import place_of_person

SUBJECT = "document"


@clause("ND30.13.7", "QC.10.3")
def ask_to_sign(
    *, document_id: int, seen_sha256: str, by: Actor, at: datetime, is_alone: bool = True
) -> WaitingSignature:
    """Ask for the person's signature on the file that was shown (`seen_sha256`).

    Not alone: it is asked for with others, in one request (`signing.form_lot`).
    """
    with transaction.atomic():
        ready = ready_to_sign(document_id, seen_sha256, by, at)
        base_file = ready.document.file

        return ask_signature(
            base_file,
            place_of_person(
                blobs.read(base_file), slot=ready.slot, by=by, at=at, number=ready.number
            ),
            certificate=certificate_of_person(by.person_id, at),
            subject=(SUBJECT, document_id),
            by=by,
            at=at,
            is_alone=is_alone,
        )


def finish_signing(event: SignatureArrived) -> None:
    """Reaction: the signature has come. A document that may no longer be signed stays as it is:
    the signed file is kept as a trail, and nothing follows from it."""
    waiting = WaitingSignature.objects.get(id=event.waiting_id)
    if waiting.subject_kind != SUBJECT:
        return
    by = orgs.actor_for(waiting.by_id, event.at)
    try:
        with transaction.atomic():
            ready = ready_to_sign(waiting.subject_id, waiting.base_file, by, event.at)
            write_signing(ready, signed_of(waiting), by, event.at)
    except Refusal as refused:
        # The person did sign; that the document changed meanwhile must be said, not hidden.
        WaitingSignature.objects.filter(id=waiting.id).update(
            said=f"Chữ ký đã đến nhưng không còn dùng được: {refused.say}"[:500]
        )


def withdraw_requests(event: DraftSentBack) -> None:
    """Reaction: the document goes back to its drafter; requests for its signature end."""
    for waiting in signing.waiting_for(SUBJECT, event.document_id):
        end_waiting(
            waiting_id=waiting.id,
            state=WaitingSignature.State.CANCELLED,
            said="Văn bản đã được trả lại để sửa.",
            at=event.at,
        )

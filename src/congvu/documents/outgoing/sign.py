"""Sign a document: the competent person puts the digital signature on exactly what was shown.

ND30 Điều 13.7; the person signs first, the number and the agency's seal come after (Điều 32).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.approve import open_submission
from congvu.documents.drafting.check_draft import refuse_state_secrets
from congvu.documents.drafting.typeset_draft import printed_authority, signing_right
from congvu.documents.models import Document, Signing, Submission
from congvu.documents.outgoing.sign_in_turn import Turn, pass_on, refuse_other_co_signer, turn_of
from congvu.documents.states import DocumentState
from congvu.documents.types import draft_from_json
from congvu.documents.typeset_document import AGENCY_SHARE
from congvu.kit import blobs
from congvu.kit.refusal import refuse_unless
from congvu.kit.typeset import Slot
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import Certificate
from congvu.signing.sign import sign_as_person
from congvu.signing.types import NumberPlace, SignedPdf


@clause("QC.5.1", "QC.7.1", "ND30.13", "ND30.13.7")
def sign_document(
    *, document_id: int, seen_sha256: str, by: Actor, at: datetime, pin: str = ""
) -> Signing:
    """Sign the approved file. `seen_sha256` is the file the signer looked at: no other is signed.

    Where several people sign, each signs in turn the file that the one before left. Refuses whoever
    is not the one to sign now, a right that has ended or is not the one printed, and marks of state
    secrets. For a key that answers at once; `pin` opens its device. Others: `ask_to_sign`.
    """
    with transaction.atomic():
        ready = ready_to_sign(document_id, seen_sha256, by, at)

        signed = sign_as_person(
            blobs.read(ready.document.file),
            slot=ready.slot,
            by=by,
            at=at,
            pin=pin,
            number=ready.number,
        )
        return write_signing(ready, signed, by, at)


@dataclass(frozen=True)
class Ready:
    """A document that may be signed now, locked: by whom it was asked and what stands printed."""

    document: Document
    submission: Submission
    turn: Turn
    lines: list[str]

    @property
    def slot(self) -> Slot:
        """The free place for the person's signature."""
        return self.turn.slot

    @property
    def number(self) -> NumberPlace:
        """Where number and date will go."""
        return NumberPlace(Slot(**self.document.slots["number_strip"]), AGENCY_SHARE)


@clause("ND30.13.7", "QC.4.1")
def ready_to_sign(document_id: int, seen_sha256: str, by: Actor, at: datetime) -> Ready:
    """Lock the document and refuse what may not be signed; see `sign_document`."""
    document = access.document_for(by, document_id, to="sign", lock=True)
    refuse_unless(
        document.state == DocumentState.APPROVED,
        "documents.E003",
        state=document.get_state_display(),
    )
    submission = open_submission(document, by, at, (Submission.Purpose.SIGNATURE,))

    turn = turn_of(document)

    refuse_unless(turn.posting_id == by.posting_id, "documents.E202")
    refuse_unless(seen_sha256 == document.file, "documents.E201")
    lines = _refuse_other_words(document, turn, at)
    text = draft_from_json(submission.version.content).text
    refuse_state_secrets(document.subject, text, is_declared_open=True)
    return Ready(document, submission, turn, lines)


def write_signing(ready: Ready, signed: SignedPdf, by: Actor, at: datetime) -> Signing:
    """The person's signature is on the file: the document goes on to the next, or to the clerk."""
    document, submission = ready.document, ready.submission
    row = keep_signing(document, Signing.Part.PERSON, signed, document.file, by, at, ready.lines)
    document.signed_file = row.file_after
    document.save(update_fields=["signed_file"])
    submission.closed_at = at
    submission.save(update_fields=["closed_at"])
    pass_on(document, ready.turn, row, submission, by, at)

    write_entry(
        "documents.outgoing.signed",
        by=by,
        at=at,
        on=("document", document.id),
        clause="ND30.13.7",
        details={"authority": ready.lines, "file": row.file_after},
    )
    return row


def keep_signing(
    document: Document,
    part: str,
    signed: SignedPdf,
    file_before: str,
    by: Actor,
    at: datetime,
    lines: list[str] | None = None,
) -> Signing:
    """Keep the signed file, and a row that says which certificate turned which file into it."""
    certificate = Certificate.objects.get(id=signed.certificate_id)
    return Signing.objects.create(
        agency_id=document.agency_id,
        document=document,
        part=part,
        by_id=by.posting_id,
        authority=", ".join(lines or [])[:250],
        certificate_subject=certificate.subject,
        certificate_serial=certificate.serial,
        file_before=file_before,
        file_after=blobs.keep(
            signed.pdf, "application/pdf", restricted=document.is_restricted
        ).sha256,
        at=at,
    )


def _refuse_other_words(document: Document, turn: Turn, at: datetime) -> list[str]:
    """What stands above the name of whoever signs now must still be true."""
    if turn.co_signer is not None:
        return refuse_other_co_signer(document, turn, at)
    return _refuse_other_authority(document, at)


def _refuse_other_authority(document: Document, at: datetime) -> list[str]:
    """The right of today must exist and be the one that stands above the name on the page."""
    right = signing_right(document, at)
    said = right.finding.explanation if right else "Ông/Bà không có thẩm quyền ký văn bản này."
    refuse_unless(right and right.finding.value, "documents.E203", said=said)
    now = printed_authority(document, right) if right else []
    printed = document.slots["authority_lines"]
    refuse_unless(printed == now, "documents.E204", printed=", ".join(printed), now=", ".join(now))
    return now

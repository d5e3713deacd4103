"""Approve a draft: its content, or its form. With both, the file to be signed is made.

ND30 Điều 11: what was approved is what is signed; the approved text is typeset once, kept under
its hash, and laid before the signer. A later change goes back through all of this.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.choose_co_signers import printed_co_signers
from congvu.documents.drafting.submit import authors_of
from congvu.documents.drafting.typeset_draft import final_file, printed_authority, signing_right
from congvu.documents.events import DraftApproved
from congvu.documents.models import Document, Review, Submission
from congvu.documents.outgoing.sign_in_turn import lay_before_next
from congvu.documents.states import DocumentState, become
from congvu.kit import blobs
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, PostingRecord, SigningAuthority
from congvu.rules.clauses import clause

LONGEST_NOTE = 2000
REVIEWS = (Submission.Purpose.CONTENT, Submission.Purpose.FORM)


@clause("QC.5.1", "ND30.11", "ND30.12", "S.10")
def approve_draft(*, document_id: int, by: Actor, at: datetime, note: str = "") -> Review:
    """Approve what was submitted to `by`: content by its head, form by the designated person."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="review", lock=True)
        submission = open_submission(document, by, at, REVIEWS)

        refuse_unless(
            document.state == DocumentState.IN_REVIEW,
            "documents.E003",
            state=document.get_state_display(),
        )
        refuse_if(by.person_id in authors_of(document), "documents.E116")
        refuse_if(_approved_the_other_part(document, submission, by), "documents.E117")

        review = Review.objects.create(
            agency_id=document.agency_id,
            document=document,
            submission=submission,
            decision=Review.Decision.APPROVED,
            reason=clean_text(note).strip()[:LONGEST_NOTE],
            by_id=by.posting_id,
            at=at,
        )
        submission.closed_at = at
        submission.save(update_fields=["closed_at"])
        if not document.submissions.filter(closed_at__isnull=True).exists():
            lay_before_signer(document, submission, by, at)

        write_entry(
            "documents.drafting.approved",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.12",
            details={"purpose": submission.purpose, "version": submission.version.ordinal},
        )
    return review


@clause("ND30.11", "ND30.13")
def lay_before_signer(
    document: Document, submission: Submission, by: Actor, at: datetime
) -> Submission:
    """Both approvals are there: make the file, keep it, ask the first who signs to sign it."""
    right, signer = _signer_of(document, at)
    typeset = final_file(document, submission.version, at)

    document.base_file = blobs.keep(
        typeset.pdf, "application/pdf", restricted=document.is_restricted
    ).sha256
    document.slots = {name: asdict(slot) for name, slot in typeset.slots.items()}
    # What stands above the name is on the page now; signing compares it with the day's right.
    document.slots["authority_lines"] = printed_authority(document, right)
    document.slots["co_signers"] = [
        {"name": one.name, "lines": list(one.lines)} for one in printed_co_signers(document, at)
    ]
    document.page_count = typeset.pages
    document.signer_name = signer.full_name
    document.signer_title = signer.title
    document.save(update_fields=["base_file", "slots", "page_count", "signer_name", "signer_title"])
    become(document, DocumentState.APPROVED, at)
    publish(DraftApproved(document_id=document.id, at=at))
    return lay_before_next(document, submission, by, at)


def open_submission(
    document: Document, by: Actor, at: datetime, purposes: tuple[str, ...]
) -> Submission:
    """What waits for this person on this document, as holder or as substitute; else a refusal."""
    postings = [
        by.posting_id,
        *(one.posting_id for one in orgs.substituted_by(by.posting_id or 0, at)),
    ]
    submission = (
        document.submissions.select_related("version")
        .filter(closed_at__isnull=True, purpose__in=purposes, to_id__in=postings)
        .order_by("id")
        .first()
    )
    if submission is None:
        raise refusal("documents.E119")
    return submission


def _signer_of(document: Document, at: datetime) -> tuple[SigningAuthority, PostingRecord]:
    right = signing_right(document, at)
    signer = orgs.posting(document.signer_id) if document.signer_id else None
    if right is None or signer is None or not right.finding.value:
        said = right.finding.explanation if right else "Người được chọn không có thẩm quyền ký."
        raise refusal("documents.E109", said=said)
    return right, signer


def _approved_the_other_part(document: Document, submission: Submission, by: Actor) -> bool:
    """Whether this person has already approved this version in the other quality."""
    return document.reviews.filter(
        decision=Review.Decision.APPROVED,
        submission__version=submission.version,
        by__person_id=by.person_id,
        submission__at=submission.at,
    ).exists()

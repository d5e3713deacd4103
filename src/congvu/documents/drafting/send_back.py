"""Send a draft back with a reason (trả lại dự thảo); or take one's own draft back (rút lại)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.approve import open_submission
from congvu.documents.drafting.check_draft import checked_reason, refuse_unless_editor
from congvu.documents.events import DraftSentBack
from congvu.documents.models import Document, Review, Submission
from congvu.documents.outgoing.sign_in_turn import void_signatures
from congvu.documents.states import DocumentState, become
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.11", "ND30.12")
def send_back_draft(*, document_id: int, reason: str, by: Actor, at: datetime) -> Review:
    """Refuse what was submitted to `by`, for review or for signature; the reason is required.

    Everything else that waits on this version is closed, and the file to be signed is withdrawn;
    what others have signed before no longer counts.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="send_back", lock=True)
        submission = open_submission(document, by, at, tuple(Submission.Purpose.values))

        reason = checked_reason(reason)

        review = Review.objects.create(
            agency_id=document.agency_id,
            document=document,
            submission=submission,
            decision=Review.Decision.SENT_BACK,
            reason=reason,
            by_id=by.posting_id,
            at=at,
        )
        voided = return_to_drafter(document, at)

        write_entry(
            "documents.drafting.sent_back",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.12",
            details={
                "purpose": submission.purpose,
                "reason": reason,
                "voided_signatures": voided,
            },
        )
        publish(DraftSentBack(document_id=document.id, at=at))
    return review


@clause("ND30.10")
def take_back_draft(*, document_id: int, reason: str, by: Actor, at: datetime) -> Document:
    """The drafter withdraws a submitted draft to change it, as long as nobody has signed."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="submit", lock=True)

        refuse_unless_editor(document, by)
        reason = checked_reason(reason)
        refuse_if(document.signed_file, "documents.E823")  # begun, or signed by all of them

        return_to_drafter(document, at)

        write_entry(
            "documents.drafting.taken_back",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10",
            details={"reason": reason},
        )
        publish(DraftSentBack(document_id=document.id, at=at))
    return document


def return_to_drafter(document: Document, at: datetime) -> int:
    """Gives how many signatures no longer count."""
    document.submissions.filter(closed_at__isnull=True).update(closed_at=at)
    document.base_file = ""
    document.slots = {}
    document.save(update_fields=["base_file", "slots"])
    become(document, DocumentState.SENT_BACK, at)
    return void_signatures(document, at)

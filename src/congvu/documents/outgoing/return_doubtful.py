"""Return a document signed with a lost key to its drafter (trả lại văn bản ký sau khi báo mất).

Without this it could neither be numbered (E860) nor signed again.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import checked_reason
from congvu.documents.drafting.send_back import return_to_drafter
from congvu.documents.events import DraftSentBack
from congvu.documents.models import Document, Review, Submission
from congvu.documents.states import DocumentState
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.queries.custody import doubt_about


@clause("QC.10.3", "QC.7.1", "ND30.12")
def return_doubtful(*, document_id: int, reason: str, by: Actor, at: datetime) -> Review:
    """The signature no longer counts and stays as the trail; the drafter lays it before again.

    Refuses (E910) a document whose signatures are not in doubt, (E911) one with a number: its
    number must be voided, and the number stays in the book.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="return", lock=True)
        submission = _signed_submission(document)

        refuse_if(document.state == DocumentState.NUMBERED, "documents.E911")
        is_doubtful = document.state == DocumentState.SIGNED and doubt_about(document.signed_file)
        refuse_unless(is_doubtful, "documents.E910")
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
            "documents.outgoing.returned",
            by=by,
            at=at,
            on=("document", document.id),
            clause="QC.10.3",
            details={"reason": reason, "voided_signatures": voided},
        )
        publish(DraftSentBack(document_id=document.id, at=at))
    return review


def _signed_submission(document: Document) -> Submission | None:
    """The order to sign that the doubtful signature answered."""
    asked = document.submissions.filter(purpose=Submission.Purpose.SIGNATURE, review=None)
    last: Submission | None = asked.order_by("-id").first()
    return last

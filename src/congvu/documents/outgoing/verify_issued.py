"""Verify what was issued, as its readers would: the stored verdict outlives the certificates."""

from __future__ import annotations

from datetime import datetime

from congvu.documents.events import DocumentIssued
from congvu.documents.keep_report import keep_report
from congvu.documents.models import Document
from congvu.kit import blobs, clock, wall
from congvu.kit.jobs import job
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.types import Verification
from congvu.signing.verify import verify_pdf


@clause("QC.7.1", "ND30.5")
def ask_to_verify(event: DocumentIssued) -> None:
    """Reaction to an issue: the signatures are judged in a job, and the verdict is kept."""
    verify_issued.defer(document_id=event.document_id)


def verify_issued_file(*, document_id: int, at: datetime) -> Verification:
    """The verdict on the issued file; a file that was judged before is not judged again."""
    with wall.crossing_agencies():
        document = Document.objects.get(id=document_id)
        kept = signing.newest_report(document.issued_file)
        return kept or verify_pdf(
            blobs.payload(document.issued_file), at=at, seen_at=document.issued_at
        )


@job(lane="normal", lock="verify-{document_id}")
def verify_issued(document_id: int) -> None:
    """The doorbell: safe to ring twice."""
    at = clock.now()
    verify_issued_file(document_id=document_id, at=at)
    keep_report(document_id=document_id, at=at)

"""Warn whoever received documents signed after the key was lost, and judge those anew (QC.10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from congvu.documents.models import Arrival, Document
from congvu.documents.states import ArrivalState
from congvu.kit import blobs, clock, wall
from congvu.kit.jobs import job
from congvu.orgs import queries as orgs
from congvu.rules.clauses import clause
from congvu.signing.events import CertificateDistrusted
from congvu.signing.models import CustodyNotice, LossReport
from congvu.signing.tell import Word, tell
from congvu.signing.verify import verify_pdf

_SIGNED_SINCE = """
SELECT DISTINCT s.document_id
  FROM signing_signaturerecord r JOIN documents_signing s ON s.file_after = r.sha256_after
 WHERE r.certificate_id = %s AND r.signed_at >= %s
 ORDER BY 1
"""


@clause("QC.10.3")
def ask_to_warn(event: CertificateDistrusted) -> None:
    """Reaction to a distrusted certificate: the receivers are warned at once, in a job."""
    warn_of_doubt.defer(report_id=event.report_id)


@clause("QC.10.3", "QC.7.1")
def warn_receivers(*, report_id: int, at: datetime) -> int:
    """A notice to the clerks of every agency that holds such a document, linked to its arrival.

    Tells how many documents are in doubt. Safe to repeat: each notice exists once.
    """
    with wall.crossing_agencies():
        report = LossReport.objects.select_related("agency").get(id=report_id)
        with connection.cursor() as cursor:
            cursor.execute(_SIGNED_SINCE, [report.certificate_id, report.lost_at])
            ids = [document_id for (document_id,) in cursor.fetchall()]
        for arrival in (
            Arrival.objects.filter(document_id__in=ids)
            .exclude(state__in=[ArrivalState.RECALLED, ArrivalState.HANDED_BACK])
            .select_related("document")
        ):
            _warn(arrival, report, at)
        for document_id in ids:
            judge_again.defer(document_id=document_id)
    return len(ids)


def _warn(arrival: Arrival, report: LossReport, at: datetime) -> None:
    document = arrival.document
    name = f"Văn bản {document.symbol}" if document.symbol else "Văn bản"
    word = Word(
        kind=CustodyNotice.Kind.DOUBT,
        key=f"doubt-{report.id}-{arrival.id}",
        text=f"{name} của {document.issuer_name or report.agency.name} có chữ ký được tạo sau thời "
        f"điểm báo mất quyền kiểm soát khóa ({clock.local(report.lost_at):%H:%M %d/%m/%Y}). Chưa "
        "dùng làm căn cứ cho đến khi cơ quan ban hành xác nhận lại.",
        subject_kind="arrival",
        subject_id=arrival.id,
    )
    clerks = orgs.clerks_of(arrival.agency_id, clock.local(at).date())
    tell(word, to=[(one.agency_id, one.posting_id) for one in clerks], at=at)


@clause("QC.7.1", "QC.10.3")
def judge_document_again(*, document_id: int, at: datetime) -> None:
    """The stored verdict of before the report gives way to one that knows of the loss."""
    with wall.crossing_agencies():
        document = Document.objects.get(id=document_id)
        if document.file:
            seen_at = document.issued_at or document.changed_at
            verify_pdf(blobs.payload(document.file), at=at, seen_at=seen_at)


@job(lane="now", lock="loss-{report_id}")
def warn_of_doubt(report_id: int) -> None:
    """The doorbell: who was warned is not warned again."""
    warn_receivers(report_id=report_id, at=clock.now())


@job(lane="normal", lock="verify-{document_id}")
def judge_again(document_id: int) -> None:
    """The doorbell: judging twice gives the same verdict twice."""
    judge_document_again(document_id=document_id, at=clock.now())

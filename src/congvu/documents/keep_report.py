"""Keep the check of a document's file as a sheet of one page (phiếu kiểm tra chữ ký số).

The check itself is kept by signing as data; this is what people file, print and hand on.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents.models import Document, VerificationSheet
from congvu.documents.queries.reports import FileReport, file_report
from congvu.kit import blobs, clock, wall
from congvu.kit.jobs import job
from congvu.kit.screening import PDF
from congvu.rules.clauses import clause
from congvu.signing.typeset_report import Checked, typeset_report

LONGEST_SUBJECT = 300
# The newest check of every document's file that has no sheet yet.
WITHOUT_SHEET = """
SELECT d.id FROM documents_document d
JOIN LATERAL (
    SELECT r.id FROM signing_verificationreport r
    WHERE r.sha256 = coalesce(
        nullif(d.issued_file, ''), nullif(d.signed_file, ''), nullif(d.base_file, ''),
        (SELECT a.sha256 FROM documents_attachment a
         WHERE a.document_id = d.id AND a.part = 'main' AND a.removed_at IS NULL
         ORDER BY a.ordinal LIMIT 1))
    ORDER BY r.at DESC, r.id DESC LIMIT 1) newest ON true
WHERE NOT EXISTS (SELECT 1 FROM documents_verificationsheet s
                  WHERE s.document_id = d.id AND s.report_id = newest.id)
ORDER BY d.id LIMIT %s
"""


@clause("QC.7.1")
def keep_report(*, document_id: int, at: datetime) -> VerificationSheet | None:
    """Typeset the newest check and keep it; None where the file was never checked.

    Runs in a job. The same check of the same document is one sheet, however often this is asked.
    """
    with wall.crossing_agencies(), transaction.atomic():
        # Locked against a purge: a sheet is there before its confirmation, or not at all.
        rows = Document.objects.select_for_update(of=("self",))
        document = rows.filter(id=document_id, purged_at=None).first()
        found = file_report(document) if document is not None else None
        if document is None or found is None:
            return None

        kept = blobs.keep(report_sheet(document, found), PDF, restricted=document.is_restricted)
        sheet, _ = VerificationSheet.objects.get_or_create(
            document=document,
            report_id=found.report_id,
            defaults={"agency_id": document.agency_id, "file": kept.sha256, "at": at},
        )
    return sheet


def report_sheet(document: Document, found: FileReport) -> bytes:
    """The sheet of a check as PDF/A; the same check gives the same bytes."""
    checked = Checked(facts=_facts(document), value=found.value.explanation)
    return typeset_report(found.verification, checked).pdf


def _facts(document: Document) -> list[tuple[str, str]]:
    symbol = document.symbol or "chưa có số, ký hiệu"
    day = f" ngày {document.issued_on:%d/%m/%Y}" if document.issued_on else ""
    subject = document.subject
    if len(subject) > LONGEST_SUBJECT:
        subject = f"{subject[:LONGEST_SUBJECT].rstrip()}…"
    return [
        ("Văn bản", f"{symbol}{day}"),
        ("Cơ quan ban hành", document.issuer_name or "—"),
        ("Trích yếu", subject),
    ]


@job(lane="normal", lock="report-sheet-{document_id}")
def keep_report_sheet(document_id: int) -> None:
    """The doorbell: safe to ring twice."""
    keep_report(document_id=document_id, at=clock.now())

"""What the check of a document's file found, what that is worth, and where its sheet is kept."""

from __future__ import annotations

from dataclasses import dataclass

from congvu.documents.models import Attachment, Document, VerificationSheet
from congvu.kit.screening import PDF
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.legal_effect import LegalValue, value_of_document
from congvu.signing import queries as signing
from congvu.signing.types import Verification


@dataclass(frozen=True)
class FileReport:
    """The newest check of the main file. `sheet`: hash of its kept PDF, "" while it waits."""

    report_id: int
    verification: Verification
    value: Finding[LegalValue]
    sheet: str


def main_pdf(document: Document) -> str:
    """The hash of the document's main file, when that is a PDF; else ""."""
    if document.file:
        return document.file
    main = Attachment.objects.filter(
        document=document, part=Attachment.Part.MAIN, removed_at=None, mime=PDF
    ).first()
    return main.sha256 if main is not None else ""


@clause("QC.7.1")
def file_report(document: Document, sha256: str = "") -> FileReport | None:
    """The newest check of the document's main file; None when it was never checked."""
    sha256 = sha256 or main_pdf(document)
    stored = signing.newest_stored(sha256) if sha256 else None
    if stored is None:
        return None
    found = Verification.from_json(stored.report)
    sheet = VerificationSheet.objects.filter(document=document, report=stored).first()
    return FileReport(
        report_id=stored.id,
        verification=found,
        value=legal_value(document, found),
        sheet=sheet.file if sheet is not None else "",
    )


@clause("QC.7.1", "ND30.5", "QD28.4")
def legal_value(document: Document, found: Verification) -> Finding[LegalValue]:
    """Worth of the document by its signatures and the road that it came (R7)."""
    return value_of_document(
        found.for_law, through_document_system=document.origin == Document.Origin.OURS
    )

"""The printed result of checking the signatures of a document's file."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.document import Document
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.7.1")
class VerificationSheet(Row):
    """One check of a document's file as a PDF/A of one page (phiếu kiểm tra chữ ký số).

    It says what was found at `at`, and stays readable when the certificates have expired.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")  # the document's
    document = models.ForeignKey(Document, RESTRICT, related_name="verification_sheets")
    report = models.ForeignKey("signing.VerificationReport", RESTRICT, related_name="+")
    file = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "phiếu kiểm tra chữ ký số"
        constraints = [
            models.UniqueConstraint(fields=["document", "report"], name="one_sheet_a_check")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.file[:12]}"

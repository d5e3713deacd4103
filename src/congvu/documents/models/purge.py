"""The purge of a document that should never have been here (tiêu hủy dữ liệu: QC.4.1)."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.document import RESTRICT, Document
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause


@clause("QC.4.1", "S.34")
class Purge(Row):
    """Proposed by one person, confirmed by another, carried out by a job, certified.

    `files` holds the hashes while the job works and is emptied at its end.
    """

    class State(TextChoices):
        PROPOSED = "proposed", "Chờ xác nhận"
        DECLINED = "declined", "Không xác nhận"
        CONFIRMED = "confirmed", "Đang tiêu hủy"
        DONE = "done", "Đã tiêu hủy"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="purges")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    basis = models.CharField(max_length=250)  # by what decision or conclusion; never content
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    decided_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    files = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    certificate = models.CharField(max_length=64, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt tiêu hủy dữ liệu"
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=~models.Q(state="declined"),
                name="one_purge_of_a_document",
            )
        ]
        indexes = [
            models.Index(
                fields=["agency"],
                name="purges_waiting",
                condition=models.Q(state="proposed"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.state}"

"""The file plan, records and filings (ND30 Điều 28–29)."""

from __future__ import annotations

from django.db import models

from congvu.kit.models import Row
from congvu.records.states import RecordState

RESTRICT = models.PROTECT


class PlanEntry(Row):
    """A line of an agency's yearly file plan (danh mục hồ sơ)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    year = models.IntegerField()
    heading = models.CharField(max_length=200)
    code = models.CharField(max_length=20)  # 01.TCCB
    title = models.CharField(max_length=1000)
    retention_code = models.CharField(max_length=2)
    keeper = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "mục trong danh mục hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "code"], name="one_plan_line")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Record(Row):
    """A work file (hồ sơ công việc)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    plan_entry = models.ForeignKey(PlanEntry, RESTRICT, null=True, related_name="records")
    year = models.IntegerField()
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=1000)
    retention_code = models.CharField(max_length=2)
    state = models.CharField(max_length=8, choices=RecordState.choices)
    keeper = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    opened_by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    opened_at = models.DateTimeField()
    work_ended_on = models.DateField(null=True)
    closed_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    index_file = models.CharField(max_length=64, blank=True, default="")
    description = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = "hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["agency", "year", "code"], name="one_record_code")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class Filing(Row):
    """A document stands in a record at an ordinal (đưa văn bản vào hồ sơ)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    record = models.ForeignKey(Record, RESTRICT, related_name="filings")
    document = models.ForeignKey("documents.Document", RESTRICT, related_name="filings")
    arrival = models.ForeignKey("documents.Arrival", RESTRICT, null=True, related_name="+")
    ordinal = models.IntegerField()
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)
    removed_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "văn bản trong hồ sơ"
        constraints = [
            models.UniqueConstraint(fields=["record", "ordinal"], name="one_ordinal_once"),
            models.UniqueConstraint(
                fields=["record", "document"],
                name="one_document_in_record",
                condition=models.Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}#{self.ordinal}"

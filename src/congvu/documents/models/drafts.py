"""Drafts: versions, autosaves, submissions, reviews, opinions. All are kept (ND30 PL VI)."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.document import RESTRICT, Document
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField


class DraftVersion(Row):
    """One version of a draft (dự thảo), never changed afterwards.

    `content` holds what the drafter typed: see documents.types.DraftContent.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="versions")
    ordinal = models.IntegerField()
    content = SealedJSONField()
    note = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "phiên bản dự thảo"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["document", "ordinal"], name="one_draft_version")
        ]

    def __str__(self) -> str:
        return f"{self.document_id} v{self.ordinal}"


class Autosave(Row):
    """What a person has typed and not yet made a version: it survives a lost session."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="autosaves")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    base_ordinal = models.IntegerField()
    content = SealedJSONField()
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "bản lưu tạm"
        constraints = [
            models.UniqueConstraint(fields=["document", "posting"], name="one_autosave_each")
        ]

    def __str__(self) -> str:
        return f"{self.document_id}/{self.posting_id}"


class Submission(Row):
    """A draft version laid before somebody (trình): for review, or for signature."""

    class Purpose(TextChoices):
        CONTENT = "content", "duyệt nội dung"
        FORM = "form", "kiểm tra thể thức"
        SIGNATURE = "signature", "ký số"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="submissions")
    version = models.ForeignKey(DraftVersion, RESTRICT, related_name="+")
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    note = models.CharField(max_length=2000, blank=True, default="")
    closed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt trình"
        indexes = [
            models.Index(
                fields=["to", "at"],
                name="submission_waiting",
                condition=models.Q(closed_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} -> {self.to_id}"


class Review(Row):
    """The answer to a submission: approved, or sent back with a reason (duyệt, trả lại)."""

    class Decision(TextChoices):
        APPROVED = "approved", "đồng ý"
        SENT_BACK = "sent_back", "trả lại"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="reviews")
    submission = models.OneToOneField(Submission, RESTRICT, related_name="review")
    decision = models.CharField(max_length=10, choices=Decision.choices)
    reason = models.CharField(max_length=2000, blank=True, default="")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ý kiến duyệt"

    def __str__(self) -> str:
        return f"{self.document_id}: {self.decision}"


class Opinion(Row):
    """An opinion on a draft or a document (ý kiến)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="opinions")
    version = models.ForeignKey(DraftVersion, RESTRICT, null=True, related_name="+")
    text = models.CharField(max_length=4000)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ý kiến"

    def __str__(self) -> str:
        return self.text[:60]


class OpinionRequest(Row):
    """Somebody was asked for an opinion on a draft (xin ý kiến: ND30 Điều 10.3)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="opinion_requests")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    question = models.CharField(max_length=2000, blank=True, default="")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "yêu cầu cho ý kiến"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "to"],
                condition=models.Q(answered_at__isnull=True),
                name="one_open_opinion_request_each",
            )
        ]
        indexes = [
            models.Index(
                fields=["to", "at"],
                name="opinion_waiting",
                condition=models.Q(answered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.document_id} -> {self.to_id}"

"""Articles that derive from an official source, and their sendings to followers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.6.2.a", "QC.11.5")
class Article(Row):
    """A post for the agency's account on Zalo (bài đăng Zalo).

    It keeps what it comes from: the document with its symbol, the address where anybody can check
    it, and the hash of its issued file. `flagged_at`: the source is no longer what it was.
    """

    class State(TextChoices):
        DRAFT = "draft", "dự thảo"
        SUBMITTED = "submitted", "chờ duyệt"
        APPROVED = "approved", "đã duyệt, chờ đăng"
        SENDING = "sending", "đang đăng"
        PUBLISHED = "published", "đã đăng"
        REMOVING = "removing", "đang gỡ"
        REMOVED = "removed", "đã gỡ"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    source = models.ForeignKey("documents.Document", RESTRICT, related_name="+")
    source_symbol = models.CharField(max_length=80)
    source_link = models.CharField(max_length=300)
    source_hash = models.CharField(max_length=64)
    title = models.CharField(max_length=150)
    summary = models.CharField(max_length=300)
    text = models.TextField()
    cover = models.CharField(max_length=500)  # address of the picture, which Zalo fetches
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    changed_at = models.DateTimeField()
    approved_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_hash = models.CharField(max_length=64, blank=True, default="")  # of what was approved
    token = models.CharField(max_length=200, blank=True, default="")
    asked_at = models.DateTimeField(null=True)  # a call that creates it is on its way
    external_id = models.CharField(max_length=80, blank=True, default="")
    published_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_why = models.CharField(max_length=500, blank=True, default="")
    flagged_at = models.DateTimeField(null=True)
    flag_said = models.CharField(max_length=300, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")  # Zalo's last trouble

    class Meta:
        verbose_name = "bài đăng Zalo"
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted"]) | Q(approved_at__isnull=False),
                name="article_leaves_after_approval",
            )
        ]

    def __str__(self) -> str:
        return self.title


@clause("QC.6.2.a")
class Broadcast(Row):
    """A sending of a published article to everybody who follows (lượt gửi bài đăng)."""

    class State(TextChoices):
        WAITING = "waiting", "chờ duyệt"
        APPROVED = "approved", "đã duyệt, chờ gửi"
        SENDING = "sending", "đang gửi"
        SENT = "sent", "đã gửi"
        FAILED = "failed", "không gửi được"
        UNKNOWN = "unknown", "chưa rõ kết quả"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    article = models.ForeignKey(Article, RESTRICT, related_name="broadcasts")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    approved_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=80, blank=True, default="")
    said = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "lượt gửi bài đăng"
        ordering = ["-at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(state__in=["waiting", "approved", "sending"]),
                name="one_broadcast_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.state}"

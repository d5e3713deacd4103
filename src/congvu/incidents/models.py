"""Incidents and the officers appointed for them (QC.4.4, QC.10.3)."""

from __future__ import annotations

from django.db import models

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.4.4", "QC.10.3")
class Incident(Row):
    """Something that must be looked into (sự cố). `facts` never holds content or its hash."""

    class Kind(TextChoices):
        STATE_SECRET = "state_secret", "dấu hiệu bí mật nhà nước"
        KEY_LOST = "key_lost", "mất, lộ khóa ký số"
        ACCOUNT_LOST = "account_lost", "tài khoản mất quyền kiểm soát"
        MALWARE = "malware", "tệp có mã độc"
        OTHER = "other", "sự cố khác"

    class State(TextChoices):
        OPEN = "open", "chờ xử lý"
        IN_HAND = "in_hand", "đang xử lý"
        CLOSED = "closed", "đã kết thúc"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    said = models.CharField(max_length=1000)  # what happened, in Vietnamese, without content
    clause = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")  # None: system
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    officer = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = "sự cố"
        indexes = [models.Index(fields=["agency", "state", "-opened_at"], name="incidents_waiting")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.opened_at:%d/%m/%Y}"

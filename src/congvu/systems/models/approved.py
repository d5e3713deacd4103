"""Approved systems and granted exceptions (Quy chế Điều 4.2, 6.1, 11.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.systems import Grantor

RESTRICT = models.PROTECT


class ApprovedSystem(Row):
    """A system or channel that agencies may use from a day on (hệ thống được sử dụng)."""

    channel = models.SlugField(max_length=40)
    name = models.CharField(max_length=250)
    clause = models.CharField(max_length=20)
    ground = models.CharField(max_length=250)  # decision, certificate, conformity publication
    note = models.CharField(max_length=500, blank=True, default="")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = "hệ thống được sử dụng"
        ordering = ["clause", "id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "valid_from"], name="one_approval_per_day"),
            models.CheckConstraint(condition=~Q(ground=""), name="approval_needs_ground"),
        ]

    def __str__(self) -> str:
        return self.name


class ExceptionGrant(Row):
    """Leave to use another channel in one case (trường hợp cụ thể được cho phép: QC.11.3)."""

    class GrantedBy(TextChoices):
        PROVINCIAL_COMMITTEE = Grantor.PROVINCIAL_COMMITTEE.value, "Ủy ban nhân dân tỉnh"
        PROVINCIAL_CHAIR = Grantor.PROVINCIAL_CHAIR.value, "Chủ tịch Ủy ban nhân dân tỉnh"
        SPECIAL_LAW = Grantor.SPECIAL_LAW.value, "pháp luật chuyên ngành"

    channel = models.SlugField(max_length=40)
    # Empty: every agency, as a special law may say.
    agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="+")
    case = models.CharField(max_length=200)  # the case it was granted for, in words
    granted_by = models.CharField(max_length=24, choices=GrantedBy.choices)
    decision = models.CharField(max_length=250)  # số, ký hiệu, ngày của văn bản cho phép
    valid_from = models.DateField()
    valid_to = models.DateField()
    revoked_at = models.DateTimeField(null=True)
    revoke_reason = models.CharField(max_length=250, blank=True, default="")

    class Meta:
        verbose_name = "trường hợp được cho phép"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")), name="grant_dates_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.case}"

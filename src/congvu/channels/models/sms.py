"""What only text messages have: brand names as senders, and parts that are receipted one by one."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper

from congvu.channels.models.message import Attempt
from congvu.channels.models.provider import RESTRICT, Provider
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.rules.sms import SmsClass

SMS_CLASSES = [
    (SmsClass.CARE.value, "chăm sóc khách hàng, thông báo"),
    (SmsClass.INTERNAL.value, "điều hành nội bộ"),
    (SmsClass.ADVERTISING.value, "quảng cáo"),
]


@clause("ND91.23", "ND91.28")
class Brandname(Row):
    """A name under which an agency sends text messages (tên định danh).

    A register of the whole province, open as the national one is. `holder` is the agency to which
    it was granted; both days are included. A registered line is never
    changed: a renewal is a new one.
    """

    holder = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    name = models.CharField(max_length=11)
    provider = models.ForeignKey(Provider, RESTRICT, related_name="+")
    kind = models.CharField(max_length=12, choices=SMS_CLASSES, default=SmsClass.CARE.value)
    price = models.IntegerField(null=True)  # đồng a part; none: not known
    ground = models.CharField(max_length=200)  # number and day of the certificate
    granted_on = models.DateField()
    valid_to = models.DateField()
    kept_at = models.DateTimeField()
    kept_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "tên định danh"
        ordering = ["valid_to", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("granted_on")), name="brandname_has_days"
            ),
            # Upper and lower case are one name; each class is registered by itself.
            models.UniqueConstraint(
                Upper("name"),
                "kind",
                "provider",
                "granted_on",
                condition=Q(ended_at__isnull=True),
                name="one_brandname_a_class",
            ),
        ]

    def __str__(self) -> str:
        return self.name


@clause("QC.8.2.b")
class MessagePart(Row):
    """A part of a text message as its SMSC took it (phần tin nhắn); delivered when all parts are.

    `given_id` as the SMSC wrote it; `external_id` in the form in which ids are compared.
    """

    class State(TextChoices):
        TAKEN = "taken", "nhà cung cấp đã nhận"
        DELIVERED = "delivered", "đã đến máy người nhận"
        FAILED = "failed", "không đến được"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    attempt = models.ForeignKey(Attempt, RESTRICT, related_name="taken_parts")
    provider = models.ForeignKey(Provider, RESTRICT, related_name="+")
    ordinal = models.IntegerField()
    of = models.IntegerField()
    given_id = models.CharField(max_length=65)
    external_id = models.CharField(max_length=65)
    state = models.CharField(max_length=9, choices=State.choices, default=State.TAKEN)
    taken_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "phần tin nhắn"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["attempt", "ordinal"], name="one_part_a_turn"),
        ]
        indexes = [
            models.Index(fields=["provider", "external_id", "-id"], name="parts_by_provider"),
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.ordinal}/{self.of}"

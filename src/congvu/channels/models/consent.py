"""The ledger of consent: by purpose and channel, provable, withdrawn with one click."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.channels.models.provider import CHANNELS, RESTRICT
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause


@clause("QC.6.2.b")
class Consent(Row):
    """A person agreed to be written to for one purpose over one channel (đồng ý nhận tin).

    Silence is no consent: the text that was shown, its version, the origin and the moment are kept;
    a withdrawal ends the row and is kept as well.
    """

    class Purpose(TextChoices):
        NOTICE = "notice", "thông báo kết quả, lịch hẹn giải quyết thủ tục"
        CAMPAIGN = "campaign", "tuyên truyền, phổ biến chính sách"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    channel = models.CharField(max_length=20, choices=CHANNELS)
    address = models.CharField(max_length=320)
    name = models.CharField(max_length=200, blank=True, default="")  # whoever agreed, as they said
    purpose = models.CharField(max_length=10, choices=Purpose.choices)
    text_version = models.CharField(max_length=40)
    text = models.CharField(max_length=2000)
    origin = models.CharField(max_length=200)  # page, form, event: how it was given
    recorded_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    source_address = models.CharField(max_length=45, blank=True, default="")
    given_at = models.DateTimeField()
    withdrawal_key = models.CharField(max_length=64, unique=True)  # of the link in each message
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "đồng ý nhận tin"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "channel", "address", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="one_open_consent",
            )
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.purpose}"

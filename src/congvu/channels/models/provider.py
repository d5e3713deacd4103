"""Providers of channels: where messages are handed over, and how each of them is doing."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField
from congvu.rules.moments import Channel

RESTRICT = models.PROTECT
CHANNELS = [
    (Channel.OFFICIAL_MAIL.value, "thư điện tử công vụ"),
    (Channel.SMS.value, "tin nhắn SMS"),
    (Channel.ZALO.value, "Zalo"),
]


class Provider(Row):
    """A relay, an SMS aggregator or SMSC, an OA: one way out of one channel (nhà cung cấp kênh)."""

    channel = models.CharField(max_length=20, choices=CHANNELS)
    adapter = models.SlugField(max_length=40)  # settings.CHANNEL_ADAPTERS
    name = models.CharField(max_length=120)
    # Address, account and secret of the adapter; never in clear in the database or a log.
    secrets = SealedJSONField()
    rank = models.IntegerField(default=1)  # the lowest that is well is used first
    per_second = models.FloatField(default=10)
    is_active = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)  # a test message was taken, since the last change
    # The breaker: after so many failures in a row nobody is sent there until the moment.
    failures_in_row = models.IntegerField(default=0)
    open_until = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, default="")  # its last trouble, in words

    class Meta:
        verbose_name = "nhà cung cấp kênh"
        ordering = ["channel", "rank", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(per_second__gt=0), name="provider_has_a_rate"),
            models.UniqueConstraint(fields=["channel", "name"], name="one_provider_a_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ProviderEvent(Row):
    """What a provider told us, exactly as it came (sự kiện của nhà cung cấp).

    Written first and understood later, so that a call-back is answered at once and nothing is
    lost; one that matches no attempt yet stays and is matched when the attempt's row is there.
    """

    class State(TextChoices):
        WAITING = "waiting", "chờ xử lý"
        MATCHED = "matched", "đã khớp"
        ORPHAN = "orphan", "chưa khớp với tin nào"
        IGNORED = "ignored", "không cần xử lý"
        BROKEN = "broken", "không hiểu được"

    provider = models.ForeignKey(Provider, RESTRICT, related_name="+")
    external_id = models.CharField(max_length=200)  # the provider's own name of the event
    raw = models.BinaryField()
    noted_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    said = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = "sự kiện của nhà cung cấp"
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="one_event_once")
        ]
        indexes = [
            models.Index(
                fields=["provider", "id"],
                condition=Q(state__in=["waiting", "orphan"]),
                name="events_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.external_id}"

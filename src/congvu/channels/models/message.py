"""One message with a text per channel, its attempts, and the evidence of each."""

from __future__ import annotations

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q

from congvu.channels.models.provider import CHANNELS, RESTRICT, Provider
from congvu.channels.states import AttemptState, MessageState
from congvu.kit.choices import IntegerChoices, TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience


class Lane(IntegerChoices):
    """Who goes first: a code or a legal deadline never waits behind bulk."""

    NOW = 2, "ngay"
    NORMAL = 1, "thường"
    BULK = 0, "hàng loạt"


@clause("QC.7.2", "QC.8.2", "QC.8.3")
class Message(Row):
    """A message that an agency sends to one addressee (tin gửi đi).

    `texts`: what each channel carries, {"sms": {"text": …}, "official_mail": {"subject", "text"}};
    `roads`: the channels in the order in which they are tried. The moments are one legal result
    over all attempts: each with the finding that computed it in `findings`.
    """

    class Purpose(TextChoices):
        ACKNOWLEDGEMENT = "acknowledgement", "tự động báo đã nhận"
        DECLINE = "decline", "báo không thuộc phạm vi giải quyết"
        REPLY = "reply", "trả lời"
        LETTER = "letter", "thư công vụ"
        NOTICE = "notice", "thông báo dịch vụ công"
        CODE = "code", "mã xác thực"
        CAMPAIGN = "campaign", "tuyên truyền, phổ biến"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    key = models.CharField(max_length=120, unique=True)  # the order's own: asked twice, sent once
    purpose = models.CharField(max_length=16, choices=Purpose.choices)
    lane = models.SmallIntegerField(choices=Lane.choices, default=Lane.NORMAL)
    audience = models.CharField(
        max_length=12,
        choices=[
            (Audience.PERSON.value, "cá nhân, tổ chức"),
            (Audience.STATE_AGENCY.value, "cơ quan nhà nước"),
        ],
    )
    to_person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    to_agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="+")
    to_name = models.CharField(max_length=250, blank=True, default="")
    addresses = models.JSONField()  # {"sms": "84912…", "official_mail": "a@b"}
    roads = models.JSONField()  # ["zalo", "sms", "official_mail"]
    texts = models.JSONField()
    files = models.JSONField(default=list)  # [[sha256, name], …]
    # "duty QC.9.2.a" or "consent 12": why this person may be written to.
    basis = models.CharField(max_length=60)
    legal_class = models.CharField(max_length=8)  # QC.7.1 or QC.7.2
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    # Sent from an official's own mailbox: read by that person alone.
    from_person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    created_at = models.DateTimeField()
    send_from = models.DateTimeField()  # not before: hours of a class, or a wish
    state = models.CharField(
        max_length=9, choices=MessageState.choices, default=MessageState.WAITING
    )
    sent_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=dict)

    class Meta:
        verbose_name = "tin gửi đi"
        constraints = [
            models.CheckConstraint(condition=~Q(basis=""), name="message_has_a_basis"),
        ]
        indexes = [
            models.Index(fields=["agency", "-created_at", "-id"], name="messages_of_agency"),
            models.Index(fields=["subject_kind", "subject_id"], name="messages_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"


class Attempt(Row):
    """A try to bring a message over one channel (lượt chuyển tin).

    `tracking` is our own name of the attempt: it travels with the message and comes back in
    receipts, and a provider is asked by it before anything is sent again.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    message = models.ForeignKey(Message, RESTRICT, related_name="attempts")
    ordinal = models.IntegerField()
    channel = models.CharField(max_length=20, choices=CHANNELS)
    provider = models.ForeignKey(Provider, RESTRICT, null=True, related_name="attempts")
    address = models.CharField(max_length=320)
    lane = models.SmallIntegerField(choices=Lane.choices)
    tracking = models.CharField(max_length=40, unique=True)
    state = models.CharField(
        max_length=16, choices=AttemptState.choices, default=AttemptState.QUEUED
    )
    tries = models.IntegerField(default=0)
    next_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    external_id = models.CharField(max_length=200, blank=True, default="")
    parts = models.IntegerField(default=1)
    accepted_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    code = models.CharField(max_length=60, blank=True, default="")
    said = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "lượt chuyển tin"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["message", "ordinal"], name="one_attempt_a_turn")
        ]
        indexes = [
            models.Index(
                fields=["channel", "-lane", "next_at", "id"],
                condition=Q(state__in=["queued", "failed_temporary"]),
                name="attempts_to_hand_over",
            ),
            models.Index(
                fields=["claimed_at"],
                condition=Q(state__in=["sending", "unknown"]),
                name="attempts_in_doubt",
            ),
            models.Index(fields=["provider", "external_id"], name="attempts_by_provider"),
            # For the live figures of the last hour; costs next to nothing while bulk drains.
            BrinIndex(fields=["claimed_at"], name="attempts_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.tracking}"


class Evidence(Row):
    """What proves that something happened to an attempt (chứng cứ gửi, nhận); only ever added."""

    class Kind(TextChoices):
        ACCEPTED = "accepted", "nhà cung cấp đã nhận tin"
        DELIVERED = "delivered", "tin đã vào tài khoản bên nhận"
        RELAYED = "relayed", "đã chuyển tiếp, chưa rõ đã vào hộp thư"
        SEEN = "seen", "bên nhận đã xem"
        FAILED = "failed", "không gửi được"
        DELAYED = "delayed", "bị chậm"

    class Grade(TextChoices):
        A = "A", "hệ thống của tỉnh trực tiếp ghi nhận"
        B = "B", "máy chủ hoặc nhà cung cấp xác nhận đã vào tài khoản"
        C = "C", "nhà cung cấp xác nhận đã nhận để chuyển"
        D = "D", "chưa có chứng cứ"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    attempt = models.ForeignKey(Attempt, RESTRICT, related_name="evidence")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    grade = models.CharField(max_length=1, choices=Grade.choices)
    at = models.DateTimeField()  # as the provider says
    noted_at = models.DateTimeField()  # as we learnt it
    raw = models.BinaryField()

    class Meta:
        verbose_name = "chứng cứ gửi, nhận"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["attempt", "id"], name="evidence_of_attempt")]

    def __str__(self) -> str:
        return f"{self.attempt_id}: {self.kind} ({self.grade})"

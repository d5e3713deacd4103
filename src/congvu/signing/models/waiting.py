"""Signatures that somebody still has to confirm elsewhere (design: prepare, confirm, complete)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT, Certificate
from congvu.signing.types import Act


@clause("QC.10.3")
class SignatureLot(Row):
    """Several signatures asked for in one request at a remote service (lô yêu cầu ký số).

    Their holder confirms once. What the service answered is kept in the signatures before any of
    them is put into its document, so nobody has to confirm again after a crash.
    """

    class State(TextChoices):
        WAITING = "waiting", "đang chờ xác nhận"
        ANSWERED = "answered", "đã xác nhận"
        REFUSED = "refused", "đã bị người ký từ chối"
        FAILED = "failed", "không thành công"
        EXPIRED = "expired", "đã hết thời gian chờ"
        CANCELLED = "cancelled", "đã hủy"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    certificate = models.ForeignKey(Certificate, RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    said = models.CharField(max_length=500, blank=True, default="")  # why it ended, in Vietnamese
    code = models.CharField(max_length=9)  # what the holder compares on the phone
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    transaction = models.CharField(max_length=200, blank=True, default="")  # the provider's name
    otp_asked_at = models.DateTimeField(null=True)  # a one-time code, of the service

    class Meta:
        verbose_name = "lô yêu cầu ký số"
        indexes = [
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="lots_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.get_state_display()}"


@clause("QC.10.3")
class WaitingSignature(Row):
    """A signature asked of a key that does not answer at once (yêu cầu ký số).

    The file with its gap is kept before anybody is asked, so a killed process loses nothing. A
    provider's PIN or password is never here.
    """

    class Road(TextChoices):
        REMOTE = "remote", "dịch vụ ký số từ xa"
        PLUGIN = "plugin", "phần mềm ký trên máy người ký"

    class State(TextChoices):
        WAITING = "waiting", "đang chờ xác nhận"
        COMPLETED = "completed", "đã ký xong"
        REFUSED = "refused", "đã bị người ký từ chối"
        FAILED = "failed", "không thành công"
        EXPIRED = "expired", "đã hết thời gian chờ"
        CANCELLED = "cancelled", "đã hủy"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    certificate = models.ForeignKey(Certificate, RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    # What it is for, in the words of the room above: ("document", 12).
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    act = models.CharField(max_length=16, choices=[(act.value, act.value) for act in Act])
    field = models.CharField(max_length=60)
    page = models.IntegerField()
    box = models.JSONField()  # [x, y, width, height] in points
    words = models.CharField(max_length=400, blank=True, default="")
    road = models.CharField(max_length=6, choices=Road.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    said = models.CharField(max_length=500, blank=True, default="")  # why it ended, in Vietnamese
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    base_file = models.CharField(max_length=64)  # the file that was shown and is to be signed
    prepared_file = models.CharField(max_length=64, blank=True, default="")  # with its gap
    # ports.Prepared: what to sign, where the gap is; of a plug-in, what it is to write itself.
    prepared = models.JSONField(default=dict)
    transaction = models.CharField(max_length=200, blank=True, default="")  # the provider's name
    otp_asked_at = models.DateTimeField(null=True)  # a one-time code, of the service
    token_hash = models.CharField(max_length=64, blank=True, default="")  # of a plug-in's addresses
    signed_file = models.CharField(max_length=64, blank=True, default="")
    # Asked for together with others; what the service answered for this one, until it is put in.
    lot = models.ForeignKey(SignatureLot, RESTRICT, null=True, related_name="signatures")
    answer = models.BinaryField(null=True)

    class Meta:
        verbose_name = "yêu cầu ký số"
        constraints = [
            models.UniqueConstraint(
                fields=["base_file", "field"],
                condition=Q(state="waiting"),
                name="one_waiting_signature_a_field",
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(state="waiting"), name="signatures_waiting"
            ),
            models.Index(fields=["subject_kind", "subject_id"], name="signatures_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.get_state_display()}"

    @property
    def served_file(self) -> str:
        """What a plug-in is given: the file that was shown, or that with its text fields."""
        return self.prepared_file or self.base_file

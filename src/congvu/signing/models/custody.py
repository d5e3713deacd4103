"""Who keeps which key, with minutes; what was reported lost; who was told (Quy chế Điều 10.3)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT, Certificate


@clause("QC.10.3")
class SigningDevice(Row):
    """What a private key lies in, and who keeps it (thiết bị lưu khóa bí mật).

    `person` is whose key it is; none: the agency's own, kept by its clerk. `agency` hands it out.
    """

    class Kind(TextChoices):
        TOKEN = "token", "USB token, thẻ thông minh"
        SIM = "sim", "SIM ký số"
        HSM = "hsm", "Ngăn khóa trong HSM"
        REMOTE = "remote", "Tài khoản ký số từ xa"
        SOFTWARE = "software", "Khóa phần mềm"

    class State(TextChoices):
        STORED = "stored", "chưa bàn giao"
        HELD = "held", "đã bàn giao"
        RETURNED = "returned", "đã thu hồi"
        LOST = "lost", "đã báo mất"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    keeper = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    serial = models.CharField(max_length=80)
    provider = models.CharField(max_length=200, blank=True, default="")
    state = models.CharField(max_length=10, choices=State.choices, default=State.STORED)
    registered_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    registered_at = models.DateTimeField()
    is_demonstration = models.BooleanField(default=False)

    class Meta:
        verbose_name = "thiết bị lưu khóa bí mật"
        constraints = [
            models.UniqueConstraint(fields=["agency", "kind", "serial"], name="one_device_once")
        ]
        indexes = [models.Index(fields=["person"], name="devices_of_person")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.serial}"


@clause("QC.10.3")
class DeviceHandover(Row):
    """A device changed hands; the minutes are kept as a file (bàn giao, thu hồi thiết bị)."""

    class Kind(TextChoices):
        GIVEN = "given", "bàn giao"
        TAKEN_BACK = "taken_back", "thu hồi"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    device = models.ForeignKey(SigningDevice, RESTRICT, related_name="handovers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    giver = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    receiver = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    condition = models.CharField(max_length=500)
    minutes = models.CharField(max_length=64)  # SHA-256 of the typeset minutes
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt bàn giao, thu hồi thiết bị"
        indexes = [models.Index(fields=["device", "-at"], name="handovers_of_device")]

    def __str__(self) -> str:
        return f"{self.device_id}: {self.kind}"


@clause("QC.10.3")
class ReportAuthority(Row):
    """The agency that reports of loss go to, from a day on (cơ quan tiếp nhận báo mất)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    valid_from = models.DateField()
    basis = models.CharField(max_length=250)

    class Meta:
        verbose_name = "cơ quan tiếp nhận báo mất"
        constraints = [
            models.UniqueConstraint(fields=["valid_from"], name="one_report_authority_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.valid_from:%d/%m/%Y}"


@clause("QC.10.3")
class LossReport(Row):
    """A key or an account is out of control since a moment (báo mất quyền kiểm soát)."""

    class Kind(TextChoices):
        KEY = "key", "khóa ký số"
        ACCOUNT = "account", "tài khoản"

    class State(TextChoices):
        OPEN = "open", "chờ khôi phục"
        RECOVERED = "recovered", "đã khôi phục"
        FALSE_ALARM = "false_alarm", "báo nhầm"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    device = models.ForeignKey(SigningDevice, RESTRICT, null=True, related_name="reports")
    certificate = models.ForeignKey(Certificate, RESTRICT, null=True, related_name="reports")
    account = models.ForeignKey("accounts.Account", RESTRICT, null=True, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    what = models.CharField(max_length=300)  # the key or account in words
    said = models.CharField(max_length=1000, blank=True, default="")
    lost_at = models.DateTimeField()
    reported_at = models.DateTimeField()
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    incident = models.ForeignKey("incidents.Incident", RESTRICT, related_name="+")
    authority = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="+")
    ended_sessions = models.IntegerField(default=0)
    suspended_delegations = models.JSONField(default=list)  # ids
    letter = models.CharField(max_length=64)  # SHA-256 of the letter to the provider
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    closed_at = models.DateTimeField(null=True)
    closing_note = models.CharField(max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = "báo mất quyền kiểm soát"
        constraints = [
            models.CheckConstraint(
                condition=Q(lost_at__lte=F("reported_at")), name="loss_is_never_in_future"
            )
        ]
        indexes = [models.Index(fields=["agency", "-reported_at"], name="losses_of_agency")]

    def __str__(self) -> str:
        return self.what


class ExpiryWarning(Row):
    """A warning of a certificate's end was given, once (nhắc chứng thư số sắp hết hạn)."""

    certificate = models.ForeignKey(Certificate, RESTRICT, related_name="warnings")
    days = models.SmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = "nhắc chứng thư số sắp hết hạn"
        constraints = [
            models.UniqueConstraint(fields=["certificate", "days"], name="one_warning_once")
        ]

    def __str__(self) -> str:
        return f"{self.certificate_id}: {self.days}"


class CustodyNotice(Row):
    """Somebody was told of a key: its end, its loss, a document in doubt (thông báo về khóa ký số).

    `subject_kind` and `subject_id` say what it leads to: "device", "report" or "arrival".
    """

    class Kind(TextChoices):
        EXPIRY = "expiry", "chứng thư số sắp hết hạn"
        LOSS = "loss", "báo mất quyền kiểm soát"
        DOUBT = "doubt", "văn bản cần xem lại chữ ký"
        CLOSED = "closed", "kết thúc báo mất"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    subject_kind = models.CharField(max_length=10)
    subject_id = models.BigIntegerField()
    key = models.CharField(max_length=60)
    text = models.CharField(max_length=1000)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo về khóa ký số"
        constraints = [models.UniqueConstraint(fields=["to", "key"], name="one_notice_once")]
        indexes = [models.Index(fields=["to", "-at"], name="custody_notices_of_posting")]

    def __str__(self) -> str:
        return self.text[:60]

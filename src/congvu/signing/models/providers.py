"""Remote signing services, and the keys of people that lie at them (dịch vụ ký số từ xa)."""

from __future__ import annotations

from django.db import models

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT, Certificate


@clause("QC.10.3")
class SigningProvider(Row):
    """A remote signing service of this installation (dịch vụ ký số từ xa).

    Several may be active; each key belongs to one. What the service asks of its clients lies
    sealed; nothing of its users' PINs or passwords is ever here.
    """

    class Kind(TextChoices):
        CSC = "csc", "CSC (chuẩn Cloud Signature Consortium v1)"
        SMARTCA = "smartca", "VNPT SmartCA"
        MYSIGN = "mysign", "Viettel MySign"

    class Answers(TextChoices):
        RAW = "raw", "chữ ký rời trên giá trị băm"
        CMS = "cms", "gói CMS (PKCS#7) hoàn chỉnh"

    class Hashes(TextChoices):
        BASE64 = "base64", "Base64"
        HEX = "hex", "thập lục phân (hex)"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    name = models.CharField(max_length=80, unique=True)
    base_url = models.CharField(max_length=200)
    client_id = models.CharField(max_length=200, blank=True, default="")
    secret = SealedJSONField()
    profile_id = models.CharField(max_length=200, blank=True, default="")
    answers = models.CharField(max_length=3, choices=Answers.choices, default=Answers.RAW)
    hashes = models.CharField(max_length=6, choices=Hashes.choices, default=Hashes.BASE64)
    # Base64 DER of the issuers, for a service that gives the signer's certificate alone.
    issuers = models.JSONField(default=list)
    # How many signatures one confirmation may be for, as far as the key allows (1: each its own).
    most_at_once = models.PositiveSmallIntegerField(default=50, db_default=50)
    is_active = models.BooleanField(default=False)
    added_at = models.DateTimeField()
    tested_at = models.DateTimeField(null=True)
    test_passed = models.BooleanField(default=False)  # with what the row holds now
    test_said = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "dịch vụ ký số từ xa"

    def __str__(self) -> str:
        return self.name


@clause("QC.10.3")
class RemoteKey(Row):
    """Whose key at which service a certificate belongs to (khóa ký ở dịch vụ từ xa)."""

    class Otp(TextChoices):
        NONE = "", "không dùng mã"
        SHOWN = "shown", "mã do thiết bị hoặc ứng dụng của người ký hiện"
        SENT = "sent", "mã do dịch vụ gửi khi được yêu cầu"

    certificate = models.OneToOneField(Certificate, RESTRICT, related_name="remote_key")
    provider = models.ForeignKey(SigningProvider, RESTRICT, related_name="keys")
    identifier = SealedJSONField()  # by which the service knows the person
    credential = models.CharField(max_length=200)
    # What its holder types here for each signature, and we pass on and never keep.
    wants_pin = models.BooleanField(default=False, db_default=False)
    otp = models.CharField(
        max_length=5, choices=Otp.choices, blank=True, default=Otp.NONE, db_default=""
    )

    # How many signatures one confirmation may be for, as the service says of this key.
    at_once = models.PositiveSmallIntegerField(default=1, db_default=1)

    class Meta:
        verbose_name = "khóa ký ở dịch vụ từ xa"

    def __str__(self) -> str:
        return f"{self.provider_id}: {self.credential}"

    @property
    def lot_size(self) -> int:
        """How many signatures one confirmation of its holder may be for."""
        return max(1, min(self.at_once, self.provider.most_at_once))

    @property
    def is_typed(self) -> bool:
        """Whether its holder types something here for each signature."""
        return self.wants_pin or bool(self.otp)

"""Certificates, anchors, lists and marks (documents facts 101-106).

No key is ever here: a certificate row holds only the reference by which a key store finds it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT
_ONE_HOLDER = Q(person__isnull=True, agency__isnull=False) | Q(
    person__isnull=False, agency__isnull=True
)


@clause("QC.10.3")
class Certificate(Row):
    """A certificate registered for a person or an agency (chứng thư số)."""

    class State(TextChoices):
        IN_USE = "in_use", "đang sử dụng"
        REPLACED = "replaced", "đã thay thế"
        REVOKED = "revoked", "đã thu hồi"

    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="certificates")
    agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="certificates")
    subject = models.CharField(max_length=400)
    issuer = models.CharField(max_length=400)
    serial = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64, unique=True)  # SHA-256 of the DER, hex
    chain = models.JSONField()  # base64 DER: this certificate, then its issuers without the root
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    key_reference = models.CharField(max_length=240)
    device = models.ForeignKey(
        "signing.SigningDevice", RESTRICT, null=True, related_name="certificates"
    )
    state = models.CharField(max_length=10, choices=State.choices, default=State.IN_USE)
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revocation_reason = models.CharField(max_length=250, blank=True, default="")
    is_demonstration = models.BooleanField(default=False)
    signs_once = models.BooleanField(default=False)  # its key serves once a document (quota)

    class Meta:
        verbose_name = "chứng thư số"
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="certificate_has_one_holder"),
            models.CheckConstraint(
                condition=Q(valid_to__gt=F("valid_from")), name="certificate_dates_in_order"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(state="in_use"), name="one_certificate_per_person"
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(state="in_use"), name="one_certificate_per_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.serial})"


class TrustAnchor(Row):
    """A root that this installation trusts, for a purpose and a time (chứng thư gốc tin cậy)."""

    class Purpose(TextChoices):
        OFFICIAL = "official", "chữ ký số chuyên dùng công vụ"
        PUBLIC = "public", "chữ ký số công cộng"
        TIME_STAMP = "time_stamp", "dấu thời gian"
        DEMONSTRATION = "demonstration", "trình diễn, không có giá trị pháp lý"

    purpose = models.CharField(max_length=14, choices=Purpose.choices)
    name = models.CharField(max_length=400)
    certificate = models.TextField()  # PEM
    fingerprint = models.CharField(max_length=64)
    trusted_from = models.DateTimeField()
    trusted_to = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "chứng thư gốc tin cậy"
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint", "purpose"],
                condition=Q(trusted_to=None),
                name="one_trust_a_purpose",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_for_stamps(self) -> bool:
        """Whether time-stamps, and nothing else, are trusted by it."""
        return bool(self.purpose == self.Purpose.TIME_STAMP)


class RevocationList(Row):
    """The newest list of revoked certificates of an issuer (CRL)."""

    issuer = models.CharField(max_length=400, unique=True)
    content = models.BinaryField()  # DER
    issued_at = models.DateTimeField()
    next_at = models.DateTimeField()
    taken_in_at = models.DateTimeField()
    number = models.CharField(max_length=60, blank=True, default="")  # the issuer's own counter
    revoked = models.IntegerField(null=True)  # how many certificates it names
    # Who brought it in by hand; None: it came by itself.
    taken_in_by = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "danh sách chứng thư bị thu hồi"

    def __str__(self) -> str:
        return f"{self.issuer} {self.issued_at:%d/%m/%Y}"


@clause("ND30.PL1.I.II.7.d", "ND30.PL1.I.II.8.a")
class Mark(Row):
    """The registered image of a person's signature or an agency's seal (mẫu chữ ký, mẫu dấu)."""

    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="marks")
    agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="marks")
    image = models.ForeignKey("kit.Blob", RESTRICT, related_name="+")
    width_px = models.IntegerField()
    height_px = models.IntegerField()
    width_mm = models.FloatField()  # of a seal: the real seal; of a signature: as drawn
    registered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mẫu chữ ký, mẫu dấu"
        constraints = [
            models.CheckConstraint(condition=_ONE_HOLDER, name="mark_has_one_holder"),
            models.UniqueConstraint(
                fields=["person"], condition=Q(withdrawn_at=None), name="one_mark_per_person"
            ),
            models.UniqueConstraint(
                fields=["agency"], condition=Q(withdrawn_at=None), name="one_mark_per_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.agency_id}"

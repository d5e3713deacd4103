"""What was signed here, and what verifications found (documents facts 101-106)."""

from __future__ import annotations

from django.db import models

from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT, Certificate
from congvu.signing.types import FILE_STATE_WORDS, LEVEL_WORDS, Act, FileState, Level, Variant


@clause("ND30.32.2.d")
class SignatureRecord(Row):
    """A signature made here: which bytes it was put on, and which bytes came out (lượt ký số).

    `sha256_before` and `sha256_after` chain the acts on one file: what is sealed is exactly what
    was signed, and a file that no record produced cannot be sealed.
    """

    act = models.CharField(max_length=16, choices=[(act.value, act.value) for act in Act])
    field = models.CharField(max_length=60)
    certificate = models.ForeignKey(Certificate, RESTRICT, related_name="records")
    by_person = models.ForeignKey("orgs.Person", RESTRICT, related_name="+")
    signed_at = models.DateTimeField()
    sha256_before = models.CharField(max_length=64)
    sha256_after = models.CharField(max_length=64, unique=True)
    page = models.IntegerField()
    box = models.JSONField()  # [x, y, width, height] in points, PDF coordinates
    words = models.CharField(max_length=400, blank=True, default="")
    # The level that the file reached with this signature; empty: another program made it.
    level = models.CharField(
        max_length=6,
        blank=True,
        default="",
        choices=[(level.value, LEVEL_WORDS[level]) for level in Level],
    )
    level_note = models.CharField(max_length=400, blank=True, default="")  # why not a higher one
    variant = models.CharField(
        max_length=10, default=Variant.STRIP, choices=[(one.value, one.value) for one in Variant]
    )

    class Meta:
        verbose_name = "lượt ký số"
        indexes = [models.Index(fields=["certificate", "signed_at"], name="record_of_certificate")]

    def __str__(self) -> str:
        return f"{self.field} {self.signed_at:%d/%m/%Y}"


@clause("QC.7.1")
class VerificationReport(Row):
    """What a verification found, kept so that it survives the certificates (kết quả kiểm tra)."""

    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()
    seen_at = models.DateTimeField()
    state = models.CharField(
        max_length=12,
        choices=[(state.value, FILE_STATE_WORDS[state]) for state in FileState],
    )
    report = models.JSONField()

    class Meta:
        verbose_name = "kết quả kiểm tra chữ ký số"
        indexes = [models.Index(fields=["sha256", "-at"], name="newest_report_of_file")]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}: {self.state}"

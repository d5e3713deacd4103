"""Files whose signatures are kept provable by time-stamps that are renewed in time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT
from congvu.signing.types import LEVEL_WORDS, Level


@clause("QC.7.1", "TT41")
class ArchivalVersion(Row):
    """A state of a signed file and until when it proves its signatures (phiên bản lưu giữ).

    Ordinal 0 is the file as it was signed last and never changes; each renewal adds a file that
    begins with the bytes of the one before.
    """

    class EndsBy(TextChoices):
        CERTIFICATE = "certificate", "chứng thư số hết hạn"
        ALGORITHM = "algorithm", "thuật toán hết thời hạn an toàn"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    original = models.CharField(max_length=64)  # SHA-256 of the file as issued
    ordinal = models.IntegerField()
    sha256 = models.CharField(max_length=64, unique=True)
    level = models.CharField(
        max_length=6, choices=[(level.value, LEVEL_WORDS[level]) for level in Level]
    )
    made_at = models.DateTimeField()
    holds_until = models.DateTimeField()
    ends_by = models.CharField(max_length=11, choices=EndsBy.choices)
    ends_what = models.CharField(max_length=400)
    proof = models.JSONField()  # base64 DER: the certificates that the newest time-stamp rests on
    is_newest = models.BooleanField(default=True)

    class Meta:
        verbose_name = "phiên bản lưu giữ chữ ký số"
        constraints = [
            models.UniqueConstraint(fields=["original", "ordinal"], name="versions_are_counted"),
            models.UniqueConstraint(
                fields=["original"], condition=Q(is_newest=True), name="one_newest_version"
            ),
        ]
        indexes = [
            models.Index(
                fields=["agency", "holds_until"],
                condition=Q(is_newest=True),
                name="versions_falling_due",
            )
        ]

    def __str__(self) -> str:
        return f"{self.original[:12]}/{self.ordinal}"

"""Changes of trust, and the certificates between a root and a signer (documents fact 104)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.signing.models.register import RESTRICT, TrustAnchor


@clause("ND130.79", "S.54")
class TrustChange(Row):
    """One administrator proposes to trust a root or to end that; another one decides.

    It stays as it was proposed, whatever becomes of the anchor (đề nghị thay đổi tin cậy).
    """

    class Kind(TextChoices):
        ADD = "add", "bắt đầu tin cậy"
        END = "end", "kết thúc tin cậy"

    kind = models.CharField(max_length=4, choices=Kind.choices)
    purpose = models.CharField(max_length=14, choices=TrustAnchor.Purpose.choices)
    name = models.CharField(max_length=400)
    certificate = models.TextField()  # PEM
    fingerprint = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)  # what the certificate says, for whoever decides
    anchor = models.ForeignKey(TrustAnchor, RESTRICT, null=True, related_name="changes")
    effective_at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    proposed_by = models.ForeignKey("orgs.Person", RESTRICT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    is_approved = models.BooleanField(null=True)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "đề nghị thay đổi tin cậy"
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
                name="trust_needs_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, is_approved=None)
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    is_approved__isnull=False,
                ),
                name="trust_decided_whole",
            ),
            models.UniqueConstraint(
                fields=["fingerprint", "purpose"],
                condition=Q(decided_at=None),
                name="one_open_trust_change",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"


@clause("ND130.79")
class IssuerCertificate(Row):
    """The certificate of an authority below a trusted root (chứng thư của tổ chức cấp trung gian).

    It is trusted only through the root above it, so it needs nobody's decision.
    """

    name = models.CharField(max_length=400)
    issuer = models.CharField(max_length=400)
    fingerprint = models.CharField(max_length=64, unique=True)
    issued_by = models.CharField(max_length=64)  # fingerprint of the certificate above
    certificate = models.TextField()  # PEM
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    added_by = models.ForeignKey("orgs.Person", RESTRICT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = "chứng thư của tổ chức cấp trung gian"

    def __str__(self) -> str:
        return self.name

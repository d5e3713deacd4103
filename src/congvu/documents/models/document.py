"""The document, its files, its recipients, who may read it, and its search entry."""

from __future__ import annotations

import secrets

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from congvu.documents.states import DocumentState
from congvu.kit.choices import IntegerChoices, TextChoices
from congvu.kit.models import Row

RESTRICT = models.PROTECT


def new_check_code() -> str:
    """An opaque code of 100 bits for the QR code: it exists before the number does."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
    return "".join(secrets.choice(alphabet) for _ in range(21))


class Urgency(IntegerChoices):
    """Độ khẩn (ND30 Phụ lục I; codes as in the exchange message)."""

    NORMAL = 0, "Thường"
    URGENT = 1, "Khẩn"
    VERY_URGENT = 2, "Thượng khẩn"
    EXPRESS = 3, "Hỏa tốc"


class Sensitivity(IntegerChoices):
    """Mức độ nhạy cảm of what a document holds (QCVN 12:2026/BCA 2.2.5.3); levels 3 and 4 are
    restricted. The highest is not a state secret: those never enter the system (QC.4.1)."""

    PUBLIC = 1, "Mức 1 – Công khai"
    INTERNAL = 2, "Mức 2 – Nội bộ"
    RESTRICTED = 3, "Mức 3 – Hạn chế truy cập"
    STRICTLY_RESTRICTED = 4, "Mức 4 – Đặc biệt hạn chế"


class Document(Row):
    """An official document (văn bản): ours from draft to archive, or another's as taken in.

    Number, symbol, issuer and signer are kept as they were at issue, whatever changes later.
    """

    class Origin(TextChoices):
        OURS = "ours", "do cơ quan soạn thảo"
        OUTSIDE = "outside", "do cơ quan, tổ chức, cá nhân khác gửi đến"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    origin = models.CharField(max_length=8, choices=Origin.choices)
    state = models.CharField(max_length=12, choices=DocumentState.choices)
    check_code = models.CharField(max_length=24, unique=True, default=new_check_code)

    type_code = models.CharField(max_length=40)  # of rules.document_types
    is_legal_normative = models.BooleanField(default=False)
    subject = models.CharField(max_length=2000)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    sensitivity = models.SmallIntegerField(
        choices=Sensitivity.choices, default=Sensitivity.INTERNAL, db_default=Sensitivity.INTERNAL
    )
    field = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=30, default="Tiếng Việt")
    page_count = models.IntegerField(null=True)

    issuer_name = models.CharField(max_length=250, blank=True, default="")
    issuer_code = models.CharField(max_length=60, blank=True, default="")
    number = models.IntegerField(null=True)
    number_suffix = models.CharField(max_length=10, blank=True, default="")
    symbol = models.CharField(max_length=80, blank=True, default="")
    symbol_key = models.CharField(max_length=80, blank=True, default="")
    issued_on = models.DateField(null=True)
    in_force_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    signer_name = models.CharField(max_length=200, blank=True, default="")
    signer_title = models.CharField(max_length=200, blank=True, default="")

    drafter = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    drafting_unit = models.ForeignKey("orgs.Unit", RESTRICT, null=True, related_name="+")
    signer = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    reply_to = models.ForeignKey("self", RESTRICT, null=True, related_name="replies")
    replaces = models.ForeignKey("self", RESTRICT, null=True, related_name="replaced_by")

    base_file = models.CharField(max_length=64, blank=True, default="")  # approved, unsigned
    signed_file = models.CharField(max_length=64, blank=True, default="")  # signed by the person
    issued_file = models.CharField(max_length=64, blank=True, default="")  # numbered and sealed
    slots = models.JSONField(default=dict)  # where number, signature and seal go
    started_at = models.DateTimeField()
    issued_at = models.DateTimeField(null=True)
    purged_at = models.DateTimeField(null=True)  # from here on nobody reads it (QC.4.1)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "văn bản"
        indexes = [
            models.Index(fields=["agency", "state", "-changed_at"], name="document_of_agency"),
            models.Index(fields=["symbol_key"], name="document_by_symbol"),
            models.Index(
                fields=["agency", "-issued_at", "-id"],
                name="document_issued",
                condition=Q(issued_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.symbol or self.subject[:60]

    @property
    def is_restricted(self) -> bool:
        """Whether its files lie in the vault and leave the system only under a password."""
        return self.sensitivity >= Sensitivity.RESTRICTED

    @property
    def file(self) -> str:
        """The SHA-256 of the newest file of the document ("" while only a draft)."""
        return self.issued_file or self.signed_file or self.base_file


class Attachment(Row):
    """A file that goes with the document (tài liệu kèm theo), kept byte for byte."""

    class Part(TextChoices):
        MAIN = "main", "văn bản chính"
        APPENDIX = "appendix", "phụ lục, tài liệu kèm theo"
        SOURCE = "source", "tài liệu tham khảo khi soạn thảo"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="attachments")
    part = models.CharField(max_length=10, choices=Part.choices)
    ordinal = models.IntegerField(default=1)
    name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    mime = models.CharField(max_length=120)
    size = models.BigIntegerField()
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "tài liệu kèm theo"
        ordering = ["part", "ordinal", "id"]

    def __str__(self) -> str:
        return self.name


class Recipient(Row):
    """Who must get the document (nơi nhận): an agency of the province, or a name outside."""

    class Part(TextChoices):
        MAIN = "main", "để thực hiện"
        COPY = "copy", "để biết"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")  # the sender's
    document = models.ForeignKey(Document, RESTRICT, related_name="recipients")
    to_agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="+")
    name = models.CharField(max_length=250)
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.MAIN)
    ordinal = models.IntegerField(default=0)

    class Meta:
        verbose_name = "nơi nhận"
        ordering = ["ordinal", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "to_agency"],
                name="one_recipient_once",
                condition=Q(to_agency__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Reader(Row):
    """A posting or unit inside an agency that takes part in the document, and so may read it.

    Clerks, leaders and archivists read all documents of their agency; everyone else reads what a
    row here names. Lists, counters, search, export and notices all ask this one table.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="readers")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    unit = models.ForeignKey("orgs.Unit", RESTRICT, null=True, related_name="+")
    reason = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "người được xem"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "agency", "posting", "unit"],
                name="one_reader_once",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["posting", "document"], name="readable_by_posting"),
            models.Index(fields=["unit", "document"], name="readable_by_unit"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.posting_id or self.unit_id}"


class SearchEntry(models.Model):
    """What is searched of a document (see kit.search)."""

    document = models.OneToOneField(Document, models.CASCADE, primary_key=True)
    agencies = ArrayField(models.BigIntegerField())
    received_at = models.DateTimeField()
    tsv = SearchVectorField()

    class Meta:
        verbose_name = "mục tìm kiếm"

    def __str__(self) -> str:
        return str(self.document_id)

"""Copies of documents, who may decide on them, and the stamp "ĐẾN" (ND30.25 to ND30.27, PL4)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.documents.models.arrival import Arrival
from congvu.documents.models.document import RESTRICT, Document
from congvu.documents.models.register import RegisterBook
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row


class DocumentCopy(Row):
    """A copy of a document, from the request to the signed file (bản sao văn bản).

    `original_file` is what was copied and never changes; `base_file` the copy before the agency's
    signature; `file` the copy itself (for a paper copy: the print that is signed by hand).
    """

    class Kind(TextChoices):
        FULL = "SY", "Sao y"
        FROM_COPY = "SL", "Sao lục"
        EXTRACT = "TrS", "Trích sao"

    class Medium(TextChoices):
        PAPER = "paper", "văn bản giấy"
        ELECTRONIC = "electronic", "văn bản điện tử"

    class State(TextChoices):
        ASKED = "asked", "Chờ quyết định sao"
        ALLOWED = "allowed", "Chờ văn thư sao"
        REFUSED = "refused", "Không cho sao"
        MADE = "made", "Đã sao"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="copies")
    kind = models.CharField(max_length=3, choices=Kind.choices)
    source = models.CharField(max_length=10, choices=Medium.choices)
    target = models.CharField(max_length=10, choices=Medium.choices)
    source_is_full_copy = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    pages = models.CharField(max_length=1000, blank=True, default="")
    extracted = models.CharField(max_length=500, blank=True, default="")
    purpose = models.CharField(max_length=500)
    original_file = models.CharField(max_length=64)

    asked_by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=250, blank=True, default="")  # by what right it was decided
    reason = models.CharField(max_length=500, blank=True, default="")

    book = models.ForeignKey(RegisterBook, RESTRICT, null=True, related_name="copies")
    number = models.IntegerField(null=True)
    symbol = models.CharField(max_length=80, blank=True, default="")
    on = models.DateField(null=True)
    page_count = models.IntegerField(null=True)
    words = models.CharField(max_length=400, blank=True, default="")
    base_file = models.CharField(max_length=64, blank=True, default="")
    file = models.CharField(max_length=64, blank=True, default="")
    certificate_serial = models.CharField(max_length=80, blank=True, default="")
    made_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    made_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "bản sao văn bản"
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="one_copy_number_once"),
            models.CheckConstraint(
                condition=~Q(state="made") | (Q(number__isnull=False) & ~Q(file="")),
                name="made_copy_has_number_and_file",
            ),
        ]
        indexes = [models.Index(fields=["agency", "state", "-asked_at"], name="copies_of_agency")]

    def __str__(self) -> str:
        return self.symbol or f"{self.kind} {self.document_id}"


class CopyAuthority(Row):
    """The head lets a posting decide on copies (thẩm quyền sao văn bản, ND30.27)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    posting = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField(max_length=250)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "thẩm quyền sao văn bản"

    def __str__(self) -> str:
        return f"{self.posting_id}: {self.basis}"


class StampChoice(Row):
    """How an agency's copies of scans look from a day on, and when it stamps arrivals.

    The newest choice not after the day holds. No choice: ND30, and the clerk stamps by hand.
    """

    class Look(TextChoices):
        LINE = "nd30", "Nghị định 30/2020/NĐ-CP: một dòng chữ, không hình ảnh dấu"
        SEAL = "tt01", "Thông tư 01/2019/TT-BNV: hình ảnh dấu đỏ, tên cơ quan, thời gian ký"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    valid_from = models.DateField()
    look = models.CharField(max_length=4, choices=Look.choices)
    stamps_when_registered = models.BooleanField(default=False)
    basis = models.CharField(max_length=250)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "cách thể hiện bản số hóa, dấu Đến"
        constraints = [
            models.UniqueConstraint(fields=["agency", "valid_from"], name="one_stamp_choice_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.valid_from}: {self.look}"


class ArrivalStamp(Row):
    """The stamp "ĐẾN" on the archived copy of what arrived (dấu Đến); the original stays as is."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.OneToOneField(Arrival, RESTRICT, related_name="stamp")
    original_file = models.CharField(max_length=64)
    file = models.CharField(max_length=64)
    words = models.CharField(max_length=400)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "dấu Đến"

    def __str__(self) -> str:
        return self.words

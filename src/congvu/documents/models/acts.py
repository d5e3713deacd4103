"""Acts as rows that say who and when: signing, numbering, issue, recall, registration, return."""

from __future__ import annotations

from django.db import models

from congvu.documents.models.arrival import Arrival
from congvu.documents.models.document import RESTRICT, Document
from congvu.documents.models.register import RegisterBook
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row


class Signing(Row):
    """A digital signature put on the document (ký số).

    `voided_at`: somebody who had to sign after it sent the draft back; it stays as the trail.
    """

    class Part(TextChoices):
        PERSON = "person", "chữ ký số của người có thẩm quyền"
        NUMBER = "number", "số và thời gian ban hành"
        SEAL = "seal", "chữ ký số của cơ quan"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.ForeignKey(Document, RESTRICT, related_name="signings")
    part = models.CharField(max_length=8, choices=Part.choices)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    authority = models.CharField(max_length=250, blank=True, default="")
    certificate_subject = models.CharField(max_length=400)
    certificate_serial = models.CharField(max_length=80)
    file_before = models.CharField(max_length=64)
    file_after = models.CharField(max_length=64)
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt ký số"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.part}"


class Numbering(Row):
    """A number taken from a book (cấp số). A void number stays and never comes back."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.OneToOneField(Document, RESTRICT, related_name="numbering")
    book = models.ForeignKey(RegisterBook, RESTRICT, related_name="numberings")
    number = models.IntegerField()
    suffix = models.CharField(max_length=10, blank=True, default="")
    symbol = models.CharField(max_length=80)
    on = models.DateField()
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    voided_at = models.DateTimeField(null=True)
    void_reason = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "lượt cấp số"
        constraints = [
            models.UniqueConstraint(fields=["book", "number", "suffix"], name="one_number_once")
        ]

    def __str__(self) -> str:
        return self.symbol


class Issue(Row):
    """The document was issued (phát hành): from here it binds and its bytes never change."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.OneToOneField(Document, RESTRICT, related_name="issue")
    file = models.CharField(max_length=64)
    recipient_count = models.IntegerField()
    paper_finding = models.JSONField(default=dict)  # rules.paper_copies, QC.11.4
    deadline_finding = models.JSONField(default=dict)  # rules.deadlines, ND30.18.1
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt phát hành"

    def __str__(self) -> str:
        return str(self.document_id)


class Recall(Row):
    """The sender calls an issued document back (thu hồi: ND30 Điều 18.4)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    document = models.OneToOneField(Document, RESTRICT, related_name="recall")
    reason = models.CharField(max_length=2000)
    is_formal = models.BooleanField(default=False)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lệnh thu hồi"

    def __str__(self) -> str:
        return str(self.document_id)


class Registration(Row):
    """The arrival got its number in the register of incoming documents (đăng ký, số đến)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.OneToOneField(Arrival, RESTRICT, related_name="registration")
    book = models.ForeignKey(RegisterBook, RESTRICT, related_name="registrations")
    number = models.IntegerField()
    on = models.DateField()
    note = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt đăng ký"
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="one_arrival_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class HandBack(Row):
    """The arrival was refused and returned with its reason (trả lại: ND30 Điều 21.2.b)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.OneToOneField(Arrival, RESTRICT, related_name="hand_back")
    reason = models.CharField(max_length=500)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt trả lại"

    def __str__(self) -> str:
        return self.reason[:60]


class RecallAnswer(Row):
    """The receiver's answer to a recall: destroyed and confirmed, or refused (codes 15, 16)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    arrival = models.OneToOneField(Arrival, RESTRICT, related_name="recall_answer")
    is_agreed = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True, default="")
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "trả lời thu hồi"

    def __str__(self) -> str:
        return f"{self.arrival_id}: {self.is_agreed}"

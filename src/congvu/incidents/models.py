"""Incidents, their steps, the officers appointed for them, and what the officers watch for."""

from __future__ import annotations

from django.db import models

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.4.4", "QC.10.3")
class Incident(Row):
    """Something that must be looked into (sự cố). `facts` never holds content or its hash."""

    class Kind(TextChoices):
        STATE_SECRET = "state_secret", "dấu hiệu bí mật nhà nước"
        KEY_LOST = "key_lost", "mất, lộ khóa ký số"
        ACCOUNT_LOST = "account_lost", "tài khoản mất quyền kiểm soát"
        MALWARE = "malware", "tệp có mã độc"
        IMPOSTOR = "impostor", "tài khoản mạo danh cơ quan"
        OTHER = "other", "sự cố khác"

    class State(TextChoices):
        OPEN = "open", "chờ xử lý"
        IN_HAND = "in_hand", "đang xử lý"
        CLOSED = "closed", "đã kết thúc"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    said = models.CharField(max_length=1000)  # what happened, in Vietnamese, without content
    clause = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")  # None: system
    opened_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    officer = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=2000, blank=True, default="")

    class Meta:
        verbose_name = "sự cố"
        indexes = [
            models.Index(fields=["agency", "state", "-opened_at"], name="incidents_waiting"),
            models.Index(
                fields=["officer"], name="incidents_of_officer", condition=~models.Q(state="closed")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.opened_at:%d/%m/%Y}"


class IncidentStep(Row):
    """What was done about an incident: taken, noted, happened again, handed on, closed."""

    class Act(TextChoices):
        TAKEN = "taken", "nhận xử lý"
        NOTED = "noted", "ghi bước xử lý"
        AGAIN = "again", "lặp lại"
        HANDED = "handed", "chuyển người phụ trách"
        CLOSED = "closed", "kết thúc"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    incident = models.ForeignKey(Incident, RESTRICT, related_name="steps")
    act = models.CharField(max_length=8, choices=Act.choices)
    text = models.CharField(max_length=2000, blank=True, default="")
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")  # None: system
    at = models.DateTimeField()

    class Meta:
        verbose_name = "bước xử lý sự cố"
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.incident_id}: {self.act}"


@clause("QC.10.3")
class Officer(Row):
    """The posting appointed to take the agency's incidents of a kind, from a day on."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    kind = models.CharField(max_length=16, choices=Incident.Kind.choices)
    posting = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField(max_length=250)
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "người phụ trách sự cố"
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "kind"],
                condition=models.Q(valid_to__isnull=True),
                name="one_officer_of_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.posting_id}"


@clause("QC.4.1")
class WatchWord(Row):
    """A word of the agency's own list: a file or text with it is looked at by a person first."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    word = SealedJSONField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = "từ ngữ cần xem xét"

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.id}"


@clause("QC.4.1")
class PublicWatch(Row):
    """The agency that answers for what the public brings to the province's pages, from a day on."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    basis = models.CharField(max_length=250)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "cơ quan phụ trách sự cố từ trang công khai"

    def __str__(self) -> str:
        return str(self.agency_id)

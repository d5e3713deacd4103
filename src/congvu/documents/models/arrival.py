"""Arrivals: one row per agency and document (văn bản đến), with its legal moments."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.documents.models.document import RESTRICT, Document, Urgency
from congvu.documents.states import OPEN_STATES, ArrivalState
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row


class Arrival(Row):
    """A document has come to an agency (văn bản đến).

    `sent_at` and `entered_at` are facts; `received_at` and `register_by` are computed by rules,
    and `findings` keeps for each its clause, calendar version and explanation (QC.8).
    """

    class Channel(TextChoices):
        EXCHANGE = "exchange", "Hệ thống quản lý văn bản và điều hành"
        BY_HAND = "by_hand", "Văn thư nhập (giấy, bưu chính, thư điện tử)"
        MESSAGE = "message", "Thông tin đến (thư công vụ, SMS, Zalo)"

    # No index of their own: the indexes below begin with them.
    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+", db_index=False)
    document = models.ForeignKey(Document, RESTRICT, related_name="arrivals", db_index=False)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=12, choices=ArrivalState.choices)
    urgency = models.SmallIntegerField(choices=Urgency.choices, default=Urgency.NORMAL)
    is_for_information = models.BooleanField(default=False)

    sender_name = models.CharField(max_length=250, blank=True, default="")
    sent_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    register_by = models.DateTimeField()
    findings = models.JSONField(default=dict)

    recall_asked_at = models.DateTimeField(null=True)
    first_read_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = "văn bản đến"
        constraints = [
            models.UniqueConstraint(fields=["agency", "document"], name="one_arrival_per_agency")
        ]
        indexes = [
            models.Index(fields=["agency", "-received_at", "-id"], name="inbox"),
            models.Index(fields=["document", "agency"], name="arrivals_of_document"),
            models.Index(
                fields=["agency", "register_by"],
                name="inbox_waiting",
                condition=Q(state="arrived"),
            ),
            models.Index(
                fields=["agency", "state"],
                name="inbox_open",
                condition=Q(state__in=OPEN_STATES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id}: {self.document_id}"

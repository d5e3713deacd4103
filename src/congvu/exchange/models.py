"""Deliveries (one per recipient) and receipts (status messages that come back)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.exchange.states import DeliveryState
from congvu.kit.models import Row

RESTRICT = models.PROTECT


class Delivery(Row):
    """One document on its way to one agency (lượt gửi). Seen by the sender and the recipient."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")  # the sender
    document = models.ForeignKey("documents.Document", RESTRICT, related_name="deliveries")
    to_agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    road = models.CharField(max_length=20, default="loopback")
    state = models.CharField(max_length=8, choices=DeliveryState.choices)
    is_for_information = models.BooleanField(default=False)
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    state_at = models.DateTimeField()
    state_reason = models.CharField(max_length=500, blank=True, default="")
    attempts = models.IntegerField(default=0)

    class Meta:
        verbose_name = "lượt gửi"
        constraints = [
            models.UniqueConstraint(fields=["document", "to_agency"], name="one_delivery_each")
        ]
        indexes = [
            models.Index(fields=["document"], name="delivery_queued", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.document_id} -> {self.to_agency_id}"


class Receipt(Row):
    """A status message (thông báo trạng thái) from the recipient to the sender, or 13 back."""

    document = models.ForeignKey("documents.Document", RESTRICT, related_name="receipts")
    delivery = models.ForeignKey(Delivery, RESTRICT, null=True, related_name="receipts")
    from_agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    to_agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    code = models.CharField(max_length=2)
    by_name = models.CharField(max_length=200, blank=True, default="")
    reason = models.CharField(max_length=500, blank=True, default="")
    at = models.DateTimeField()
    noted_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo trạng thái"
        constraints = [
            models.UniqueConstraint(
                fields=["document", "from_agency", "to_agency", "code", "at"],
                name="one_receipt_once",
            )
        ]
        indexes = [
            models.Index(fields=["document", "from_agency"], name="receipts_of_document"),
            models.Index(
                fields=["id"], name="receipts_to_note", condition=Q(noted_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.document_id}"

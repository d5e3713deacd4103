"""What an agency does with a message of its own: who answers it, what is said, who is told.

Also the agency's own words for what is not its own, and who in the province answers for what.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.channels.models.inbound import InboundMessage
from congvu.channels.models.message import Message
from congvu.channels.models.provider import RESTRICT
from congvu.channels.states import AnswerState
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.rules.clauses import clause


class Handling(Row):
    """Somebody is to answer a message (phân công trả lời); the newest open one counts."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    inbound = models.ForeignKey(InboundMessage, RESTRICT, related_name="handlings")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    note = models.CharField(max_length=1000, blank=True, default="")
    due_at = models.DateTimeField(null=True)
    due_finding = models.JSONField(default=dict)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "phân công trả lời"
        constraints = [
            models.UniqueConstraint(
                fields=["inbound"], condition=Q(ended_at__isnull=True), name="one_answers_a_message"
            )
        ]
        indexes = [
            models.Index(
                fields=["to", "due_at"],
                condition=Q(ended_at__isnull=True),
                name="handlings_of_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.inbound_id}: {self.to_id}"


class Answer(Row):
    """Words to the sender of a message (trả lời thông tin đến), sent at once or after approval."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    inbound = models.ForeignKey(InboundMessage, RESTRICT, related_name="answers_given")
    text = models.CharField(max_length=4000)
    state = models.CharField(max_length=9, choices=AnswerState.choices)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    to = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")  # who approves
    decided_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=1000, blank=True, default="")  # why it was sent back
    message = models.ForeignKey(Message, RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "trả lời thông tin đến"
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["inbound"], condition=Q(state="proposed"), name="one_answer_waits"
            )
        ]

    def __str__(self) -> str:
        return f"{self.inbound_id}: {self.state}"


class InboundNotice(Row):
    """Somebody is told of a message that came in (thông báo về thông tin đến); each word once."""

    class Kind(TextChoices):
        ALARM = "alarm", "cảnh báo 02 giờ"
        ASSIGNED = "assigned", "giao trả lời"
        APPROVAL = "approval", "chờ duyệt trả lời"
        SENT_BACK = "sent_back", "trả lại dự thảo trả lời"
        NOT_SENT = "not_sent", "tin không gửi được"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    inbound = models.ForeignKey(InboundMessage, RESTRICT, related_name="notices")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    key = models.CharField(max_length=60)  # said under it once to each addressee
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo về thông tin đến"
        constraints = [
            models.UniqueConstraint(fields=["inbound", "key", "to"], name="one_inbound_notice")
        ]
        indexes = [
            models.Index(
                fields=["to"], condition=Q(seen_at__isnull=True), name="inbound_notices_unseen"
            ),
            models.Index(fields=["to", "-at"], name="inbound_notices_of"),
        ]

    def __str__(self) -> str:
        return f"{self.inbound_id}: {self.key}"


@clause("QC.9.2.b")
class Scope(Row):
    """A matter and the agency that it belongs to (phạm vi giải quyết), dated; for the province."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    topic = models.CharField(max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        verbose_name = "phạm vi giải quyết"
        ordering = ["topic"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic"], condition=Q(valid_to__isnull=True), name="one_agency_a_topic"
            )
        ]

    def __str__(self) -> str:
        return f"{self.topic}: {self.agency_id}"


@clause("QC.9.2.b")
class DeclineText(Row):
    """An agency's own words for what is not its own (mẫu trả lời không thuộc phạm vi)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    name = models.CharField(max_length=120)
    text = models.CharField(max_length=2000)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "mẫu trả lời không thuộc phạm vi"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["agency", "name"],
                condition=Q(ended_at__isnull=True),
                name="one_text_a_name",
            )
        ]

    def __str__(self) -> str:
        return self.name

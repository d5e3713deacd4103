"""What people and agencies write to us over the channels, and the addresses they write to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.channels.models.message import Message
from congvu.channels.models.provider import CHANNELS, RESTRICT, Provider
from congvu.channels.states import InboundState
from congvu.kit.models import Row
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience


class OwnAddress(Row):
    """A mailbox address, phone number or OA that belongs to an agency (địa chỉ của cơ quan).

    `person`: it is the official mailbox of one official there, and nobody else's.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    channel = models.CharField(max_length=20, choices=CHANNELS)
    address = models.CharField(max_length=320)  # folded: lower case, 84… numbers
    provider = models.ForeignKey(Provider, RESTRICT, null=True, related_name="+")
    can_answer = models.BooleanField(default=True)  # a brand name on SMS cannot be written to
    # Automatic texts from this number keep their Vietnamese marks: more parts, each of which costs.
    with_marks = models.BooleanField(default=False)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "địa chỉ của cơ quan"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                condition=Q(valid_to__isnull=True),
                name="one_owner_an_address",
            )
        ]

    def __str__(self) -> str:
        return self.address


@clause("QC.8.2.b", "QC.8.3.b", "QC.9.2")
class InboundMessage(Row):
    """A message that came in (thông tin đến).

    `entered_at` is when it entered our account, `received_at` what the rule makes of it; the
    finding is kept. `raw` holds the hash of the message as it came. `reference` is what the
    sender was told.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    channel = models.CharField(max_length=20, choices=CHANNELS)
    provider = models.ForeignKey(Provider, RESTRICT, null=True, related_name="+")
    external_id = models.CharField(max_length=300)  # Message-ID, msg_id: the same twice is one
    to_address = models.CharField(max_length=320)
    from_address = models.CharField(max_length=320)
    from_name = models.CharField(max_length=250, blank=True, default="")
    audience = models.CharField(
        max_length=12,
        choices=[
            (Audience.PERSON.value, "cá nhân, tổ chức"),
            (Audience.STATE_AGENCY.value, "cơ quan nhà nước"),
        ],
    )
    from_person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    from_agency = models.ForeignKey("orgs.Agency", RESTRICT, null=True, related_name="+")
    # Written to an official's own mailbox: read by that person alone, not sorted by the agency.
    to_person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    reference = models.CharField(max_length=20, unique=True)
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    raw = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)  # headers that decide: Auto-Submitted, SPF, DKIM …
    answers = models.ForeignKey(Message, RESTRICT, null=True, related_name="answers")
    entered_at = models.DateTimeField()
    received_at = models.DateTimeField()
    received_finding = models.JSONField()
    state = models.CharField(
        max_length=9, choices=InboundState.choices, default=InboundState.WAITING
    )
    acknowledgement = models.ForeignKey(Message, RESTRICT, null=True, related_name="+")
    ack_finding = models.JSONField(default=dict)
    decided_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    # Working minutes from receipt to the decision, as counted then: the two hours' measure.
    decided_in = models.IntegerField(null=True)
    decision = models.CharField(max_length=2000, blank=True, default="")
    reply = models.ForeignKey(Message, RESTRICT, null=True, related_name="+")
    # What it became, in the words of the room above: ("arrival", 12).
    became_kind = models.CharField(max_length=40, blank=True, default="")
    became_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = "thông tin đến"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "to_address", "external_id"], name="one_inbound_once"
            )
        ]
        indexes = [
            models.Index(fields=["agency", "-received_at", "-id"], name="inbound_of_agency"),
            models.Index(
                fields=["agency", "received_at"],
                condition=Q(state="waiting"),
                name="inbound_waiting",
            ),
            models.Index(fields=["from_address", "-entered_at"], name="inbound_of_sender"),
            models.Index(
                fields=["became_kind", "became_id"],
                condition=Q(became_id__isnull=False),
                name="inbound_became",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference}: {self.subject[:60]}"

    @property
    def message_id(self) -> str:
        """A mail's Message-ID; take_in adds a word to one that another mail bears already."""
        return self.external_id.partition(" ")[0]


class InboundFile(Row):
    """A file that came with an inbound message, through the gate (tệp kèm thông tin đến)."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    inbound = models.ForeignKey(InboundMessage, RESTRICT, related_name="files")
    ordinal = models.IntegerField()
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=120)
    size = models.BigIntegerField()
    pages = models.IntegerField(null=True)  # of a PDF
    sha256 = models.CharField(max_length=64, blank=True, default="")  # empty: refused by the gate
    said = models.CharField(max_length=500, blank=True, default="")  # why it was refused

    class Meta:
        verbose_name = "tệp kèm thông tin đến"
        ordering = ["ordinal"]

    def __str__(self) -> str:
        return self.name

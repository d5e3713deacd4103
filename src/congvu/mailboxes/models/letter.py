"""A letter as it was sent: its words, its files, and for each recipient the moments."""

from __future__ import annotations

from django.db import models

from congvu.channels.models import Message
from congvu.mailboxes.models.mailbox import RESTRICT, Mailbox, OwnedRow
from congvu.mailboxes.states import Part
from congvu.rules.clauses import clause


@clause("QC.7.2", "QC.8.3.a")
class Letter(OwnedRow):
    """A letter sent from a mailbox of this installation (thư công vụ); never changed afterwards."""

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    from_name = models.CharField(max_length=250)
    from_address = models.CharField(max_length=320)
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    thread = models.CharField(max_length=32)
    is_automatic = models.BooleanField(default=False)  # never answered by a machine again
    legal_class = models.CharField(max_length=8)
    sent_at = models.DateTimeField()
    sent_finding = models.JSONField()

    class Meta:
        verbose_name = "thư công vụ"

    def __str__(self) -> str:
        return self.subject[:60]


class LetterFile(OwnedRow):
    """A file that goes with a letter (tệp kèm thư), through the gate."""

    letter = models.ForeignKey(Letter, RESTRICT, related_name="files")
    ordinal = models.IntegerField()
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = "tệp kèm thư"
        ordering = ["ordinal"]

    def __str__(self) -> str:
        return self.name


@clause("QC.8.3.b")
class LetterRecipient(OwnedRow):
    """One recipient of a letter (nơi nhận thư).

    To a mailbox of ours (`to_mailbox`) the letter entered at the moment of sending, which the
    system itself recorded (grade A); to an outside address `message` tells how far it has come.
    `seen_at`: when it was first opened there.
    """

    letter = models.ForeignKey(Letter, RESTRICT, related_name="recipients")
    part = models.CharField(max_length=4, choices=Part.choices, default=Part.TO)
    ordinal = models.IntegerField()
    name = models.CharField(max_length=250, blank=True, default="")
    address = models.CharField(max_length=320)
    to_mailbox = models.ForeignKey(Mailbox, RESTRICT, null=True, related_name="+")
    message = models.ForeignKey(Message, RESTRICT, null=True, related_name="+")
    entered_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    received_finding = models.JSONField(default=dict)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "nơi nhận thư"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["letter", "address"], name="one_letter_recipient_once")
        ]

    def __str__(self) -> str:
        return self.name or self.address

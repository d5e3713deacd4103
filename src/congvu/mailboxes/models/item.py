"""A letter's place in a mailbox, folders of one's own, and notes among colleagues."""

from __future__ import annotations

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from congvu.channels.models import InboundMessage
from congvu.mailboxes.models.letter import Letter
from congvu.mailboxes.models.mailbox import RESTRICT, Mailbox, OwnedRow
from congvu.mailboxes.states import Place


class MailFolder(OwnedRow):
    """A folder that the owner made (thư mục của hộp thư)."""

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="folders")
    name = models.CharField(max_length=60)

    class Meta:
        verbose_name = "thư mục của hộp thư"
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "name"], name="one_folder_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class MailItem(OwnedRow):
    """A letter in a mailbox (thư trong hộp): one row per mailbox; the words lie in `letter`, or,
    for what came in from outside, in `inbound`, which triage shows as well.

    What lists show stands here too, so that a list is one table; it never changes afterwards.
    """

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="items")
    letter = models.ForeignKey(Letter, RESTRICT, null=True, related_name="+")
    inbound = models.ForeignKey(InboundMessage, RESTRICT, null=True, related_name="+")
    place = models.CharField(max_length=7, choices=Place.choices)
    folder = models.ForeignKey(MailFolder, RESTRICT, null=True, related_name="items")
    thread = models.CharField(max_length=32)
    is_sent = models.BooleanField(default=False)
    at = models.DateTimeField()  # sent, or entered
    received_at = models.DateTimeField(null=True)
    subject = models.CharField(max_length=500, blank=True, default="")
    who = models.CharField(max_length=300, blank=True, default="")
    preview = models.CharField(max_length=200, blank=True, default="")
    has_files = models.BooleanField(default=False)
    is_starred = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    read_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    assignee = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    assigned_by = models.ForeignKey("orgs.Posting", RESTRICT, null=True, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    # What it was made into, in the words of the room above, and the hash of that document's file.
    became_kind = models.CharField(max_length=40, blank=True, db_default="")
    became_id = models.BigIntegerField(null=True)
    became_file = models.CharField(max_length=64, blank=True, db_default="")
    tsv = SearchVectorField()

    class Meta:
        verbose_name = "thư trong hộp"
        constraints = [
            models.CheckConstraint(
                condition=Q(letter__isnull=False, inbound__isnull=True)
                | Q(letter__isnull=True, inbound__isnull=False),
                name="mail_item_has_one_content",
            ),
            models.CheckConstraint(
                condition=Q(place="own", folder__isnull=False)
                | (~Q(place="own") & Q(folder__isnull=True)),
                name="own_place_has_a_folder",
            ),
            models.UniqueConstraint(
                fields=["mailbox", "letter", "is_sent"],
                condition=Q(letter__isnull=False),
                name="one_letter_a_mailbox",
            ),
            models.UniqueConstraint(
                fields=["mailbox", "inbound"],
                condition=Q(inbound__isnull=False),
                name="one_inbound_a_mailbox",
            ),
        ]
        indexes = [
            models.Index(fields=["mailbox", "place", "-at", "-id"], name="items_of_place"),
            models.Index(fields=["mailbox", "thread", "at"], name="items_of_thread"),
            models.Index(
                fields=["mailbox", "place", "received_at"],
                condition=Q(read_at__isnull=True),
                name="items_unread",
            ),
            models.Index(
                fields=["assignee"], condition=Q(assignee__isnull=False), name="items_assigned"
            ),
            models.Index(
                fields=["became_kind", "became_id"],
                condition=Q(became_id__isnull=False),
                name="items_became",
            ),
        ]

    def __str__(self) -> str:
        return self.subject[:60]


class MailNote(OwnedRow):
    """A note among colleagues on a conversation of the agency's mailbox (ghi chú nội bộ)."""

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="+")
    thread = models.CharField(max_length=32)
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    text = models.CharField(max_length=2000)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "ghi chú nội bộ"
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["mailbox", "thread"], name="notes_of_thread")]

    def __str__(self) -> str:
        return self.text[:60]

"""A letter that is being written."""

from __future__ import annotations

from django.db import models

from congvu.mailboxes.models.item import MailItem
from congvu.mailboxes.models.mailbox import RESTRICT, Mailbox, OwnedRow


class MailDraft(OwnedRow):
    """A letter being written (thư nháp); it ends when it is sent or thrown away.

    `version` grows with every saving, so that two windows do not overwrite one another.
    """

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="drafts")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    to = models.TextField(blank=True, default="")  # addresses as typed, parted by commas
    copies = models.TextField(blank=True, default="")
    subject = models.CharField(max_length=500, blank=True, default="")
    text = models.TextField(blank=True, default="")
    answers = models.ForeignKey(MailItem, RESTRICT, null=True, related_name="+")
    is_forward = models.BooleanField(default=False)
    asks_opened = models.BooleanField(default=False)  # recipients outside: a read receipt, please
    version = models.IntegerField(default=1)
    saved_at = models.DateTimeField()

    class Meta:
        verbose_name = "thư nháp"
        indexes = [models.Index(fields=["mailbox", "-saved_at"], name="drafts_of_mailbox")]

    def __str__(self) -> str:
        return self.subject[:60]


class DraftFile(OwnedRow):
    """A file put with a letter that is being written (tệp kèm thư nháp)."""

    draft = models.ForeignKey(MailDraft, models.CASCADE, related_name="files")
    name = models.CharField(max_length=255)
    mime = models.CharField(max_length=120)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    doubt = models.CharField(max_length=500, blank=True, default="")  # what the gate asks about

    class Meta:
        verbose_name = "tệp kèm thư nháp"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["draft", "sha256"], name="one_draft_file_once")
        ]

    def __str__(self) -> str:
        return self.name

"""What somebody is told of a letter in the agency's mailbox."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from congvu.kit.choices import TextChoices
from congvu.kit.models import Row
from congvu.mailboxes.models.item import MailItem
from congvu.mailboxes.models.mailbox import RESTRICT


class MailNotice(Row):
    """Somebody is told of a letter (thông báo về thư trong hộp thư cơ quan); each word once."""

    class Kind(TextChoices):
        ALARM = "alarm", "cảnh báo 02 giờ"
        ASSIGNED = "assigned", "giao xử lý thư"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    item = models.ForeignKey(MailItem, RESTRICT, related_name="notices")
    to = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=60)  # said under it once to each addressee
    text = models.CharField(max_length=500)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "thông báo về thư"
        constraints = [
            models.UniqueConstraint(fields=["item", "key", "to"], name="one_mail_notice")
        ]
        indexes = [
            models.Index(
                fields=["to"], condition=Q(seen_at__isnull=True), name="mail_notices_unseen"
            ),
            models.Index(fields=["to", "-at"], name="mail_notices_of"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.key}"

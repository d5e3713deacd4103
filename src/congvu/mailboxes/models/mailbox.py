"""Mailboxes, what their owners arranged for them, and where other servers keep their mail."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from congvu.kit.models import Row
from congvu.kit.vault import SealedJSONField
from congvu.rules.clauses import clause

RESTRICT = models.PROTECT


@clause("QC.6.1.đ", "QC.10.2")
class Mailbox(Row):
    """An official mailbox of a person, or (no person) of an agency (hộp thư công vụ).

    This table is the address book of the province and therefore open to every agency; what lies
    in a mailbox is not here. `opened_at`: when somebody entitled last looked into it.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")
    address = models.CharField(max_length=320)  # lower case
    name = models.CharField(max_length=250)
    title = models.CharField(max_length=300, blank=True, default="")  # position and agency
    found_by = models.CharField(max_length=600)  # folded words for the address picker
    signature = models.CharField(max_length=1000, blank=True, default="")
    opened_at = models.DateTimeField(null=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "hộp thư công vụ"
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=Q(valid_to__isnull=True),
                name="one_mailbox_an_address",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(valid_to__isnull=True, person__isnull=False),
                name="one_mailbox_a_person",
            ),
        ]
        indexes = [models.Index(fields=["agency"], name="mailboxes_of_agency")]

    def __str__(self) -> str:
        return self.address


class OwnedRow(Row):
    """A row of one mailbox: `person` (empty: the agency) is whose it is for row security."""

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    person = models.ForeignKey("orgs.Person", RESTRICT, null=True, related_name="+")

    class Meta:
        abstract = True


class AwayRule(OwnedRow):
    """The owner is away from a moment to a moment and answers automatically (trả lời khi vắng)."""

    mailbox = models.ForeignKey(Mailbox, RESTRICT, related_name="away_rules")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    text = models.CharField(max_length=2000)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "trả lời khi vắng mặt"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="away_in_order"),
            models.UniqueConstraint(
                fields=["mailbox"], condition=Q(ended_at__isnull=True), name="one_away_rule"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mailbox_id}: {self.starts_at:%d/%m/%Y}"


class AwayAnswer(OwnedRow):
    """One sender who was told that the owner is away (lượt trả lời khi vắng); once a rule."""

    rule = models.ForeignKey(AwayRule, RESTRICT, related_name="answers")
    address = models.CharField(max_length=320)
    at = models.DateTimeField()

    class Meta:
        verbose_name = "lượt trả lời khi vắng mặt"
        constraints = [
            models.UniqueConstraint(fields=["rule", "address"], name="one_away_answer_a_sender")
        ]

    def __str__(self) -> str:
        return self.address


class ImapAccount(OwnedRow):
    """Where a province's own mail server keeps this mailbox (tài khoản IMAP).

    `last_uid` counts inside `uid_validity`: a server that changes the latter is read anew, and
    what is here already is known by its Message-ID. Mails that came before `since` are history:
    nobody is told now that they have arrived.
    """

    mailbox = models.OneToOneField(Mailbox, RESTRICT, related_name="imap")
    secrets = SealedJSONField()  # host, port, tls, user, password
    folder = models.CharField(max_length=120, default="INBOX")
    since = models.DateTimeField()
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    checked_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True, default="")  # the last trouble, in words

    class Meta:
        verbose_name = "tài khoản IMAP"

    def __str__(self) -> str:
        return str(self.mailbox_id)

"""A sitting in which one person reviews and signs many documents (ký hàng loạt), and what was
shown. Nothing here is deleted: it is the proof that what was signed had been on the screen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from congvu.documents.models.document import RESTRICT, Document
from congvu.kit.choices import TextChoices
from congvu.kit.models import Row


class SigningBatch(Row):
    """One sitting: review document by document, one confirmation, a result for each.

    `sealed_pin` is what the holder typed, sealed, until the end of the signing and at most until
    `pin_until`; see kit.vault. `said`: why the signing stopped.
    """

    class State(TextChoices):
        REVIEWING = "reviewing", "Đang duyệt"
        RUNNING = "running", "Đang ký"
        WANTS_PIN = "wants_pin", "Chờ nhập lại mã PIN"
        STOPPED = "stopped", "Chờ xác nhận lại"  # the holder did not confirm at the service
        DONE = "done", "Đã xong"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    # The stay in the system in which it was confirmed; when that ends, signing stops. No foreign
    # key: sessions are forgotten, the sitting is kept.
    session_id = models.BigIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.REVIEWING)
    started_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    said = models.CharField(max_length=500, blank=True, default="")
    sealed_pin = models.BinaryField(null=True)
    pin_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lượt ký hàng loạt"
        constraints = [
            models.UniqueConstraint(
                fields=["by"], condition=~Q(state="done"), name="one_open_batch_a_posting"
            ),
            models.CheckConstraint(
                condition=Q(sealed_pin__isnull=True) | Q(state="running"),
                name="pin_only_while_signing",
            ),
            models.CheckConstraint(
                condition=Q(sealed_pin__isnull=True) | Q(pin_until__isnull=False),
                name="pin_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.by_id}: {self.get_state_display()}"

    @property
    def is_open(self) -> bool:
        """Whether its person may decide and confirm now."""
        return self.state in {self.State.REVIEWING, self.State.WANTS_PIN, self.State.STOPPED}


class BatchItem(Row):
    """A document in a sitting: what was decided on it, on which file, and how it ended."""

    class State(TextChoices):
        OPEN = "open", "Chưa quyết định"
        WAITING = "waiting", "Đồng ý ký"
        SIGNED = "signed", "Đã ký"
        FAILED = "failed", "Không ký được"
        SKIPPED = "skipped", "Để lại"
        RETURNED = "returned", "Đã trả lại"

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    batch = models.ForeignKey(SigningBatch, RESTRICT, related_name="items")
    document = models.ForeignKey(Document, RESTRICT, related_name="+")
    ordinal = models.IntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    seen_sha256 = models.CharField(max_length=64, blank=True, default="")  # the file agreed to
    shown_at = models.DateTimeField(null=True)  # when its last page had been shown
    decided_at = models.DateTimeField(null=True)
    said = models.CharField(max_length=500, blank=True, default="")  # why it was not signed
    code = models.CharField(max_length=40, blank=True, default="")  # of the refusal
    signed_at = models.DateTimeField(null=True)
    # What was asked of a remote service for it, in this confirmation.
    request = models.ForeignKey("signing.WaitingSignature", RESTRICT, null=True, related_name="+")

    class Meta:
        verbose_name = "văn bản trong lượt ký"
        ordering = ["ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "ordinal"], name="one_place_in_a_batch"),
            models.UniqueConstraint(fields=["batch", "document"], name="one_item_a_document"),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "signed"])
                | (~Q(seen_sha256="") & Q(shown_at__isnull=False)),
                name="agreed_only_after_shown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id}/{self.ordinal}: {self.get_state_display()}"


class Shown(Row):
    """Which pages of exactly this file the server has delivered to this person in this stay.

    A page counts when its picture was asked for by itself, which the reading page does when it
    comes onto the screen; the PDF counts as all pages. `whole_at`: since then nothing is missing.
    """

    agency = models.ForeignKey("orgs.Agency", RESTRICT, related_name="+")
    by = models.ForeignKey("orgs.Posting", RESTRICT, related_name="+")
    session_id = models.BigIntegerField()
    document = models.ForeignKey(Document, RESTRICT, related_name="+")
    sha256 = models.CharField(max_length=64)
    page_count = models.IntegerField()
    pages = ArrayField(models.IntegerField(), default=list)
    first_at = models.DateTimeField()
    whole_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lần xem trước khi ký"
        constraints = [
            models.UniqueConstraint(
                fields=["by", "session_id", "sha256", "document"], name="one_shown_a_file_a_stay"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]}: {len(self.pages)}/{self.page_count}"

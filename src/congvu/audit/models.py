"""Entries of the audit log and the seals over them."""

from __future__ import annotations

from django.db import models

from congvu.kit.models import Row


class Entry(Row):
    """One act, or one refused act. Written once; the database refuses update and delete."""

    at = models.DateTimeField()
    agency_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=80)
    outcome = models.CharField(max_length=16, default="done")
    account_id = models.BigIntegerField(null=True)
    person_id = models.BigIntegerField(null=True)
    posting_id = models.BigIntegerField(null=True)
    object_kind = models.CharField(max_length=40, blank=True, default="")
    object_id = models.BigIntegerField(null=True)
    clause = models.CharField(max_length=40, blank=True, default="")
    source_address = models.CharField(max_length=60, blank=True, default="")
    source_port = models.IntegerField(null=True)
    request_id = models.CharField(max_length=40, blank=True, default="")
    # Canonical JSON as text: its bytes are hashed, and jsonb would not keep them.
    details = models.TextField(default="{}")

    class Meta:
        verbose_name = "mục nhật ký"
        indexes = [
            models.Index(fields=["object_kind", "object_id", "id"], name="audit_of_object"),
            models.Index(fields=["agency_id", "id"], name="audit_of_agency"),
            models.Index(fields=["account_id", "id"], name="audit_of_account"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class Seal(Row):
    """A link of an agency's hash chain over a run of its entries."""

    chain_agency_id = models.BigIntegerField()
    first_entry_id = models.BigIntegerField()
    last_entry_id = models.BigIntegerField()
    entry_count = models.IntegerField()
    # For each entry of the run its id (8 bytes) and the SHA-256 of its canonical bytes (32): the
    # broken entry can be named, and the chain still holds after old entries were dropped.
    digests = models.BinaryField()
    previous_hash = models.CharField(max_length=64)
    own_hash = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        verbose_name = "dấu niêm nhật ký"
        constraints = [
            models.UniqueConstraint(
                fields=["chain_agency_id", "last_entry_id"], name="one_seal_per_run"
            )
        ]
        indexes = [
            models.Index(fields=["last_entry_id"], name="seal_by_last_entry"),
            models.Index(fields=["chain_agency_id", "-id"], name="seal_head_of_chain"),
        ]

    def __str__(self) -> str:
        return f"{self.chain_agency_id}: {self.first_entry_id}–{self.last_entry_id}"


class DroppedRun(Row):
    """A sealed run whose entries were exported and dropped after the legal time (S.16)."""

    seal = models.OneToOneField(Seal, models.PROTECT, related_name="dropped")
    export_sha256 = models.CharField(max_length=64)
    dropped_at = models.DateTimeField()

    class Meta:
        verbose_name = "đoạn nhật ký đã kết xuất và hủy"

    def __str__(self) -> str:
        return str(self.seal_id)


class DailyRoot(Row):
    """The root over all chains at the end of a day, to be published outside the database."""

    day = models.DateField(unique=True)
    root_hash = models.CharField(max_length=64)
    chain_count = models.IntegerField()
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "gốc niêm phong ngày"

    def __str__(self) -> str:
        return f"{self.day}"

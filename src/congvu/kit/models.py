"""The base of every row, and the row of a kept file."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models


class Row(models.Model):
    """A row with a 64-bit identity."""

    id = models.BigAutoField(primary_key=True)
    objects: ClassVar[Any]

    class Meta:
        abstract = True


class Blob(models.Model):
    """A file of the blob store: its SHA-256 is taken at intake and never changes."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.BigIntegerField()
    mime = models.CharField(max_length=120)
    kept_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    is_damaged = models.BooleanField(default=False)
    copied_at = models.DateTimeField(null=True)  # when the second copy was made
    is_held = models.BooleanField(default=False, db_default=False)  # waits for the virus scanner
    is_infected = models.BooleanField(default=False, db_default=False)  # stays held for good
    wrapped_key = models.BinaryField(null=True)  # restricted: the file lies sealed in the vault
    objects: ClassVar[Any]

    class Meta:
        verbose_name = "tệp tin"

    def __str__(self) -> str:
        return self.sha256[:12]


class BackupExpiry(Row):
    """Backups made before this moment hold what was purged and must be destroyed."""

    before = models.DateTimeField()
    reason = models.CharField(max_length=200, unique=True)  # which purge, without content
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "lệnh hủy bản sao lưu"

    def __str__(self) -> str:
        return self.reason

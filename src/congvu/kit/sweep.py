"""Sweep and re-check the blob store: leftovers go, orphans wait in quarantine, damage is found.

A crash leaves at worst a file without a row. Such an orphan is put aside after seven days and
deleted a week later, under the same lock that an upload of the same bytes takes. A row without its
file, or a file whose hash has changed, is damage: it is marked and never served as good (S.20).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import F

from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.kit.second_copy import mend
from congvu.kit.vault import VaultClosed
from congvu.rules.clauses import clause

UNFINISHED_AFTER = timedelta(hours=24)
ORPHAN_AFTER = timedelta(days=7)
PARTS_OF_A_ROUND = 30  # every file is re-read about once a month


@dataclass(frozen=True)
class Damage:
    """A file found changed or lost, and whether it is whole again."""

    sha256: str
    is_mended: bool


def sweep_unfinished(*, at: datetime) -> int:
    """Delete uploads that never ended; tells how many."""
    gone = 0
    for file in _files(blobs.root() / "tmp"):
        if _changed_at(file) < at - UNFINISHED_AFTER:
            file.unlink(missing_ok=True)
            gone += 1
    return gone


def quarantine_orphans(*, at: datetime) -> int:
    """Put files without a row aside, and delete those put aside a week ago; tells how many."""
    moved = 0
    for file in _kept_files():
        if _changed_at(file) < at - ORPHAN_AFTER and _put_aside(file, at):
            moved += 1
    for file in _files(_quarantine()):
        if _changed_at(file) < at - ORPHAN_AFTER:
            file.unlink(missing_ok=True)
    return moved


@clause("S.20")
def recheck_files(*, at: datetime, share: int = PARTS_OF_A_ROUND) -> list[Damage]:
    """Re-read one share of all files, longest unread first; what is damaged is mended from the
    second copy where there is one, and told either way."""
    total = Blob.objects.count()
    wanted = Blob.objects.order_by(F("checked_at").asc(nulls_first=True), "sha256")[
        : -(-total // share)
    ]
    damaged: list[Damage] = []
    for blob in wanted:
        is_whole = _is_whole(blob.sha256)
        is_mended = not is_whole and mend(blob.sha256)
        Blob.objects.filter(sha256=blob.sha256).update(
            checked_at=at, is_damaged=not (is_whole or is_mended)
        )
        if not is_whole:
            damaged.append(Damage(blob.sha256, is_mended))
    return damaged


def _is_whole(sha256: str) -> bool:
    try:
        return blobs.hash_kept(sha256) == sha256
    except (FileNotFoundError, VaultClosed):
        return False


@clause("S.22")
def tidy_vault(*, at: datetime) -> int:
    """End the moves that a crash cut short: of a restricted file no open copy stays, of another
    no sealed one; uploads into the vault that never ended go. Tells how many files went."""
    gone = 0
    for file in _files(Path(settings.CONGVU_VAULT) / "tmp"):
        if _changed_at(file) < at - UNFINISHED_AFTER:
            file.unlink(missing_ok=True)
            gone += 1
    for blob in Blob.objects.filter(wrapped_key__isnull=False).only("sha256"):
        gone += _without_copy(blob.sha256)
    for folder in Path(settings.CONGVU_VAULT).glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
        for file in _files(folder):
            if _changed_at(file) < at - UNFINISHED_AFTER:
                gone += _without_copy(file.name)
    return gone


def _without_copy(sha256: str) -> bool:
    with transaction.atomic():
        blobs.lock_hash(sha256)
        stray = blobs.path if blobs.is_restricted(sha256) else blobs.sealed_path
        place = stray(sha256)
        was_there = place.is_file()
        place.unlink(missing_ok=True)
    return was_there


def _put_aside(file: Path, at: datetime) -> bool:
    with transaction.atomic():
        blobs.lock_hash(file.name)
        if Blob.objects.filter(sha256=file.name).exists():
            return False
        _quarantine().mkdir(parents=True, exist_ok=True)
        place = _quarantine() / file.name
        file.rename(place)
        os.utime(place, (at.timestamp(), at.timestamp()))
    return True


def _quarantine() -> Path:
    return blobs.root() / "quarantine"


def _kept_files() -> Iterator[Path]:
    for folder in blobs.root().glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]"):
        yield from _files(folder)


def _files(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (entry for entry in folder.iterdir() if entry.is_file())


def _changed_at(file: Path) -> datetime:
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)

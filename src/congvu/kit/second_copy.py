"""The second copy of every kept file, and how a damaged file is mended from it (S.21).

The copy lies under `CONGVU_FILES_COPY`, meant for another disk or machine. It is made by a job
soon after the file; restricted files are copied sealed. A file whose hash is wrong goes to the
quarantine as it is, and the copy takes its place once its own hash is right; where both are bad
the file stays marked as damaged and is never served as good.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.kit.vault import VaultClosed
from congvu.rules.clauses import clause

MOST_AT_ONCE = 500


@clause("S.21")
def copy_new(*, at: datetime) -> int:
    """Copy files that have no second copy yet; tells how many were copied now."""
    if not settings.CONGVU_FILES_COPY:
        return 0
    waiting = Blob.objects.filter(copied_at=None, is_damaged=False).order_by("kept_at")
    made = 0
    for sha256 in waiting.values_list("sha256", flat=True)[:MOST_AT_ONCE]:
        for place in _places(sha256):
            _put(place, _copy(place))
            Blob.objects.filter(sha256=sha256).update(copied_at=at)
            made += 1
    return made


@clause("S.21")
def mend(sha256: str) -> bool:
    """Put the second copy in place of a damaged or lost file; False where it is no better."""
    place = blobs.sealed_path(sha256) if blobs.is_restricted(sha256) else blobs.path(sha256)
    copy = blobs.copy_of(place)
    if copy is None or not copy.is_file():
        return False
    bad = _aside(place)
    _put(copy, place)
    try:
        is_whole = blobs.hash_kept(sha256) == sha256
    except (FileNotFoundError, VaultClosed):
        is_whole = False
    if not is_whole and bad is not None:
        shutil.copy2(bad, place)  # no better: what was there stays there, marked as damaged
    return is_whole


def _places(sha256: str) -> Iterator[Path]:
    places = (blobs.path(sha256), blobs.sealed_path(sha256))
    yield from (place for place in places if place.is_file())


def _copy(place: Path) -> Path:
    copy = blobs.copy_of(place)
    if copy is None:
        raise ValueError("no second store")
    return copy


def _aside(place: Path) -> Path | None:
    if not place.is_file():
        return None
    quarantine = blobs.root() / "quarantine"
    quarantine.mkdir(parents=True, exist_ok=True)
    bad = quarantine / f"{place.name}.bad"
    place.replace(bad)
    return bad


def _put(source: Path, target: Path) -> None:
    """Copy whole: written beside, fsynced, renamed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as written, source.open("rb") as read:
            shutil.copyfileobj(read, written, 1 << 20)
            written.flush()
            os.fsync(written.fileno())
        Path(name).chmod(0o440)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise

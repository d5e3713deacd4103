"""Take a file out for good: both stores, the vault and its key, what was put aside, its pictures.

Safe to do twice and after any crash: every step looks for what is still there. The bytes are
overwritten before they are unlinked, which a disk may or may not honour; the key of a sealed file
goes with its row, so that copies of it in backups can never be opened again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import transaction

from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.kit.page_images import forget_pages
from congvu.rules.clauses import clause

PIECE = 1 << 20


@clause("QC.4.1", "S.34")
def purge_file(sha256: str) -> int:
    """Nothing of it stays here; tells how many copies were found and destroyed."""
    with transaction.atomic():
        blobs.lock_hash(sha256)
        Blob.objects.filter(sha256=sha256).delete()
        found = [place for place in _places(sha256) if place.is_file()]
        for place in found:
            _shred(place)
    forget_pages(sha256)
    return len(found)


def purge_previews(document_id: int) -> int:
    """The sealed prints of a draft that was looked at while it was written."""
    found = list((Path(settings.VAR) / "previews").glob(f"{document_id}-*"))
    for place in found:
        _shred(place)
    return len(found)


def _places(sha256: str) -> Iterator[Path]:
    for place in (blobs.path(sha256), blobs.sealed_path(sha256)):
        yield place
        copy = blobs.copy_of(place)
        if copy is not None:
            yield copy
    aside = blobs.root() / "quarantine"
    yield from (aside / sha256, aside / f"{sha256}.bad")


def _shred(place: Path) -> None:
    place.chmod(0o600)
    with place.open("r+b") as file:
        for _ in range(0, os.fstat(file.fileno()).st_size, PIECE):
            file.write(b"\0" * PIECE)
        file.flush()
        os.fsync(file.fileno())
    place.unlink(missing_ok=True)

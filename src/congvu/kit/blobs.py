"""The blob store: every file once, under its SHA-256, kept byte for byte.

Order of writing (nothing is lost): stream to tmp/ while hashing, fsync, link to its place, fsync
the folder, and only then the row in the caller's transaction. A crash leaves at worst an orphan
file, never a row without its file; the sweep clears orphans later.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection

from congvu.kit import clock
from congvu.kit.models import Blob

CHUNK = 1 << 20


@dataclass(frozen=True)
class Kept:
    """A file that is safely on disk: its SHA-256 (hex), size in bytes and MIME type."""

    sha256: str
    size: int
    mime: str


def root() -> Path:
    """The folder of the store (`CONGVU_FILES`)."""
    return Path(settings.CONGVU_FILES)


def path(sha256: str) -> Path:
    """Where the file of this hash lies (it may be absent)."""
    if len(sha256) != 64 or not sha256.isalnum():
        raise ValueError("not a SHA-256 in hex")
    return root() / sha256[:2] / sha256[2:4] / sha256


def read(sha256: str) -> bytes:
    """The bytes of a kept file; FileNotFoundError where the store has lost it."""
    return path(sha256).read_bytes()


def keep(content: bytes | Iterable[bytes], mime: str) -> Kept:
    """Keep a file: on disk first (fsync), then its row. The same bytes twice are one file."""
    chunks: Iterable[bytes] = [content] if isinstance(content, bytes) else content
    digest, size, temporary = _write_temporary(chunks)
    lock_hash(digest)
    _put_in_place(temporary, path(digest))
    Blob.objects.bulk_create(
        [Blob(sha256=digest, size=size, mime=mime, kept_at=clock.now())], ignore_conflicts=True
    )
    return Kept(digest, size, mime)


def lock_hash(sha256: str) -> None:
    """Hold this hash to the end of the transaction: re-use of a file never meets its deletion."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [sha256])


def _write_temporary(chunks: Iterable[bytes]) -> tuple[str, int, Path]:
    waiting_room = root() / "tmp"
    waiting_room.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0
    descriptor, name = tempfile.mkstemp(dir=waiting_room)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                hasher.update(chunk)
                size += len(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return hasher.hexdigest(), size, Path(name)


def _put_in_place(temporary: Path, place: Path) -> None:
    if place.exists():
        temporary.unlink()
        return
    new_folders = [folder for folder in (place.parent, *place.parents) if not folder.exists()]
    place.parent.mkdir(parents=True, exist_ok=True)
    temporary.chmod(0o440)
    temporary.rename(place)
    for folder in {place.parent, *(folder.parent for folder in new_folders)}:
        _fsync_folder(folder)


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def hash_of_file(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    hasher = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()

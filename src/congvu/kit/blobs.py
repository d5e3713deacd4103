"""The blob store: every file once, under its SHA-256, kept byte for byte.

Order of writing (nothing is lost): stream to tmp/ while hashing, fsync, link to its place, fsync
the folder, and only then the row in the caller's transaction. A crash leaves at worst an orphan
file, never a row without its file; the sweep clears orphans later.

A restricted file (data levels 3 and 4) lies sealed in the vault's own folder, never in clear on
disk; `restrict` and `release` move a file between the two and leave no copy behind (S.22).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from congvu.kit import clock, vault
from congvu.kit.models import Blob
from congvu.kit.refusal import refuse_if
from congvu.kit.refusals import FILE_DAMAGED, FILE_HELD
from congvu.rules.clauses import clause

CHUNK = 1 << 20
NOTHING = "0" * 64  # where a row must name a file and there is none any more


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
    """Where the open file of this hash lies (it may be absent)."""
    return root() / _place(sha256)


def sealed_path(sha256: str) -> Path:
    """Where the sealed file of this hash lies (`CONGVU_VAULT`; it may be absent)."""
    return Path(settings.CONGVU_VAULT) / _place(sha256)


def _place(sha256: str) -> Path:
    if len(sha256) != 64 or not sha256.isalnum():
        raise ValueError("not a SHA-256 in hex")
    return Path(sha256[:2], sha256[2:4], sha256)


def read(sha256: str) -> bytes:
    """The bytes of a kept file; FileNotFoundError where the store has lost it."""
    given = payload(sha256)
    return given if isinstance(given, bytes) else given.read_bytes()


def payload(sha256: str) -> bytes | Path:
    """The file for a parser or an answer: its path, or the opened bytes of a restricted one.

    Refuses (E029) a file that waits for the virus scanner and (E028) one known to be damaged;
    raises FileNotFoundError where the store has lost it.
    """
    blob = Blob.objects.filter(sha256=sha256).first()
    refuse_if(blob and blob.is_held, FILE_HELD)
    refuse_if(blob and blob.is_damaged, FILE_DAMAGED)
    return raw(sha256)


def raw(sha256: str) -> bytes | Path:
    """The same without asking whether it may be read: for the scanner and the repair alone."""
    if path(sha256).is_file() or not sealed_path(sha256).is_file():
        return path(sha256)
    return b"".join(_opened(sha256))


def is_restricted(sha256: str) -> bool:
    """Whether the file is kept in the vault: then no derivative of it may lie in clear either."""
    return Blob.objects.filter(sha256=sha256, wrapped_key__isnull=False).exists()


def keep(
    content: bytes | Iterable[bytes], mime: str, *, restricted: bool = False, held: bool = False
) -> Kept:
    """Keep a file: on disk first (fsync), then its row. The same bytes twice are one file.

    `restricted`: straight into the vault; a file that is there stays there. `held`: nobody reads
    it before the virus scanner has let it go (`release_scanned`).
    """
    chunks: Iterable[bytes] = [content] if isinstance(content, bytes) else content
    key = vault.new_key() if restricted else None
    digest, size, temporary = _write_temporary(chunks, key)
    lock_hash(digest)
    known = Blob.objects.filter(sha256=digest).first()
    if known is not None and (known.wrapped_key is not None or restricted):
        temporary.unlink()
        if restricted:
            restrict(digest)
        return Kept(digest, size, mime)
    _put_in_place(temporary, sealed_path(digest) if key else path(digest))
    Blob.objects.bulk_create(
        [
            Blob(
                sha256=digest,
                size=size,
                mime=mime,
                kept_at=clock.now(),
                wrapped_key=vault.wrap(key) if key else None,
                is_held=held,
            )
        ],
        ignore_conflicts=True,
    )
    return Kept(digest, size, mime)


@clause("S.22")
def restrict(sha256: str) -> None:
    """Move a file into the vault. The open file goes once the row is safe; the sweep sees to it
    when a crash comes between."""
    lock_hash(sha256)
    blob = Blob.objects.get(sha256=sha256)
    if blob.wrapped_key is not None:
        return
    key = vault.new_key()
    with path(sha256).open("rb") as file:
        digest, _, temporary = _write_temporary(iter(lambda: file.read(CHUNK), b""), key)
    if digest != sha256:
        temporary.unlink()
        raise FileNotFoundError(sha256)  # damaged: never sealed as good
    sealed_path(sha256).unlink(missing_ok=True)  # of a move that never came to its end
    _put_in_place(temporary, sealed_path(sha256))
    Blob.objects.filter(sha256=sha256).update(wrapped_key=vault.wrap(key), copied_at=None)
    transaction.on_commit(lambda: _without(path(sha256), copy_of(path(sha256))))


@clause("S.22")
def release(sha256: str) -> None:
    """Move a file out of the vault."""
    lock_hash(sha256)
    if not is_restricted(sha256):
        return
    _, _, temporary = _write_temporary(_opened(sha256), None)
    _put_in_place(temporary, path(sha256))
    Blob.objects.filter(sha256=sha256).update(wrapped_key=None, copied_at=None)
    transaction.on_commit(lambda: _without(sealed_path(sha256), copy_of(sealed_path(sha256))))


def copy_of(place: Path) -> Path | None:
    """Where the second copy of a file lies (`CONGVU_FILES_COPY`); None: none is kept here."""
    if not settings.CONGVU_FILES_COPY:
        return None
    kind = "vault" if place.is_relative_to(Path(settings.CONGVU_VAULT)) else "files"
    return Path(settings.CONGVU_FILES_COPY) / kind / _place(place.name)


def _without(*places: Path | None) -> None:
    for place in places:
        if place is not None:
            place.unlink(missing_ok=True)


def _opened(sha256: str) -> Iterator[bytes]:
    wrapped = Blob.objects.filter(sha256=sha256).values_list("wrapped_key", flat=True).first()
    if wrapped is None:
        raise FileNotFoundError(sha256)
    with sealed_path(sha256).open("rb") as file:
        yield from vault.open_pieces(file, vault.unwrap(wrapped))


def lock_hash(sha256: str) -> None:
    """Hold this hash to the end of the transaction: re-use of a file never meets its deletion."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [sha256])


def _write_temporary(chunks: Iterable[bytes], key: bytes | None) -> tuple[str, int, Path]:
    """Write and fsync, sealed when there is a key; the hash and size are of the open bytes."""
    folder = Path(settings.CONGVU_VAULT) if key else root()
    waiting_room = folder / "tmp"
    waiting_room.mkdir(parents=True, exist_ok=True)
    hasher, size = hashlib.sha256(), 0

    def counted() -> Iterator[bytes]:
        nonlocal size
        for chunk in chunks:
            hasher.update(chunk)
            size += len(chunk)
            yield chunk

    descriptor, name = tempfile.mkstemp(dir=waiting_room)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for piece in vault.seal_pieces(counted(), key) if key else counted():
                file.write(piece)
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


def hash_kept(sha256: str) -> str:
    """The SHA-256 of the bytes as they are now; FileNotFoundError or VaultClosed where the store
    has lost them."""
    if path(sha256).is_file():
        return hash_of_file(path(sha256))
    hasher = hashlib.sha256()
    for piece in _opened(sha256):
        hasher.update(piece)
    return hasher.hexdigest()


def hash_of_file(file: Path) -> str:
    """The SHA-256 of a file, read in pieces."""
    hasher = hashlib.sha256()
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            hasher.update(chunk)
    return hasher.hexdigest()

"""The vault: what is restricted lies encrypted, under keys that are not in the database.

Envelope encryption (QCVN 12:2026/BCA 3.5.2.1.8, 3.5.2.2.7): each file has its own random key, kept
in its row wrapped by the vault's master key; the master key is a file that only the service reads
(`CONGVU_KEYS`/vault-key), to be backed up apart from the data. Without the row's key the bytes are
lost for good, which is how a purge makes copies in backups unreadable. Ciphers are those of
`cryptography`: AES-256-GCM in numbered pieces, AES key wrap, HKDF.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from django.conf import settings
from django.db import models

from congvu.rules.clauses import clause

MAGIC = b"CVV1"
PIECE = 1 << 20  # bytes of plain text in one piece
TAG = 16
PREFIX = 7  # random bytes that begin every nonce of one file
KEY_ID = 8
NONCE = 12


class VaultClosed(Exception):
    """The master key of these bytes is not here, or the bytes were changed."""


def new_key() -> bytes:
    """A fresh key for one file."""
    return secrets.token_bytes(32)


def wrap(key: bytes) -> bytes:
    """A file's key as its row keeps it: which master key, then the wrapped key."""
    master = _master()
    return _id_of(master) + aes_key_wrap(master, key)


def unwrap(wrapped: bytes) -> bytes:
    """The file's key again; VaultClosed where the master key is another."""
    master = _master()
    if bytes(wrapped[:KEY_ID]) != _id_of(master):
        raise VaultClosed("another master key")
    try:
        return aes_key_unwrap(master, bytes(wrapped[KEY_ID:]))
    except InvalidUnwrap as broken:
        raise VaultClosed("a changed key") from broken


@clause("S.24")
def seal_pieces(chunks: Iterable[bytes], key: bytes) -> Iterator[bytes]:
    """The sealed file of these bytes, in pieces. Order, number and end of pieces are sealed too."""
    box, prefix = AESGCM(key), secrets.token_bytes(PREFIX)
    yield MAGIC + prefix
    waiting, number = b"", 0
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > PIECE:
            yield box.encrypt(_nonce(prefix, number, is_last=False), waiting[:PIECE], None)
            waiting, number = waiting[PIECE:], number + 1
    yield box.encrypt(_nonce(prefix, number, is_last=True), waiting, None)


def open_pieces(file: BinaryIO, key: bytes) -> Iterator[bytes]:
    """The bytes again, in pieces; VaultClosed when anything was changed, moved or cut off."""
    head = file.read(len(MAGIC) + PREFIX)
    if not head.startswith(MAGIC):
        raise VaultClosed("not a sealed file")
    box, prefix, number = AESGCM(key), head[len(MAGIC) :], 0
    piece = file.read(PIECE + TAG)
    while True:
        following = file.read(PIECE + TAG)
        try:
            yield box.decrypt(_nonce(prefix, number, is_last=not following), piece, None)
        except InvalidTag as changed:
            raise VaultClosed("a changed file") from changed
        if not following:
            return
        piece, number = following, number + 1


def seal_bytes(plain: bytes) -> bytes:
    """Something short, sealed whole: the master key's name, nonce, sealed bytes."""
    nonce, master = secrets.token_bytes(NONCE), _master()
    return _id_of(master) + nonce + AESGCM(_column_key(master)).encrypt(nonce, plain, None)


def open_bytes(sealed: bytes) -> bytes:
    """The bytes again; VaultClosed where the key is another or they were changed."""
    master = _master()
    if sealed[:KEY_ID] != _id_of(master):
        raise VaultClosed("another master key")
    nonce, body = sealed[KEY_ID : KEY_ID + NONCE], sealed[KEY_ID + NONCE :]
    try:
        return AESGCM(_column_key(master)).decrypt(nonce, body, None)
    except InvalidTag as changed:
        raise VaultClosed("a changed value") from changed


def seal_json(value: Any) -> bytes:
    """A value of a sensitive column."""
    return seal_bytes(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def open_json(sealed: bytes) -> Any:
    """The value again; VaultClosed as for `open_bytes`."""
    return json.loads(open_bytes(bytes(sealed)))


class SealedJSONField(models.BinaryField):
    """A JSON value that lies encrypted in its column: it can be read whole, never searched."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else open_json(value)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = None if value is None else seal_json(value)
        return super().get_db_prep_value(sealed, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + struct.pack(">I", number) + bytes([is_last])


def _id_of(master: bytes) -> bytes:
    return hashlib.sha256(b"congvu.vault" + master).digest()[:KEY_ID]


def _column_key(master: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=b"congvu.vault.columns").derive(master)


def _master() -> bytes:
    return _master_in(Path(settings.CONGVU_KEYS) / "vault-key")


@lru_cache(maxsize=4)
def _master_in(place: Path) -> bytes:
    """Read it, or make it once: complete, fsynced and readable by its owner alone."""
    if not place.exists():
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
        try:
            os.write(descriptor, secrets.token_bytes(32))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        try:
            os.link(fresh, place)
        except FileExistsError:
            pass  # another process was first: its key is the key
        finally:
            fresh.unlink()
    return place.read_bytes()

"""Keys in files: encrypted PKCS#8 beside their certificates, for demonstration and tests.

The password lies in a file that only its owner reads; neither key nor password is ever in the
database, a log or a message. A key is decrypted once per process and kept: parsing it again for
every signature costs a hundred times the signature. Real keys of officials are in tokens and HSMs
(QC.10.3) and come through other adapters of the same port.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from django.conf import settings

from congvu.signing.ports import KeyAbsent

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_REFERENCE = re.compile(r"[a-z0-9-]{3,80}")
SCHEME = "file"
_SHA256 = Prehashed(hashes.SHA256())


class SoftwareKeys:
    """A KeyStore over a folder; `folder` is made on first writing, readable by its owner only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._keys: dict[str, PrivateKey] = {}
        self._chains: dict[str, list[bytes]] = {}

    def sign_digest(self, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        """Sign a SHA-256 digest: PKCS#1 v1.5 for RSA keys, DER (r, s) for EC keys."""
        try:
            key = self.key(reference)
        except FileNotFoundError as absent:
            raise KeyAbsent(reference) from absent
        if isinstance(key, rsa.RSAPrivateKey):
            return key.sign(digest, padding.PKCS1v15(), _SHA256)
        return key.sign(digest, ec.ECDSA(_SHA256))

    def wants_pin(self, reference: str) -> bool:
        """The password of these keys lies beside them."""
        return False

    def has(self, reference: str) -> bool:
        """Whether this key and its certificates are here."""
        return self._file(reference).exists()

    def key(self, reference: str) -> PrivateKey:
        """The loaded key; FileNotFoundError when it is not here."""
        if reference not in self._keys:
            self._load(reference)
        return self._keys[reference]

    def chain(self, reference: str) -> list[bytes]:
        """DER certificates of this key: its own, then its issuers."""
        if reference not in self._chains:
            self._load(reference)
        return self._chains[reference]

    def keep(self, reference: str, key: PrivateKey, chain: Sequence[bytes]) -> None:
        """Write key and certificates in one file, complete or not at all."""
        place = self._file(reference)
        locked = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(self._password()),
        )
        pem = serialization.Encoding.PEM
        certificates = (x509.load_der_x509_certificate(der).public_bytes(pem) for der in chain)
        _write_privately(place, locked + b"".join(certificates))
        self._keys[reference], self._chains[reference] = key, list(chain)

    def _load(self, reference: str) -> None:
        text = self._file(reference).read_bytes()
        key = serialization.load_pem_private_key(text, self._password())
        if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
            raise ValueError(f"{reference}: neither an RSA nor an EC key")
        der = serialization.Encoding.DER
        self._chains[reference] = [
            one.public_bytes(der) for one in x509.load_pem_x509_certificates(text)
        ]
        self._keys[reference] = key

    def _file(self, reference: str) -> Path:
        if not _REFERENCE.fullmatch(reference):
            raise ValueError("not a key reference")
        return self.folder / f"{reference}.pem"

    def _password(self) -> bytes:
        place = self.folder / "password"
        if not place.exists():
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_privately(place, secrets.token_urlsafe(32).encode(), replace=False)
        return place.read_bytes()


@lru_cache(maxsize=1)
def installed_keys() -> SoftwareKeys:
    """The key folder of this installation (`CONGVU_KEYS`)."""
    return SoftwareKeys(Path(settings.CONGVU_KEYS))


def _write_privately(place: Path, content: bytes, *, replace: bool = True) -> None:
    """Write a file only its owner reads; an existing one is replaced, or wins if not `replace`."""
    fresh = place.with_name(f"{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            fresh.rename(place)
        else:
            try:
                os.link(fresh, place)
            except FileExistsError:
                return
    finally:
        fresh.unlink(missing_ok=True)

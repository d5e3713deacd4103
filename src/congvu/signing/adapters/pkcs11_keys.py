"""Keys in tokens and HSMs behind a PKCS#11 library (RSA and EC); the key never leaves its device.

A reference is "<token label>/<key label>"; %20 stands for a space in either. The agency's own
tokens, named with their PIN in the secret file `CONGVU_PKCS11_PIN_FILE` ("label=PIN" on each line,
readable by the service alone), answer unattended: their session stays open for the life of the
process and is opened anew after a fork. Every other token wants the PIN of its holder at each act:
logged in, one signature, logged out, while no other thread uses the token, for PKCS#11 logs in the
whole process and not a session. A PIN is in the call alone: never kept, logged or part of an
exception. The raw mechanisms are used (CKM_RSA_PKCS over a DigestInfo, CKM_ECDSA over the digest),
which every device knows.
"""

from __future__ import annotations

import logging
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pkcs11
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from django.conf import settings
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, TokenFlag, exceptions

from congvu.signing.ports import KeyAbsent, PinRefused

SCHEME = "pkcs11"
# DER of DigestInfo for SHA-256 up to the digest itself (RFC 8017, 9.2).
DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
LOST = (
    exceptions.NoSuchToken,
    exceptions.NoSuchKey,
    exceptions.TokenNotPresent,
    exceptions.TokenNotRecognised,
    exceptions.DeviceRemoved,
    exceptions.SlotIDInvalid,
)
STALE = (
    exceptions.SessionHandleInvalid,
    exceptions.SessionClosed,
    exceptions.UserNotLoggedIn,
    exceptions.KeyHandleInvalid,
    exceptions.ObjectHandleInvalid,
    exceptions.DeviceError,
    exceptions.DeviceRemoved,
)
WRONG_PIN = (exceptions.PinIncorrect, exceptions.PinInvalid, exceptions.PinLenRange)
log = logging.getLogger("congvu.signing")


class Pkcs11Keys:
    """A KeyStore over the tokens of one PKCS#11 library."""

    def __init__(self, module: str, pin_file: Path | None = None) -> None:
        self.module = module
        self.pin_file = pin_file
        self._guard = threading.Lock()
        self._process = 0
        self._library: Any = None
        self._tokens: dict[str, threading.Lock] = {}
        self._open: dict[str, Any] = {}

    def wants_pin(self, reference: str) -> bool:
        """Whether the holder must type a PIN: not for the agency's own tokens."""
        return _labels(reference)[0] not in self._pins()

    def sign_digest(self, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        """Sign a SHA-256 digest: PKCS#1 v1.5 for RSA keys, DER (r, s) for EC keys."""
        label, key_label = _labels(reference)
        own_pin = self._pins().get(label, "")
        if not own_pin and not pin:
            raise PinRefused(is_missing=True)
        with self._at_token(label):
            if not own_pin:
                return self._sign_once(label, key_label, digest, pin)
            try:
                return _sign(self._kept_session(label, own_pin), key_label, digest)
            except STALE:
                self._forget(label)
            return _sign(self._kept_session(label, own_pin), key_label, digest)

    def _sign_once(self, label: str, key_label: str, digest: bytes, pin: str) -> bytes:
        session = self._session(label, pin)
        try:
            return _sign(session, key_label, digest)
        finally:
            session.close()  # logs out as well: the PIN opened the token for this act only

    def _kept_session(self, label: str, own_pin: str) -> Any:
        if label not in self._open:
            self._open[label] = self._session(label, own_pin)
        return self._open[label]

    def _session(self, label: str, pin: str) -> Any:
        """Log in. The library's own words may not be chained: nobody knows what they quote."""
        token = self._token(label)
        try:
            return token.open(user_pin=pin)
        except exceptions.PinLocked:
            refused = PinRefused(0)
        except WRONG_PIN:
            refused = PinRefused(_tries_left(self._token(label).flags))
        raise refused

    def _token(self, label: str) -> Any:
        return self._library.get_token(token_label=label)

    def _forget(self, label: str) -> None:
        session = self._open.pop(label, None)
        try:
            if session is not None:
                session.close()
        except exceptions.PKCS11Error:
            log.warning("PKCS#11: the session with token %s was already gone", label)

    @contextmanager
    def _at_token(self, label: str) -> Iterator[None]:
        """One act at a time on a token; what the device cannot find is KeyAbsent."""
        try:
            with self._lock_of(label):
                yield
        except LOST:
            raise KeyAbsent(label) from None
        except exceptions.PKCS11Error as fault:
            log.error("PKCS#11: token %s failed: %s", label, type(fault).__name__)
            raise KeyAbsent(label) from None

    def _lock_of(self, label: str) -> threading.Lock:
        """The token's lock in this process; after a fork everything is opened anew."""
        with self._guard:
            if self._process != os.getpid():
                self._start()
            return self._tokens.setdefault(label, threading.Lock())

    def _start(self) -> None:
        if not self.module:
            raise KeyAbsent("CONGVU_PKCS11_MODULE")
        try:
            self._library = pkcs11.lib(self.module)
            if self._process:  # we are the child: the parent's library and sessions are not ours
                self._library.reinitialize()
        except (RuntimeError, OSError) as missing:
            raise KeyAbsent(self.module) from missing
        self._process, self._tokens, self._open = os.getpid(), {}, {}

    def _pins(self) -> dict[str, str]:
        """PINs of the agency's own tokens, read each time: the file may change, memory forgets."""
        if self.pin_file is None or not self.pin_file.exists():
            return {}
        if self.pin_file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            log.error("%s may be read by others: it is not used", self.pin_file)
            return {}
        lines = (line.partition("=") for line in self.pin_file.read_text("utf-8").splitlines())
        return {label.strip(): pin.strip() for label, _, pin in lines if pin.strip()}


def _labels(reference: str) -> tuple[str, str]:
    label, _, key_label = reference.partition("/")
    return unquote(label), unquote(key_label)


def _tries_left(flags: Any) -> int | None:
    if flags & TokenFlag.USER_PIN_LOCKED:
        return 0
    return 1 if flags & TokenFlag.USER_PIN_FINAL_TRY else None


def _sign(session: Any, key_label: str, digest: bytes) -> bytes:
    key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, label=key_label)
    if key[Attribute.KEY_TYPE] == KeyType.RSA:
        return bytes(key.sign(DIGEST_INFO + digest, mechanism=Mechanism.RSA_PKCS))
    raw = bytes(key.sign(digest, mechanism=Mechanism.ECDSA))
    half = len(raw) // 2
    return encode_dss_signature(
        int.from_bytes(raw[:half], "big"), int.from_bytes(raw[half:], "big")
    )


@lru_cache(maxsize=1)
def installed_tokens() -> Pkcs11Keys:
    """The tokens of this installation (`CONGVU_PKCS11_MODULE`)."""
    pin_file = settings.PKCS11_PIN_FILE
    return Pkcs11Keys(settings.PKCS11_MODULE, Path(pin_file) if pin_file else None)

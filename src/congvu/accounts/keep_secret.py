"""Seal and open small secrets with keys derived from the installation's own secret.

`cryptography` does the work (QCVN 12:2026/BCA 3.17.2.5.2: no cipher of our own). Each purpose has
its own key, so that a sealed text of one purpose cannot be passed off as another.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def _key(purpose: str) -> bytes:
    derived = HKDF(SHA256(), 32, salt=None, info=f"congvu.accounts.{purpose}".encode())
    return derived.derive(settings.SECRET_KEY.encode())


def seal_secret(text: str, *, purpose: str) -> str:
    """Encrypt and authenticate a text for one purpose."""
    box = Fernet(base64.urlsafe_b64encode(_key(purpose)))
    return box.encrypt(text.encode()).decode()


def open_secret(sealed: str, *, purpose: str) -> str:
    """The text again; raises cryptography.fernet.InvalidToken where bytes or purpose differ."""
    box = Fernet(base64.urlsafe_b64encode(_key(purpose)))
    return box.decrypt(sealed.encode()).decode()


def token_hash(token: str) -> str:
    """The hash under which a random token (256 bits) is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def code_hash(code: str) -> str:
    """The keyed hash of a recovery code (80 bits), spelled with or without its dashes."""
    spelled = code.replace("-", "").replace(" ", "").lower()
    return hmac.new(_key("recovery"), spelled.encode(), hashlib.sha256).hexdigest()

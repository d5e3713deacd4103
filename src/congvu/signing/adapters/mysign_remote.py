"""Viettel MySign: sign in, certificates, a hash to sign, its status. Written from a peer's code.

The token of a sign-in is kept in this process until a minute before its end. Whether a hash is
written in Base64 or hex is set for the service. Not tried against the real service: see
docs/runbook/signing-keys.md.
"""

from __future__ import annotations

import hashlib
import time
from typing import Any

from congvu.signing.adapters.provider_http import (
    UNREADABLE,
    binary,
    in_order,
    listed,
    post,
    text,
    written_hash,
)
from congvu.signing.ports import (
    Provider,
    RemoteAnswer,
    RemoteAsk,
    RemoteCertificate,
    RemoteState,
    RemoteTrouble,
)

BASE = "/vtss/service"
SHA256, RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"
WAITING, SIGNED = "0", "1"
MANY = 100  # hashes of one request go in a list; no limit of it is known


class MySignRemote:
    """The RemoteSigner of Viettel MySign."""

    def __init__(self) -> None:
        self._tokens: dict[str, tuple[str, float]] = {}

    def certificates(self, provider: Provider, user: str) -> list[RemoteCertificate]:
        """The certificates of a user, with their chains."""
        self._tokens.pop(_name(provider, user), None)  # the test must really sign in
        body = {"certInfo": True, "authInfo": True, "certificates": "chain"}
        found = self._call(provider, user, "/certificates/info", body)
        return [_certificate(one) for one in listed(found, "items")]

    def start(self, provider: Provider, ask: RemoteAsk) -> RemoteAnswer:
        """Ask for the signatures; the holder's phone rings once."""
        body = {
            "credentialID": ask.credential,
            "numSignatures": len(ask.hashes),
            "documents": [
                {"document_id": one.document_id, "document_name": one.title} for one in ask.hashes
            ],
            "hash": [written_hash(provider, one.digest) for one in ask.hashes],
            "hashAlgo": SHA256,
            "signAlgo": RSA,
            "async": 1,
        }
        found = self._call(provider, ask.user, "/signHash", body)
        return RemoteAnswer(RemoteState.WAITING, transaction=text(found, "transactionId"))

    def poll(self, provider: Provider, ask: RemoteAsk, transaction: str) -> RemoteAnswer:
        """Status 0: waiting, 1: signed, anything else: it will not be signed."""
        body = {"transactionId": transaction}
        found = self._call(provider, ask.user, "/requests/status", body)
        status = str(found.get("status", ""))
        if status == WAITING:
            return RemoteAnswer(RemoteState.WAITING, transaction)
        if status != SIGNED:
            said = f"MySign báo yêu cầu bị từ chối hoặc không thành công (mã {status[:20]})."
            return RemoteAnswer(RemoteState.REFUSED, transaction, said=said)
        return RemoteAnswer(
            RemoteState.SIGNED, transaction, in_order(ask, listed(found, "signatures"))
        )

    def _call(
        self, provider: Provider, user: str, path: str, body: dict[str, Any]
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token(provider, user)}"}
        return post(provider, BASE + path, body, headers=headers)

    def _token(self, provider: Provider, user: str) -> str:
        name = _name(provider, user)
        token, until = self._tokens.get(name, ("", 0.0))
        if time.monotonic() < until:
            return token
        body = {
            "client_id": provider.client_id,
            "user_id": user,
            "client_secret": provider.secret,
            "profile_id": provider.profile_id,
        }
        found = post(provider, f"{BASE}/ras/v1/login", body)
        token = text(found, "access_token")
        seconds = found.get("expires_in")
        lifetime = float(seconds) if isinstance(seconds, int | float) else 0.0
        if len(self._tokens) > 2000:
            self._tokens.clear()
        self._tokens[name] = (token, time.monotonic() + min(lifetime, 3600.0) - 60.0)
        return token

    def send_otp(self, provider: Provider, ask: RemoteAsk) -> None:
        """This service asks its holder itself and has no codes to be typed here."""
        raise RemoteTrouble("Dịch vụ này không dùng mã OTP nhập tại đây.")


def _name(provider: Provider, user: str) -> str:
    """Of whom and for which service as it is set now; nothing readable is kept."""
    parts = (provider.base_url, provider.client_id, provider.secret, provider.profile_id, user)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _certificate(one: Any) -> RemoteCertificate:
    if not isinstance(one, dict) or not isinstance(one.get("cert"), dict):
        raise RemoteTrouble(UNREADABLE)
    cert, key = one["cert"], one.get("key")
    chain = tuple(binary(written) for written in listed(cert, "certificates"))
    if not chain:
        raise RemoteTrouble(UNREADABLE)
    why_not = ""
    if str(cert.get("status", "")).lower() not in ("valid", ""):
        why_not = "Dịch vụ báo chứng thư số này không còn hiệu lực."
    elif isinstance(key, dict) and str(key.get("status", "")).lower() not in ("enabled", ""):
        why_not = "Dịch vụ báo khóa này đang bị khóa."
    return RemoteCertificate(text(one, "credential_id"), chain, why_not, at_once=MANY)

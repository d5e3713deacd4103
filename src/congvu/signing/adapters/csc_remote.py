"""Remote signing by the API of the Cloud Signature Consortium, version 1 (csc/v1).

Credentials whose holder is asked by the service itself (authMode "implicit") are used, and those
that want a PIN, a one-time code or both typed here ("explicit"); those that want an OAuth page of
the service are listed and say that they are not supported yet. In this version authorize and
signHash answer in the same call, so a request is signed or not when `start` returns.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
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
    Otp,
    Provider,
    RemoteAnswer,
    RemoteAsk,
    RemoteCertificate,
    RemoteState,
    RemoteTrouble,
    SecretRefused,
)

SHA256 = "2.16.840.1.101.3.4.2.1"
RSA, RSA_SHA256, ECDSA_SHA256 = (
    "1.2.840.113549.1.1.1",
    "1.2.840.113549.1.1.11",
    "1.2.840.10045.4.3.2",
)
MOST_CREDENTIALS = 20
MANY = 100
REFUSED = 400
NOT_TAKEN = "Dịch vụ ký số không nhận mã PIN hoặc mã OTP."


class CscRemote:
    """The RemoteSigner over a CSC v1 service; the base address ends before "/csc/v1"."""

    def certificates(self, provider: Provider, user: str) -> list[RemoteCertificate]:
        """The credentials of a user."""
        headers = _signed_in(provider)
        body = {"userID": user} if user else {}
        found = post(provider, "/csc/v1/credentials/list", body, headers=headers)
        names = [str(name) for name in listed(found, "credentialIDs")][:MOST_CREDENTIALS]
        return [_certificate(name, _info(provider, name, headers)) for name in names]

    def start(self, provider: Provider, ask: RemoteAsk) -> RemoteAnswer:
        """Authorise exactly these hashes, then have them signed."""
        headers = _signed_in(provider)
        info = _info(provider, ask.credential, headers)
        if _why_not(info):
            return RemoteAnswer(RemoteState.FAILED, said=_why_not(info))
        written = [written_hash(provider, one.digest) for one in ask.hashes]
        asked = {"credentialID": ask.credential, "numSignatures": len(written), "hash": written}
        more = {"description": ask.title, "clientData": ask.request_id, **_typed(info, ask)}
        allowed = _allowed(provider, asked | more, headers)
        body = {
            "credentialID": ask.credential,
            "SAD": text(allowed, "SAD"),
            "hash": written,
            "hashAlgo": SHA256,
            "signAlgo": _algorithm(info),
        }
        found = post(provider, "/csc/v1/signatures/signHash", body, headers=headers)
        signatures = in_order(ask, listed(found, "signatures"))
        return RemoteAnswer(RemoteState.SIGNED, ask.request_id, signatures)

    def poll(self, provider: Provider, ask: RemoteAsk, transaction: str) -> RemoteAnswer:
        """Nothing is ever left to ask: `start` has answered."""
        return RemoteAnswer(RemoteState.FAILED, said="Dịch vụ ký số không có yêu cầu đang chờ.")

    def send_otp(self, provider: Provider, ask: RemoteAsk) -> None:
        """The service sends a code by its own means (SMS, mail, its application)."""
        headers = _signed_in(provider)
        body = {"credentialID": ask.credential, "clientData": ask.request_id}
        post(provider, "/csc/v1/credentials/sendOTP", body, headers=headers)


def _allowed(
    provider: Provider, body: dict[str, Any], headers: Mapping[str, str]
) -> dict[str, Any]:
    """What the service answers to the asking for leave; a refusal of it is one of what was typed.
    Its text is in any language and may repeat what was typed: it is not shown."""
    try:
        return post(provider, "/csc/v1/credentials/authorize", body, headers=headers)
    except RemoteTrouble as trouble:
        if trouble.status == REFUSED and {"PIN", "OTP"} & set(body):
            raise SecretRefused(NOT_TAKEN, status=REFUSED) from None
        raise


def _typed(info: dict[str, Any], ask: RemoteAsk) -> dict[str, str]:
    """The PIN and the code, each where this credential wants it and nowhere else."""
    wants_pin, otp = _wants(info)
    if (wants_pin and not ask.pin) or (otp and not ask.otp):
        raise SecretRefused(NOT_TAKEN)
    return {
        **({"PIN": ask.pin} if wants_pin else {}),
        **({"OTP": ask.otp} if otp else {}),
    }


def _wants(info: dict[str, Any]) -> tuple[bool, Otp]:
    """Whether the holder types a PIN here, and how they come by a code."""
    if info.get("authMode") != "explicit":
        return False, Otp.NONE
    pin, given = info.get("PIN"), info.get("OTP")
    otp = Otp.NONE
    if isinstance(given, dict) and _is_wanted(given):
        otp = Otp.SENT if given.get("type") == "online" else Otp.SHOWN
    return isinstance(pin, dict) and _is_wanted(pin), otp


def _is_wanted(one: dict[str, Any]) -> bool:
    """Services write presence as a text or as a truth value; "optional" is left out."""
    return str(one.get("presence", "")).lower() == "true"


def _signed_in(provider: Provider) -> dict[str, str]:
    """The header by which the service knows this installation, as its own info asks."""
    ways = post(provider, "/csc/v1/info", {}).get("authType")
    ways = ways if isinstance(ways, list) else []
    if "basic" in ways and provider.secret:
        pair = base64.b64encode(f"{provider.client_id}:{provider.secret}".encode()).decode()
        found = post(provider, "/csc/v1/auth/login", {}, headers={"Authorization": f"Basic {pair}"})
        return {"Authorization": f"Bearer {text(found, 'access_token')}"}
    if "external" in ways:
        return {"Authorization": f"Bearer {provider.secret}"} if provider.secret else {}
    raise RemoteTrouble("Dịch vụ chỉ nhận đăng nhập OAuth; cách này chưa được hỗ trợ.")


def _info(provider: Provider, name: str, headers: Mapping[str, str]) -> dict[str, Any]:
    body = {"credentialID": name, "certificates": "chain"}
    return post(provider, "/csc/v1/credentials/info", body, headers=headers)


def _certificate(name: str, info: dict[str, Any]) -> RemoteCertificate:
    cert = info.get("cert")
    found = listed(cert, "certificates") if isinstance(cert, dict) else []
    chain = tuple(binary(one) for one in found)
    if not chain:
        raise RemoteTrouble(UNREADABLE)
    wants_pin, otp = _wants(info)
    return RemoteCertificate(name, chain, _why_not(info), wants_pin, otp, _at_once(info))


def _at_once(info: dict[str, Any]) -> int:
    """How many signatures one authorisation of this credential may be for (`multisign`)."""
    told = info.get("multisign")
    return min(max(told, 1), MANY) if isinstance(told, int) else 1


def _why_not(info: dict[str, Any]) -> str:
    cert, key = info.get("cert"), info.get("key")
    if isinstance(cert, dict) and str(cert.get("status", "valid")) != "valid":
        return "Dịch vụ báo chứng thư số này không còn hiệu lực."
    if not isinstance(key, dict) or key.get("status") != "enabled":
        return "Dịch vụ báo khóa này đang bị khóa."
    if info.get("authMode") not in {"implicit", "explicit"}:
        return "Khóa này đòi xác nhận trên trang OAuth của dịch vụ; chưa được hỗ trợ."
    if info["authMode"] == "explicit" and not any(_wants(info)):
        return "Khóa này đòi xác nhận theo cách mà Hệ thống chưa hỗ trợ."
    return "" if _algorithms(info) else "Khóa này không ký được RSA hoặc ECDSA với SHA-256."


def _algorithms(info: dict[str, Any]) -> list[str]:
    key = info.get("key")
    known = key.get("algo") if isinstance(key, dict) else None
    known = known if isinstance(known, list) else []
    return [one for one in (RSA_SHA256, RSA, ECDSA_SHA256) if one in known]


def _algorithm(info: dict[str, Any]) -> str:
    return _algorithms(info)[0]

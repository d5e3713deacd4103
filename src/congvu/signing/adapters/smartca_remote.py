"""VNPT SmartCA (SP769): certificates, a hash to sign, its status. Written from a peer's code.

Refused by the holder and still waiting look alike: `signatures` stays null until the request is
too old. The client's secret travels in every body, as the service wants it. Not tried against the
real service: see docs/runbook/signing-keys.md.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from asn1crypto import pem

from congvu.signing.adapters.provider_http import (
    UNREADABLE,
    binary,
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

BASE = "/sca/sp769/v1"
MANY = 100  # hashes of one request go in a list; no limit of it is known
ENDED = ("revoked", "expired", "suspended", "thu hồi", "hết hạn", "tạm dừng")


class SmartCaRemote:
    """The RemoteSigner of VNPT SmartCA. A credential is the serial number of its certificate."""

    def certificates(self, provider: Provider, user: str) -> list[RemoteCertificate]:
        """The certificates of a user."""
        body = _who(provider, user) | {"serial_number": "", "transaction_id": ""}
        found = _good(post(provider, f"{BASE}/credentials/get_certificate", body))
        return [_certificate(one) for one in listed(found, "user_certificates")]

    def start(self, provider: Provider, ask: RemoteAsk) -> RemoteAnswer:
        """Ask for the signatures; the holder's phone rings once."""
        files = [
            {
                "data_to_be_signed": written_hash(provider, one.digest),
                "doc_id": one.document_id,
                "file_type": "pdf",
                "sign_type": "hash",
            }
            for one in ask.hashes
        ]
        body = _who(provider, ask.user) | {
            "serial_number": ask.credential,
            "transaction_id": ask.request_id,
            "transaction_desc": ask.title,
            "sign_files": files,
        }
        found = _good(post(provider, f"{BASE}/signatures/sign", body))
        return RemoteAnswer(RemoteState.WAITING, transaction=text(found, "transaction_id"))

    def poll(self, provider: Provider, ask: RemoteAsk, transaction: str) -> RemoteAnswer:
        """POST with an empty body; null signatures: waiting, or refused, nobody can tell."""
        path = f"{BASE}/signatures/sign/{quote(transaction, safe='')}/status"
        found = _good(post(provider, path, {}))
        if found.get("signatures") is None:
            return RemoteAnswer(RemoteState.WAITING, transaction=transaction)
        return RemoteAnswer(
            RemoteState.SIGNED, transaction, _by_document(ask, listed(found, "signatures"))
        )

    def send_otp(self, provider: Provider, ask: RemoteAsk) -> None:
        """This service asks its holder itself and has no codes to be typed here."""
        raise RemoteTrouble("Dịch vụ này không dùng mã OTP nhập tại đây.")


def _by_document(ask: RemoteAsk, given: list[Any]) -> dict[str, bytes]:
    """The signatures by our names; a name given twice, or none of ours, is not understood."""
    wanted = {one.document_id for one in ask.hashes}
    ours = [one for one in given if isinstance(one, dict) and one.get("doc_id") in wanted]
    found = {one["doc_id"]: binary(one.get("signature_value")) for one in ours}
    if not found or len(found) != len(ours):
        raise RemoteTrouble(UNREADABLE)
    return found


def _who(provider: Provider, user: str) -> dict[str, str]:
    return {"sp_id": provider.client_id, "sp_password": provider.secret, "user_id": user}


def _good(answer: dict[str, Any]) -> dict[str, Any]:
    """The data of an answer whose status code says that all is well."""
    code = answer.get("status_code")
    if code not in (0, 200, "0", "200"):
        raise RemoteTrouble(f"SmartCA không nhận yêu cầu (mã {str(code)[:20]}).")
    data = answer.get("data")
    if not isinstance(data, dict):
        raise RemoteTrouble(UNREADABLE)
    return data


def _certificate(one: Any) -> RemoteCertificate:
    if not isinstance(one, dict):
        raise RemoteTrouble(UNREADABLE)
    written = text(one, "cert_data").encode()
    der = pem.unarmor(written)[2] if pem.detect(written) else binary(written.decode())
    status = str(one.get("cert_status", "")).lower()
    ended = any(word in status for word in ENDED)
    return RemoteCertificate(
        credential=text(one, "serial_number"),
        chain=(der,),
        why_not="Dịch vụ báo chứng thư số này không còn hiệu lực." if ended else "",
        at_once=MANY,
    )

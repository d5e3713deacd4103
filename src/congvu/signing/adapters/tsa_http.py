"""A time-stamping authority over HTTP (RFC 3161 with the transport of its section 3.4).

Its answer comes from outside: it is read and believed in the sandbox (stamp_answer), never here.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime

from asn1crypto import algos, tsp
from django.conf import settings

from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.signing.adapters.kept_connection import Call, KeptConnection, Unanswered
from congvu.signing.ports import TimeStamp, TimeStampUnavailable

MOST_BYTES = 1 << 16
_READER = "congvu.signing.adapters.stamp_answer:token"
_LIMITS = Limits(cpu_seconds=3, wall_seconds=6.0, memory_bytes=512 << 20, answer_bytes=1 << 18)


class HttpStamper:
    """The TimeStamper of a service; `user` and `password` (HTTP Basic) where it asks for them."""

    goes_out = True

    def __init__(self, address: str, *, user: str = "", password: str = "") -> None:
        self.connection = KeptConnection(address)
        pair = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.authorization = f"Basic {pair}" if user else ""

    def stamp(self, digest: bytes, at: datetime) -> TimeStamp:
        """A checked token over a SHA-256 digest; TimeStampUnavailable says what is wrong."""
        nonce = secrets.randbits(63)
        question = _question(digest, nonce)
        call = Call(
            "POST",
            self.connection.path,
            question,
            "application/timestamp-query",
            "application/timestamp-reply",
            MOST_BYTES,
            self.authorization,
        )
        try:
            answer = self.connection.ask(call)
        except Unanswered as fault:
            raise TimeStampUnavailable(f"Máy chủ cấp dấu thời gian: {fault}.") from fault
        return _believed(answer, digest, nonce, at)


def installed_stamper() -> HttpStamper:
    """The service of the settings (`CONGVU_TSA_URL`)."""
    return HttpStamper(settings.TSA_URL, user=settings.TSA_USER, password=settings.TSA_PASSWORD)


def _question(digest: bytes, nonce: int) -> bytes:
    imprint = tsp.MessageImprint(
        {
            "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "hashed_message": digest,
        }
    )
    asked = {"version": 1, "message_imprint": imprint, "nonce": nonce, "cert_req": True}
    return bytes(tsp.TimeStampReq(asked).dump())


def _believed(answer: bytes, digest: bytes, nonce: int, at: datetime) -> TimeStamp:
    asked = {
        "digest": base64.b64encode(digest).decode(),
        "nonce": str(nonce),
        "at": at.isoformat(),
    }
    try:
        found = run_limited(_READER, answer, options=asked, limits=_LIMITS)
    except SandboxFailure as failure:
        raise TimeStampUnavailable("Máy chủ cấp dấu thời gian trả lời sai định dạng.") from failure
    if found.get("refused"):
        raise TimeStampUnavailable(f"Máy chủ cấp dấu thời gian từ chối ({found['refused']}).")
    if found.get("fault"):
        raise TimeStampUnavailable(f"Dấu thời gian nhận được không dùng được: {found['fault']}.")
    chain = tuple(base64.b64decode(one) for one in found["chain"])
    return TimeStamp(base64.b64decode(found["token"]), chain)

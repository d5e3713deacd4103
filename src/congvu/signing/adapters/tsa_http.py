"""A time-stamping authority over HTTP (RFC 3161 with the transport of its section 3.4).

The answer is believed only when it answers this very question (digest, nonce), is signed by the
certificate it carries, that certificate may time-stamp and holds now, and the time agrees with
ours: a token that a reader would later reject is worth less than a refusal today.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from asn1crypto import algos, cms, core, tsp, x509
from django.conf import settings
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from congvu.signing.adapters.kept_connection import Call, KeptConnection, Unanswered
from congvu.signing.ports import TimeStamp, TimeStampUnavailable

TOLERANCE = timedelta(minutes=5)
MOST_BYTES = 1 << 16
_BROKEN = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    IndexError,
    RecursionError,
    NotImplementedError,
)


class _Answer(core.Sequence):
    """TimeStampResp; a refusal carries no token (asn1crypto's own insists on one)."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class HttpStamper:
    """The TimeStamper of a service; `user` and `password` (HTTP Basic) where it asks for them."""

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
    try:
        response = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in {"granted", "granted_with_mods"}:
            raise TimeStampUnavailable(f"Máy chủ cấp dấu thời gian từ chối ({status}).")
        token = response["time_stamp_token"]
        fault = _fault(token, digest, nonce, at)
        found = TimeStamp(bytes(token.dump()), () if fault else _chain(token["content"]))
    except _BROKEN as error:
        raise TimeStampUnavailable("Máy chủ cấp dấu thời gian trả lời sai định dạng.") from error
    if fault:
        raise TimeStampUnavailable(f"Dấu thời gian nhận được không dùng được: {fault}.")
    return found


def _fault(token: cms.ContentInfo, digest: bytes, nonce: int, at: datetime) -> str:
    """What is wrong with the token; empty when nothing."""
    signed = token["content"]
    said = signed["encap_content_info"]["content"].parsed
    certificate = _signer(signed)
    imprint = said["message_imprint"]
    checks: tuple[tuple[Callable[[], bool], str], ...] = (
        (
            lambda: (
                imprint["hash_algorithm"]["algorithm"].native == "sha256"
                and imprint["hashed_message"].native == digest
            ),
            "không đúng tệp đã gửi",
        ),
        (lambda: said["nonce"].native == nonce, "không trả lời đúng câu hỏi đã gửi"),
        (lambda: abs(said["gen_time"].native - at) <= TOLERANCE, "lệch giờ quá 5 phút"),
        (lambda: certificate is not None, "thiếu chứng thư số của nơi cấp"),
        (lambda: _may_stamp(certificate, at), "chứng thư số của nơi cấp không dùng được"),
        (lambda: _is_whole(signed, certificate), "chữ ký không đúng"),
    )
    return next((words for holds, words in checks if not holds()), "")


def _signer(signed: cms.SignedData) -> x509.Certificate | None:
    (line,) = signed["signer_infos"]
    wanted = line["sid"].chosen
    for one in signed["certificates"]:
        found = one.chosen
        if line["sid"].name == "subject_key_identifier":
            if found.key_identifier == wanted.native:
                return found
        elif found.issuer == wanted["issuer"] and (
            found.serial_number == wanted["serial_number"].native
        ):
            return found
    return None


def _chain(signed: cms.SignedData) -> tuple[bytes, ...]:
    """The certificates of the token from its signer upwards."""
    there = [one.chosen for one in signed["certificates"]]
    signer = _signer(signed)
    chain = [signer] if signer is not None else []
    while chain and len(chain) <= len(there):
        above = [one for one in there if one.subject == chain[-1].issuer and one not in chain]
        if not above:
            break
        chain.append(above[0])
    return tuple(bytes(one.dump()) for one in chain)


def _may_stamp(certificate: x509.Certificate, at: datetime) -> bool:
    purposes = certificate.extended_key_usage_value
    return bool(
        purposes is not None
        and purposes.native == ["time_stamping"]
        and certificate.not_valid_before <= at.astimezone(UTC) < certificate.not_valid_after
    )


def _is_whole(signed: cms.SignedData, certificate: x509.Certificate) -> bool:
    content = signed["encap_content_info"]["content"]
    line = signed["signer_infos"][0]
    algorithm = line["digest_algorithm"]["algorithm"].native
    digest = hashlib.new(algorithm, bytes(content)).digest()
    intact, valid = validate_sig_integrity(line, certificate, "tst_info", digest)
    return bool(intact and valid)

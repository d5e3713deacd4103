"""Reads the answer of a time-stamping authority, inside the sandbox.

An answer is believed only when it answers this very question (digest, nonce), is signed by the
certificate it carries, that certificate may time-stamp and holds now, and the time agrees with
ours: a token that a reader would later reject is worth less than a refusal today.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, BinaryIO

from asn1crypto import cms, core, tsp, x509
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

TOLERANCE = timedelta(minutes=5)


class AnswerForm(core.Sequence):
    """TimeStampResp; a refusal carries no token (asn1crypto's own insists on one)."""

    _fields = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


@dataclass(frozen=True)
class _Question:
    digest: bytes
    nonce: int
    at: datetime


def token(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """{"token", "chain"} in Base64 DER, or {"refused": status}, or {"fault": words}.

    options: `digest` in Base64, `nonce` in decimal digits, `at` in ISO 8601. What is no answer at
    all raises whatever it breaks.
    """
    response = AnswerForm.load(file.read(), strict=True)
    status = response["status"]["status"].native
    if status not in {"granted", "granted_with_mods"}:
        return {"refused": str(status)}
    question = _Question(
        base64.b64decode(options["digest"]),
        int(options["nonce"]),
        datetime.fromisoformat(options["at"]),
    )
    found = response["time_stamp_token"]
    fault = _fault(found, question)
    if fault:
        return {"fault": fault}
    return {
        "token": base64.b64encode(found.dump()).decode(),
        "chain": [base64.b64encode(one).decode() for one in _chain(found["content"])],
    }


def _fault(token: cms.ContentInfo, question: _Question) -> str:
    """What is wrong with the token; empty when nothing."""
    signed = token["content"]
    said = signed["encap_content_info"]["content"].parsed
    certificate = _signer(signed)
    imprint = said["message_imprint"]
    checks: tuple[tuple[Callable[[], bool], str], ...] = (
        (
            lambda: (
                imprint["hash_algorithm"]["algorithm"].native == "sha256"
                and imprint["hashed_message"].native == question.digest
            ),
            "không đúng tệp đã gửi",
        ),
        (lambda: said["nonce"].native == question.nonce, "không trả lời đúng câu hỏi đã gửi"),
        (lambda: abs(said["gen_time"].native - question.at) <= TOLERANCE, "lệch giờ quá 5 phút"),
        (lambda: certificate is not None, "thiếu chứng thư số của nơi cấp"),
        (lambda: _may_stamp(certificate, question.at), "chứng thư số của nơi cấp không dùng được"),
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

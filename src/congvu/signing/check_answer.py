"""Look at what a remote service sent before anything of it touches a document."""

from __future__ import annotations

import base64
from typing import Any

from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.rules.clauses import clause
from congvu.signing.adapters.answer_check import NOT_A_SIGNATURE
from congvu.signing.finish_signature import Answer, prepared_of
from congvu.signing.models import WaitingSignature

_READER = "congvu.signing.adapters.answer_check"
LARGEST_PEM = 65_536
_LIMITS = Limits(cpu_seconds=5, wall_seconds=10.0)


class BadAnswer(Exception):
    """The answer is no signature for this request; `said` is told to the signer."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@clause("QC.10.3")
def checked_answer(waiting: WaitingSignature, wants: str, signature: bytes) -> Answer:
    """The answer as `finish_signature` takes it; BadAnswer for what is not by the signer's key
    over this very document. `wants`: what the service was set to answer with, raw or cms."""
    options = {
        "certificate": waiting.certificate.chain[0],
        "attributes": base64.b64encode(prepared_of(waiting).attributes).decode(),
        "wants": wants,
    }
    try:
        found = run_limited(f"{_READER}:answer", signature, options=options, limits=_LIMITS)
    except SandboxFailure as failure:
        raise BadAnswer(NOT_A_SIGNATURE) from failure
    if found.get("why"):
        raise BadAnswer(found["why"])
    gap = prepared_of(waiting)
    if len(found.get("cms", "")) * 3 // 4 > (gap.gap_to - gap.gap_from) // 2 - 2:
        raise BadAnswer("Gói CMS mà dịch vụ trả về lớn hơn chỗ dành cho chữ ký.")
    return Answer(
        raw=base64.b64decode(found.get("raw", "")), cms=base64.b64decode(found.get("cms", ""))
    )


def pem_certificates(text: str) -> list[str] | None:
    """Base64 DER of the certificates in a PEM text; None when it is not that."""
    if not text.strip():
        return []
    if len(text) > LARGEST_PEM:
        return None
    try:
        found: list[str] = run_limited(f"{_READER}:pem", text.encode(), limits=_LIMITS)
    except SandboxFailure:
        return None
    return found


def certificate_facts(der: bytes) -> dict[str, Any]:
    """What stands in a certificate from outside (adapters.answer_check.certificate)."""
    try:
        facts: dict[str, Any] = run_limited(f"{_READER}:certificate", der, limits=_LIMITS)
    except SandboxFailure:
        return {"fault": True}
    return facts

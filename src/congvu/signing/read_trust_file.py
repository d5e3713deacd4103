"""Read a certificate or a revocation list that somebody uploads: in the sandbox, within limits."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.rules.clauses import clause

MOST_CERTIFICATE_BYTES = 64 * 1024
MOST_LIST_BYTES = 8 * 1024 * 1024
LIMITS = Limits(cpu_seconds=10, wall_seconds=20.0, memory_bytes=512 << 20)
_HERE = "congvu.signing.adapters.trust_files"


@dataclass(frozen=True)
class CertificateFacts:
    """What a certificate says of itself. `issuer_place`: which of the given issuers signed it."""

    name: str
    issuer: str
    serial: str
    fingerprint: str
    pem: str
    valid_from: datetime
    valid_to: datetime
    is_authority: bool
    is_root: bool
    is_weak: bool
    key: str
    issuer_place: int | None


@dataclass(frozen=True)
class ListFacts:
    """What a revocation list says. `issuer_place`: whose key signed it."""

    issuer: str
    issued_at: datetime
    next_at: datetime
    number: str
    revoked: int
    der: bytes
    issuer_place: int


@clause("ND130.79")
def read_certificate(content: bytes, issuers: Sequence[str] = ()) -> CertificateFacts:
    """The facts of one uploaded certificate (DER or PEM). `issuers` are PEM."""
    refuse_unless(content, "signing.E121")
    refuse_if(
        len(content) > MOST_CERTIFICATE_BYTES, "signing.E122", limit=MOST_CERTIFICATE_BYTES // 1024
    )
    found = _read("certificate", content, issuers)
    refuse_if(found.pop("fault"), "signing.E121")
    for name in ("valid_from", "valid_to"):
        found[name] = datetime.fromisoformat(found[name])
    return CertificateFacts(**found)


@clause("ND130.79", "S.54")
def read_list(content: bytes, issuers: Sequence[str]) -> ListFacts:
    """The facts of an uploaded revocation list that one of the issuers (PEM) has signed."""
    refuse_unless(content, "signing.E133")
    refuse_if(len(content) > MOST_LIST_BYTES, "signing.E122", limit=MOST_LIST_BYTES // 1024)
    found = _read("revocation_list", content, issuers)
    refuse_if(found.pop("fault"), "signing.E133")
    refuse_if(found.pop("is_partial") or found["next_at"] is None, "signing.E136")
    refuse_if(found["issuer_place"] is None, "signing.E134", issuer=found["issuer"])
    for name in ("issued_at", "next_at"):
        found[name] = datetime.fromisoformat(found[name])
    return ListFacts(**{**found, "der": base64.b64decode(found["der"])})


def _read(what: str, content: bytes, issuers: Sequence[str]) -> dict[str, Any]:
    given = {"issuers": [_base64_der(pem) for pem in issuers]}
    try:
        found: dict[str, Any] = run_limited(
            f"{_HERE}:{what}", content, options=given, limits=LIMITS
        )
    except SandboxFailure:
        return {"fault": "unreadable"}
    return found


def _base64_der(pem: str) -> str:
    """Of our own rows, which were read in the sandbox before they were kept."""
    kept = x509.load_pem_x509_certificate(pem.encode())
    return base64.b64encode(kept.public_bytes(Encoding.DER)).decode()

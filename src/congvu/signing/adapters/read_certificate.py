"""Reads one certificate file (DER or PEM); runs in the sandbox, knows no database.

A file that carries a private key is never taken: it is told apart before anything is parsed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, BinaryIO

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

MOST_BYTES = 64 << 10
LONGEST_CHAIN = 5


def facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """{"fault": word} or everything the register keeps of the certificate, chain first to last."""
    content = file.read(MOST_BYTES + 1)
    if not content or len(content) > MOST_BYTES:
        return {"fault": "size"}
    if b"PRIVATE KEY" in content:
        return {"fault": "private_key"}
    try:
        chain = _certificates(content)
    except (ValueError, TypeError):
        return {"fault": "unreadable"}
    if not 0 < len(chain) <= LONGEST_CHAIN:
        return {"fault": "unreadable"}
    return {"fault": "", **_facts_of(chain)}


def _certificates(content: bytes) -> list[x509.Certificate]:
    if b"-----BEGIN CERTIFICATE-----" in content:
        return list(x509.load_pem_x509_certificates(content))
    return [x509.load_der_x509_certificate(content)]


def _facts_of(chain: list[x509.Certificate]) -> dict[str, Any]:
    own = chain[0]
    return {
        "subject": own.subject.rfc4514_string()[:400],
        "issuer": own.issuer.rfc4514_string()[:400],
        "issuer_name": _common_name(own.issuer)[:200],
        "serial": f"{own.serial_number:x}",
        "fingerprint": own.fingerprint(hashes.SHA256()).hex(),
        "valid_from": own.not_valid_before_utc.isoformat(),
        "valid_to": own.not_valid_after_utc.isoformat(),
        "signs": _may_sign(own),
        "chain": [base64.b64encode(one.public_bytes(Encoding.DER)).decode() for one in chain],
    }


def _common_name(name: x509.Name) -> str:
    for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME):
        found = name.get_attributes_for_oid(kind)
        if found:
            return str(found[0].value)
    return ""


def _may_sign(certificate: x509.Certificate) -> bool:
    """Whether it is for signatures, and not an authority's own."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
        if basic.ca:
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(usage.digital_signature or usage.content_commitment)

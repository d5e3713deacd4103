"""Reads certificates and revocation lists that an administrator uploads; runs in the sandbox.

States facts only: what may be trusted is decided by verbs and by two administrators.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, BinaryIO

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

_BROKEN = (ValueError, TypeError, x509.InvalidVersion)


def certificate(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of one certificate (DER or PEM), or {"fault": code}.

    `options`: "issuers", base64 DER: `issuer_place` says which of them signed it (None: none).
    """
    content = file.read()
    try:
        if b"-----BEGIN" in content:
            found = x509.load_pem_x509_certificates(content)
        else:
            found = [x509.load_der_x509_certificate(content)]
        if len(found) != 1:
            return {"fault": "many"}
        return _certificate_facts(found[0], options.get("issuers", ()))
    except _BROKEN:
        return {"fault": "unreadable"}


def _certificate_facts(one: x509.Certificate, issuers: Any) -> dict[str, Any]:
    usage = _extension(one, x509.KeyUsage)
    constraints = _extension(one, x509.BasicConstraints)
    return {
        "fault": "",
        "name": one.subject.rfc4514_string()[:400],
        "issuer": one.issuer.rfc4514_string()[:400],
        "serial": f"{one.serial_number:x}",
        "fingerprint": one.fingerprint(hashes.SHA256()).hex(),
        "pem": one.public_bytes(Encoding.PEM).decode(),
        "valid_from": one.not_valid_before_utc.isoformat(),
        "valid_to": one.not_valid_after_utc.isoformat(),
        "is_authority": bool(constraints and constraints.ca)
        and (usage is None or usage.key_cert_sign),
        "is_root": _is_signed_by(one, one),
        "key": _key_words(one),
        "is_weak": _is_weak(one),
        "issuer_place": next(
            (place for place, above in enumerate(_loaded(issuers)) if _is_signed_by(one, above)),
            None,
        ),
    }


def revocation_list(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """The facts of a revocation list (DER or PEM), or {"fault": code}.

    `options`: "issuers", base64 DER: `issuer_place` says whose key signed it (None: nobody's).
    """
    content = file.read()
    try:
        pem = b"-----BEGIN" in content
        found = x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
        return _list_facts(found, options["issuers"])
    except _BROKEN:
        return {"fault": "unreadable"}


def _list_facts(found: x509.CertificateRevocationList, issuers: Any) -> dict[str, Any]:
    number = _extension(found, x509.CRLNumber)
    scope = _extension(found, x509.IssuingDistributionPoint)
    until = found.next_update_utc
    return {
        "fault": "",
        "issuer": found.issuer.rfc4514_string()[:400],
        "issued_at": found.last_update_utc.isoformat(),
        "next_at": until.isoformat() if until else None,
        "number": str(number.crl_number) if number else "",
        "revoked": len(found),
        "is_partial": _extension(found, x509.DeltaCRLIndicator) is not None
        or bool(scope and (scope.indirect_crl or scope.only_some_reasons)),
        "der": base64.b64encode(found.public_bytes(Encoding.DER)).decode(),
        "issuer_place": next(
            (place for place, one in enumerate(_loaded(issuers)) if _may_sign_list(one, found)),
            None,
        ),
    }


def _loaded(issuers: Any) -> list[x509.Certificate]:
    return [x509.load_der_x509_certificate(base64.b64decode(text)) for text in issuers]


def _is_signed_by(one: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        one.verify_directly_issued_by(above)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _may_sign_list(one: x509.Certificate, found: x509.CertificateRevocationList) -> bool:
    usage = _extension(one, x509.KeyUsage)
    if one.subject != found.issuer or (usage is not None and not usage.crl_sign):
        return False
    try:
        return found.is_signature_valid(one.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError, x509.UnsupportedGeneralNameType):
        return False


def _extension(one: Any, kind: Any) -> Any:
    try:
        return one.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _key_words(one: x509.Certificate) -> str:
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"EC {key.curve.name}"
    return type(key).__name__.removesuffix("PublicKey")


def _is_weak(one: x509.Certificate) -> bool:
    """A short key, or (below a root, whose own signature proves nothing) a broken hash."""
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048:
        return True
    digest = one.signature_hash_algorithm
    is_old = isinstance(digest, hashes.MD5 | hashes.SHA1)
    return is_old and one.subject != one.issuer

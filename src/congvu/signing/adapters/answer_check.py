"""Looks at what a remote service sent: certificates and answers, inside the sandbox.

An answer is a raw signature or a CMS. A raw one must be by the certificate's key over the hash of
our signed attributes; of a CMS, the signer must be that certificate and the signed digest that of
the document. What is neither is garbage, and says why.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, BinaryIO

from asn1crypto import cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature

_SHA256 = Prehashed(hashes.SHA256())
_ERRORS = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
NOT_A_SIGNATURE = "Dịch vụ trả về dữ liệu không phải là chữ ký của chứng thư số đã đăng ký."
OTHER_DOCUMENT = "Gói CMS mà dịch vụ trả về không phải là chữ ký trên văn bản này."
OTHER_SIGNER = "Gói CMS mà dịch vụ trả về là của chứng thư số khác."
WRONG_SETTING = (
    "Dịch vụ trả về loại chữ ký khác với loại đã khai báo (chữ ký rời hoặc gói CMS). "
    "Hãy báo quản trị hệ thống kiểm tra khai báo dịch vụ ký số."
)


def answer(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, str]:
    """What to put into the document: {"raw": …} or {"cms": …} in Base64, or {"why": …}.

    options: `certificate` (DER) and `attributes` (DER) in Base64, `wants` "raw" or "cms".
    """
    given = file.read()
    certificate = x509.load_der_x509_certificate(base64.b64decode(options["certificate"]))
    attributes = base64.b64decode(options["attributes"])
    signed = _cms(given)
    if options["wants"] == "cms":
        if signed is None:
            is_raw = _raw(certificate, given, hashlib.sha256(attributes).digest())
            return {"why": WRONG_SETTING if is_raw else NOT_A_SIGNATURE}
        why = _fault(signed, certificate, document_digest(attributes))
        return {"why": why} if why else {"cms": base64.b64encode(given).decode()}
    value = given if signed is None else _value(signed)
    raw = _raw(certificate, value, hashlib.sha256(attributes).digest())
    if raw:
        return {"raw": base64.b64encode(raw).decode()}
    return {"why": NOT_A_SIGNATURE if signed is None else WRONG_SETTING}


def document_digest(attributes: bytes) -> bytes:
    """The digest of the document's byte range, as our signed attributes carry it."""
    for one in cms.CMSAttributes.load(attributes):
        if one["type"].native == "message_digest":
            return bytes(one["values"][0].native)
    raise ValueError("no digest among the attributes")


def certificate(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in a certificate; {"fault": True} for what is none."""
    try:
        read = x509.load_der_x509_certificate(file.read())
        key = read.public_key()
        names = read.subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
        return {
            "name": str(names[0].value) if names else "",
            "subject": read.subject.rfc4514_string()[:400],
            "issuer": read.issuer.rfc4514_string()[:400],
            "serial": f"{read.serial_number:x}",
            "fingerprint": read.fingerprint(hashes.SHA256()).hex(),
            "valid_from": read.not_valid_before_utc.isoformat(),
            "valid_to": read.not_valid_after_utc.isoformat(),
            "signs": isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey)
            and _may_sign(read),
        }
    except _ERRORS:
        return {"fault": True}


def pem(file: BinaryIO, options: Mapping[str, Any]) -> list[str]:
    """Base64 DER of every certificate of a PEM text."""
    encoding = serialization.Encoding.DER
    found = x509.load_pem_x509_certificates(file.read())
    return [base64.b64encode(one.public_bytes(encoding)).decode() for one in found]


def _may_sign(read: x509.Certificate) -> bool:
    """A signer's certificate: for signatures, and not that of an authority."""
    try:
        if read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        usage = read.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return usage.digital_signature or usage.content_commitment


def _cms(given: bytes) -> Any:
    """The signed data of a CMS with one signer; None for anything else."""
    try:
        found = cms.ContentInfo.load(given, strict=True)
        if found["content_type"].native != "signed_data":
            return None
        data = found["content"]
        return data if len(data["signer_infos"]) == 1 else None
    except _ERRORS:
        return None


def _value(signed: Any) -> bytes:
    return bytes(signed["signer_infos"][0]["signature"].native)


def _fault(signed: Any, certificate: x509.Certificate, digest: bytes) -> str:
    """Why this CMS is not a signature by the certificate over the document; empty: it is."""
    try:
        signer = signed["signer_infos"][0]
        der = certificate.public_bytes(serialization.Encoding.DER)
        enclosed = [one.chosen.dump() for one in signed["certificates"] or ()]
        if der not in enclosed or not _is_by(signer, certificate):
            return OTHER_SIGNER
        if signer["digest_algorithm"]["algorithm"].native != "sha256":
            return NOT_A_SIGNATURE
        attributes = signer["signed_attrs"]
        if not len(attributes):
            return "" if _raw(certificate, _value(signed), digest) else OTHER_DOCUMENT
        written = attributes.untag().dump()
        if document_digest(written) != digest:
            return OTHER_DOCUMENT
        over = hashlib.sha256(written).digest()
        return "" if _raw(certificate, _value(signed), over) else NOT_A_SIGNATURE
    except _ERRORS:
        return NOT_A_SIGNATURE


def _is_by(signer: Any, certificate: x509.Certificate) -> bool:
    sid = signer["sid"]
    if sid.name != "issuer_and_serial_number":
        return True  # by key identifier: the signature itself says whose it is
    return bool(
        sid.chosen["serial_number"].native == certificate.serial_number
        and sid.chosen["issuer"].dump() == certificate.issuer.public_bytes()
    )


def _raw(certificate: x509.Certificate, signature: bytes, digest: bytes) -> bytes:
    """The signature in the form of a CMS if it is by this key over this digest, else nothing."""
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, digest, padding.PKCS1v15(), _SHA256)
            return signature
        if isinstance(key, ec.EllipticCurvePublicKey):
            return _ecdsa(key, signature, digest)
    except (InvalidSignature, *_ERRORS):
        pass
    return b""


def _ecdsa(key: ec.EllipticCurvePublicKey, signature: bytes, digest: bytes) -> bytes:
    """DER, or the two numbers side by side as hardware gives them."""
    half = (key.curve.key_size + 7) // 8
    if len(signature) == 2 * half:
        r, s = signature[:half], signature[half:]
        signature = encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    key.verify(signature, digest, ec.ECDSA(_SHA256))
    return signature

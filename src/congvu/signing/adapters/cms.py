"""The CMS of a PAdES signature, written straight in DER (ETSI EN 319 122-1, RFC 5652, RFC 5035).

Only two shapes are ever written: SHA-256, one signer, detached, with content type, message digest,
signing-certificate-v2 and algorithm protection signed and a time-stamp beside the signature; and
the time-stamp token of a demonstration (RFC 3161), which holds its own content. Writing them
directly costs about a tenth of a general ASN.1 library, and the parts that belong to the
certificate are made once.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from asn1crypto import x509

_NULL = b"\x05\x00"


def _tlv(tag: int, *parts: bytes) -> bytes:
    body = b"".join(parts)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + body


def _sequence(*parts: bytes) -> bytes:
    return _tlv(0x30, *parts)


def _set(*parts: bytes) -> bytes:
    return _tlv(0x31, *sorted(parts))


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    body = bytearray([first * 40 + second])
    for arc in rest:
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | (arc & 0x7F))
        body.extend(reversed(groups))
    return _tlv(0x06, bytes(body))


def _integer(value: int) -> bytes:
    return _tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


_DATA = _oid("1.2.840.113549.1.7.1")
_SIGNED_DATA = _oid("1.2.840.113549.1.7.2")
_CONTENT_TYPE = _oid("1.2.840.113549.1.9.3")
_MESSAGE_DIGEST = _oid("1.2.840.113549.1.9.4")
_SIGNING_CERTIFICATE_V2 = _oid("1.2.840.113549.1.9.16.2.47")
_TIME_STAMP_TOKEN = _oid("1.2.840.113549.1.9.16.2.14")
_TIME_STAMP_CONTENT = _oid("1.2.840.113549.1.9.16.1.4")
_ALGORITHM_PROTECTION = _oid("1.2.840.113549.1.9.52")
_SHA256 = _sequence(_oid("2.16.840.1.101.3.4.2.1"))
_RSA_WITH_SHA256 = _sequence(_oid("1.2.840.113549.1.1.11"), _NULL)
_ECDSA_WITH_SHA256 = _sequence(_oid("1.2.840.10045.4.3.2"))


@dataclass(frozen=True)
class _Signer:
    """The parts of the CMS that depend on the signer's certificate alone."""

    identity: bytes
    algorithm: bytes
    fixed_attributes: tuple[bytes, ...]


@lru_cache(maxsize=4096)
def _signer(certificate: bytes) -> _Signer:
    parsed = x509.Certificate.load(certificate)
    issuer = parsed.issuer.dump()
    serial = _integer(parsed.serial_number)
    algorithm = {"rsa": _RSA_WITH_SHA256, "ec": _ECDSA_WITH_SHA256}[parsed.public_key.algorithm]
    general_names = _sequence(_tlv(0xA4, issuer))
    certificate_id = _sequence(
        _tlv(0x04, hashlib.sha256(certificate).digest()), _sequence(general_names, serial)
    )
    protection = _sequence(_SHA256, _tlv(0xA1, algorithm[_header_size(algorithm) :]))
    return _Signer(
        identity=_sequence(issuer, serial),
        algorithm=algorithm,
        fixed_attributes=(
            _sequence(_SIGNING_CERTIFICATE_V2, _set(_sequence(_sequence(certificate_id)))),
            _sequence(_ALGORITHM_PROTECTION, _set(protection)),
        ),
    )


def _header_size(tlv: bytes) -> int:
    return 2 if tlv[1] < 0x80 else 2 + (tlv[1] & 0x7F)


def signed_attributes(certificate: bytes, content_digest: bytes) -> bytes:
    """DER of the attributes to sign, for a SHA-256 digest of the byte range (SET OF, tag 0x31)."""
    return _attributes(certificate, content_digest, _DATA)


def detached_cms(
    chain: tuple[bytes, ...],
    attributes: bytes,
    raw_signature: bytes,
    time_stamp: bytes | None = None,
) -> bytes:
    """The whole CMS (ContentInfo) around a raw signature over `attributes`.

    `time_stamp` is a token over the SHA-256 digest of `raw_signature`; it goes in unsigned.
    """
    beside = b""
    if time_stamp is not None:
        beside = _tlv(0xA1, _sequence(_TIME_STAMP_TOKEN, _set(time_stamp)))
    return _cms(1, _sequence(_DATA), chain, attributes, raw_signature, beside)


@dataclass(frozen=True)
class TimeStampContent:
    """What a time-stamp says (TSTInfo): this SHA-256 digest existed at this moment."""

    policy: str
    digest: bytes
    serial: int
    at: datetime
    nonce: int | None = None

    def der(self) -> bytes:
        """The TSTInfo; the moment in whole seconds, accurate to one."""
        return _sequence(
            _integer(1),
            _oid(self.policy),
            _sequence(_SHA256, _tlv(0x04, self.digest)),
            _integer(self.serial),
            _tlv(0x18, self.at.astimezone(UTC).strftime("%Y%m%d%H%M%SZ").encode()),
            _sequence(_integer(1)),
            _integer(self.nonce) if self.nonce is not None else b"",
        )


def time_stamp_attributes(certificate: bytes, content: bytes) -> bytes:
    """DER of the attributes that a time-stamping authority signs over its TSTInfo."""
    return _attributes(certificate, hashlib.sha256(content).digest(), _TIME_STAMP_CONTENT)


def time_stamp_token(
    chain: tuple[bytes, ...], content: bytes, attributes: bytes, raw_signature: bytes
) -> bytes:
    """The token: a CMS that holds the TSTInfo and the signature over it."""
    held = _sequence(_TIME_STAMP_CONTENT, _tlv(0xA0, _tlv(0x04, content)))
    return _cms(3, held, chain, attributes, raw_signature)


def _attributes(certificate: bytes, digest: bytes, content_type: bytes) -> bytes:
    return _set(
        _sequence(_CONTENT_TYPE, _set(content_type)),
        _sequence(_MESSAGE_DIGEST, _set(_tlv(0x04, digest))),
        *_signer(certificate).fixed_attributes,
    )


def _cms(
    version: int,
    content: bytes,
    chain: tuple[bytes, ...],
    attributes: bytes,
    raw_signature: bytes,
    beside: bytes = b"",
) -> bytes:
    signer = _signer(chain[0])
    signer_line = _sequence(
        _integer(1),
        signer.identity,
        _SHA256,
        b"\xa0" + attributes[1:],
        signer.algorithm,
        _tlv(0x04, raw_signature),
        beside,
    )
    signed_data = _sequence(
        _integer(version),
        _set(_SHA256),
        content,
        _tlv(0xA0, *sorted(chain)),
        _set(signer_line),
    )
    return _sequence(_SIGNED_DATA, _tlv(0xA0, signed_data))

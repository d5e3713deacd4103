"""Reads the signatures of any PDF and states facts; what they mean in law is said in judge.py.

`facts` runs inside the sandbox (kit.sandbox), knows no database and no settings, and never fetches
anything: trust anchors and revocation lists come with the question. It looks at each certificate
at two moments: when the signature claims to be made, and when this house first held the file.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from asn1crypto import x509
from pyhanko.pdf_utils.generic import PdfObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import async_validate_pdf_timestamp
from pyhanko.sign.validation.generic_cms import collect_timing_info, validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    DisallowedAlgorithmError,
    ExpiredError,
    InsufficientRevinfoError,
    NotYetValidError,
    PathBuildingError,
    PathValidationError,
    RevokedError,
)
from pyhanko_certvalidator.errors import ValidationError as CertificateError

from congvu.kit import sandbox
from congvu.signing.ports import UnreadablePdf

WEAK_DIGESTS = {"md2", "md5", "sha1"}
_LIMITS = sandbox.Limits(cpu_seconds=20, wall_seconds=40.0, memory_bytes=1 << 30)
_HERE = "congvu.signing.adapters.pyhanko_judge:facts"


class SandboxedJudge:
    """The SignatureJudge: the same for our own files and for anybody's."""

    def __init__(self, limits: sandbox.Limits = _LIMITS) -> None:
        self.limits = limits

    def judge(self, pdf: bytes | Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Facts per signature; UnreadablePdf with a code when there is no reading the file."""
        try:
            found = sandbox.run_limited(_HERE, pdf, options=options, limits=self.limits)
        except sandbox.SandboxFailure as failure:
            code = "damaged" if failure.code == "error" else "too_heavy"
            raise UnreadablePdf(code) from failure
        if found.get("fault"):
            raise UnreadablePdf(found["fault"])
        return found


@dataclass(frozen=True)
class _Question:
    anchors: list[x509.Certificate]
    lists: list[bytes]
    seen_at: datetime


def facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about the signatures in `file`.

    `options`: "anchors" and "lists" (base64 DER) and "seen_at" (ISO 8601). Answers
    {"fault": code} or {"signatures": [...]} in the order of signing.
    """
    question = _Question(
        [x509.Certificate.load(base64.b64decode(text)) for text in options["anchors"]],
        [base64.b64decode(text) for text in options["lists"]],
        datetime.fromisoformat(options["seen_at"]),
    )
    head = file.read(1024)
    file.seek(0)
    if b"%PDF-" not in head:
        return {"fault": "empty" if not head else "not_pdf"}
    try:
        return _read(file, question)
    except (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return {"fault": "damaged"}
    except RecursionError:
        return {"fault": "damaged"}


def _read(file: BinaryIO, question: _Question) -> dict[str, Any]:
    reader, is_strict = _open(file)
    # A file with only an owner's password opens with the empty one.
    if reader.encrypted and reader.decrypt("").status.name == "FAILED":
        return {"fault": "encrypted"}
    found = [_signature(reader, name, field, question) for name, field in _filled(reader)]
    found.sort(key=lambda one: one["revision"])
    return {"signatures": found, "is_strict": is_strict, "revisions": reader.xrefs.total_revisions}


def _open(file: BinaryIO) -> tuple[PdfFileReader, bool]:
    try:
        reader = PdfFileReader(file, strict=True)
        list(_filled(reader))
        return reader, not reader.xrefs.hybrid_xrefs_present
    except PdfError:
        file.seek(0)
    return PdfFileReader(file, strict=False), False


def _filled(reader: PdfFileReader) -> Iterator[tuple[str, PdfObject]]:
    for name, value, reference in enumerate_sig_fields(reader, filled_status=True):
        if value is not None:
            yield name, reference.get_object()


def _signature(reader: PdfFileReader, name: str, field: Any, question: _Question) -> dict[str, Any]:
    try:
        signature = EmbeddedPdfSignature(reader, field, name)
        if signature.sig_object_type == "/DocTimeStamp":
            return {**_blank(name, "timestamp"), **_timestamp(signature, question)}
        return {**_blank(name, "signature"), **_seal_facts(signature, question)}
    except (RecursionError, MemoryError):
        raise
    except Exception as fault:  # whatever a foreign CMS breaks, this signature cannot be believed
        return {**_blank(name, "signature"), "format_fault": type(fault).__name__}


def _blank(name: str, kind: str) -> dict[str, Any]:
    """The facts of a signature of which nothing could be read."""
    return {
        "field": name,
        "kind": kind,
        "revision": 1 << 30,
        "format_fault": "",
        "signer": "",
        "organisation": "",
        "issuer": "",
        "serial": "",
        "fingerprint": "",
        "certificate_from": None,
        "certificate_to": None,
        "claimed_at": None,
        "stamped_at": None,
        "digest_matches": False,
        "key_matches": False,
        "is_weak": False,
        "coverage": "UNCLEAR",
        "modification": "OTHER",
        "at_signing": "not_checked",
        "when_seen": "not_checked",
    }


def _seal_facts(signature: EmbeddedPdfSignature, question: _Question) -> dict[str, Any]:
    certificate = signature.signer_cert
    signature.compute_integrity_info()
    digest_matches, key_matches = validate_sig_integrity(
        signature.signer_info, certificate, "data", signature.compute_digest()
    )
    claimed_at = _aware(signature.self_reported_timestamp)
    stamped_at = asyncio.run(_stamped_at(signature, question))
    moment = stamped_at or claimed_at or question.seen_at
    return {
        **_certificate_facts(certificate),
        **_coverage_facts(signature),
        "claimed_at": _iso(claimed_at),
        "stamped_at": _iso(stamped_at),
        "digest_matches": bool(digest_matches),
        "key_matches": bool(key_matches),
        "is_weak": signature.md_algorithm in WEAK_DIGESTS,
        "at_signing": _standing(signature, certificate, moment, question),
        "when_seen": _standing(signature, certificate, question.seen_at, question),
    }


def _certificate_facts(certificate: x509.Certificate) -> dict[str, Any]:
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return {
        "signer": _text(subject.get("common_name") or subject.get("organization_name")),
        "organisation": _text(subject.get("organization_name")),
        "issuer": _text(issuer.get("common_name") or issuer.get("organization_name")),
        "serial": f"{certificate.serial_number:x}",
        "fingerprint": certificate.sha256.hex(),
        "certificate_from": _iso(certificate.not_valid_before),
        "certificate_to": _iso(certificate.not_valid_after),
    }


def _coverage_facts(signature: EmbeddedPdfSignature) -> dict[str, Any]:
    result = signature.diff_result
    level = result.modification_level.name if isinstance(result, DiffResult) else "OTHER"
    coverage = signature.coverage or SignatureCoverageLevel.UNCLEAR
    return {
        "revision": signature.signed_revision,
        "coverage": coverage.name,
        "modification": level,
    }


async def _stamped_at(signature: EmbeddedPdfSignature, question: _Question) -> datetime | None:
    """The moment of a signature time-stamp that is intact and trusted; None without one."""
    try:
        timing = await collect_timing_info(
            signature.signer_info, _context(question, question.seen_at), signature.compute_digest
        )
    except Exception:  # a broken token proves nothing, the signature itself is judged elsewhere
        return None
    token = timing.get("timestamp_validity")
    if token is None or not (token.valid and token.intact and token.trusted):
        return None
    return _aware(token.timestamp)


def _timestamp(signature: EmbeddedPdfSignature, question: _Question) -> dict[str, Any]:
    context = _context(question, question.seen_at)
    status = asyncio.run(async_validate_pdf_timestamp(signature, context))
    return {
        **_certificate_facts(signature.signer_cert),
        **_coverage_facts(signature),
        "stamped_at": _iso(_aware(status.timestamp)),
        "digest_matches": bool(status.intact),
        "key_matches": bool(status.valid),
        "at_signing": "good" if status.trusted else "no_chain",
        "when_seen": "good" if status.trusted else "no_chain",
    }


def _context(question: _Question, moment: datetime) -> ValidationContext:
    return ValidationContext(
        trust_roots=question.anchors,
        crls=question.lists,
        moment=moment,
        allow_fetching=False,
        revocation_mode="require",
        retroactive_revinfo=True,
    )


_STANDINGS: tuple[tuple[type[Exception], str], ...] = (
    (PathBuildingError, "no_chain"),
    (RevokedError, "revoked"),
    (ExpiredError, "expired"),
    (NotYetValidError, "not_yet"),
    (InsufficientRevinfoError, "no_list"),
    (DisallowedAlgorithmError, "weak"),
    (PathValidationError, "bad_chain"),
    (CertificateError, "bad_chain"),
)


def _standing(
    signature: EmbeddedPdfSignature,
    certificate: x509.Certificate,
    moment: datetime,
    question: _Question,
) -> str:
    """How the certificate stood at `moment`: "good" or the word for what is wrong."""
    usage = certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        return "usage"
    validator = CertificateValidator(
        certificate,
        intermediate_certs=signature.other_embedded_certs,
        validation_context=_context(question, moment),
    )
    try:
        asyncio.run(validator.async_validate_path())
    except (PathBuildingError, CertificateError) as fault:
        return next(word for kind, word in _STANDINGS if isinstance(fault, kind))
    return "good"


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None

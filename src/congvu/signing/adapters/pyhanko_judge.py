"""Reads the signatures of any PDF and states facts; what they mean in law is said in judge.py.

`facts` runs inside the sandbox (kit.sandbox), knows no database and no settings, and never fetches
anything: trust anchors and revocation lists come with the question, and what the file itself brings
(its security store) is heard where ours do not reach. Each certificate is looked at two moments:
when the signature was made, as far as a time-stamp proves it, and when this house first held the
file.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import cryptography.hazmat.backends.openssl  # noqa: F401 - else each child would load these anew
import pyhanko.pdf_utils.filters  # noqa: F401
from asn1crypto import crl, ocsp, x509
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.generic import ArrayObject, DictionaryObject, PdfObject, StreamObject
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from congvu.kit import sandbox
from congvu.signing.adapters.quicker import read_quicker
from congvu.signing.adapters.standing import Grounds, signer_standing
from congvu.signing.adapters.time_proofs import Proof, proofs_of, token_beside, token_of_file
from congvu.signing.adapters.warm_up import sample
from congvu.signing.ports import UnreadablePdf

_READ_ONLY = 1  # field flag
_DEEPEST = 60
_DAMAGED = (PdfError, ValueError, KeyError, TypeError, AttributeError, IndexError)
WEAK_DIGESTS = {"md2", "md5", "sha1"}
_LIMITS = sandbox.Limits(cpu_seconds=20, wall_seconds=40.0, memory_bytes=1 << 30)
_HERE = "congvu.signing.adapters.pyhanko_judge:facts"
read_quicker()


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
    """What the judgement rests on: signatures and time-stamps have anchors of their own."""

    signers: Grounds
    stampers: Grounds
    brought: Grounds  # by the file itself
    seen_at: datetime


def facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """Everything about the signatures in `file`.

    `options`: "anchors", "stamp_anchors", "issuers" (authorities below them, which a signature may
    have left out) and "lists" (base64 DER), and "seen_at" (ISO 8601).
    Answers {"fault": code} or {"signatures": [...]} in the order of signing.
    """
    lists = [crl.CertificateList.load(base64.b64decode(text)) for text in options["lists"]]
    issuers = _certificates(options.get("issuers", []))
    question = _Question(
        Grounds(_certificates(options["anchors"]), lists, certificates=issuers),
        Grounds(_certificates(options["stamp_anchors"]), lists, certificates=issuers),
        Grounds(()),
        datetime.fromisoformat(options["seen_at"]),
    )
    head = file.read(1024)
    file.seek(0)
    if b"%PDF-" not in head:
        return {"fault": "empty" if not head else "not_pdf"}
    try:
        return _read(file, question)
    except _DAMAGED:
        return {"fault": "damaged"}
    except RecursionError:
        return {"fault": "damaged"}


def warm_up() -> None:
    """What the nursery of the sandbox does before its first child reads somebody's file."""
    pdf, question = sample()
    facts(io.BytesIO(pdf), question)


def _certificates(texts: list[str]) -> list[x509.Certificate]:
    return [x509.Certificate.load(base64.b64decode(text)) for text in texts]


def _read(file: BinaryIO, question: _Question) -> dict[str, Any]:
    reader, is_strict = _open(file)
    # A file with only an owner's password opens with the empty one.
    if reader.encrypted and reader.decrypt("").status.name == "FAILED":
        return {"fault": "encrypted"}
    question = _Question(question.signers, question.stampers, _brought(reader), question.seen_at)
    signatures = [_Signature(reader, name, field) for name, field in _filled(reader)]
    signatures.sort(key=lambda one: one.revision)
    proofs = proofs_of(
        [(one.revision, one.embedded) for one in signatures if one.is_stamp and one.embedded],
        question.stampers,
        question.brought,
        question.seen_at,
    )
    return {
        "signatures": [_facts(one, proofs, question) for one in signatures],
        "is_strict": is_strict,
        "revisions": reader.xrefs.total_revisions,
    }


def _brought(reader: PdfFileReader) -> Grounds:
    """Certificates, lists and answers in the file; a store that cannot be read brings nothing."""
    try:
        store = DocumentSecurityStore.read_dss(reader)
        return Grounds(
            (),
            [crl.CertificateList.load(_read_data(one, DecodePurpose.CRL)) for one in store.crls],
            [
                ocsp.OCSPResponse.load(_read_data(one, DecodePurpose.OCSP_RESPONSE))
                for one in store.ocsps
            ],
            list(store.load_certs()),
        )
    except ValidationInfoReadingError:
        return Grounds(())
    except _DAMAGED:
        return Grounds(())


def _read_data(reference: Any, purpose: DecodePurpose) -> bytes:
    return bytes(reference.get_object().read_data(purpose))


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


class _Signature:
    """One filled field; `fault` names what broke when it could not be opened."""

    def __init__(self, reader: PdfFileReader, name: str, field: Any) -> None:
        self.name, self.fault, self.revision = name, "", 1 << 30
        self.embedded: EmbeddedPdfSignature | None = None
        try:
            self.embedded = EmbeddedPdfSignature(reader, field, name)
            self.revision = self.embedded.signed_revision
        except (RecursionError, MemoryError):
            raise
        except Exception as fault:  # a foreign CMS may break anything
            self.embedded, self.fault = None, type(fault).__name__

    @property
    def is_stamp(self) -> bool:
        """Whether it is a time-stamp over the file."""
        return self.embedded is not None and self.embedded.sig_object_type == "/DocTimeStamp"


def _facts(one: _Signature, proofs: list[Proof], question: _Question) -> dict[str, Any]:
    blank = _blank(one.name, "timestamp" if one.is_stamp else "signature")
    if one.embedded is None:
        return {**blank, "format_fault": one.fault}
    try:
        told = _stamp_facts if one.is_stamp else _signature_facts
        return {**blank, **told(one.embedded, proofs, question)}
    except (RecursionError, MemoryError):
        raise
    except Exception as fault:  # whatever a foreign CMS breaks, this signature cannot be believed
        return {**blank, "format_fault": type(fault).__name__}


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
        "stamped_by": "",
        "stamp": "",
        "level": "",
        "digest_matches": False,
        "key_matches": False,
        "is_weak": False,
        "coverage": "UNCLEAR",
        "modification": "OTHER",
        "at_signing": "not_checked",
        "when_seen": "not_checked",
    }


def _signature_facts(
    signature: EmbeddedPdfSignature, proofs: list[Proof], question: _Question
) -> dict[str, Any]:
    certificate = signature.signer_cert
    signature.compute_integrity_info()
    digest_matches, key_matches = validate_sig_integrity(
        signature.signer_info, certificate, "data", signature.compute_digest()
    )
    claimed_at = _aware(signature.self_reported_timestamp)
    later = _later(signature, proofs)
    known_by = min((one.at for one in later), default=question.seen_at)
    token = token_beside(signature, question.stampers, question.brought, known_by)
    stamp = token if token is not None and token.is_proof else None
    stamp = stamp or min(later, key=lambda one: one.at, default=None)
    moment = (stamp.at if stamp else None) or claimed_at or question.seen_at
    brought = _with(question.brought, signature.other_embedded_certs)
    known = question.signers
    return {
        **_certificate_facts(certificate),
        **_coverage_facts(signature),
        "claimed_at": _iso(claimed_at),
        "stamped_at": _iso(stamp.at if stamp else None),
        "stamped_by": stamp.by if stamp else "",
        "stamp": token.standing if token else "",
        "level": _level(token is not None, bool(later), question.brought),
        "digest_matches": bool(digest_matches),
        "key_matches": bool(key_matches),
        "is_weak": signature.md_algorithm in WEAK_DIGESTS,
        "at_signing": signer_standing(certificate, moment, known, brought),
        "when_seen": signer_standing(certificate, question.seen_at, known, brought),
    }


def _level(has_token: bool, is_covered: bool, brought: Grounds) -> str:
    if is_covered:
        return "b-lta"
    if has_token:
        return "b-lt" if brought.lists or brought.answers else "b-t"
    return "b-b"


def _with(brought: Grounds, certificates: list[x509.Certificate]) -> Grounds:
    return Grounds((), brought.lists, brought.answers, [*certificates, *brought.certificates])


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
    if level == "FORM_FILLING" and _closed_texts_differ(signature):
        level = "OTHER"
    coverage = signature.coverage or SignatureCoverageLevel.UNCLEAR
    return {
        "revision": signature.signed_revision,
        "coverage": coverage.name,
        "modification": level,
    }


def _closed_texts_differ(signature: EmbeddedPdfSignature) -> bool:
    """Whether a text field that was read-only when this was signed says something else now.

    A number that was filled in is final, also where the signature over it has no lock (FieldMDP):
    the signing program of an agency makes its signature itself and sets none. A form that cannot
    be read is to be looked at, no more.
    """
    reader = signature.reader
    try:
        then = _closed_texts(reader.get_historical_root(signature.signed_revision))
        now = _closed_texts(reader.root)
    except _DAMAGED:
        return True
    return any(now.get(name) != said for name, said in then.items())


def _closed_texts(root: Any) -> dict[str, tuple[str, bytes]]:
    """The read-only text fields of a revision: what each says and shows."""
    form = _in(root, "/AcroForm", DictionaryObject())
    fields = _in(form, "/Fields", ArrayObject())
    closed = [
        one
        for one in (fields[place] for place in range(len(fields)))
        if _in(one, "/FT", "") == "/Tx" and int(_in(one, "/Ff", 0)) & _READ_ONLY
    ]
    return {
        str(_in(one, "/T", "")): (str(_in(one, "/V", "")), _digest(_in(one, "/AP", "")))
        for one in closed
    }


def _in(holder: Any, key: str, otherwise: Any) -> Any:
    """What stands under a key, looked up where it lies."""
    return holder[key] if key in holder else otherwise  # noqa: SIM401  (get() does not look up)


def _digest(value: Any, depth: int = 0) -> bytes:
    """One hash over what a field shows, the same wherever its objects lie."""
    if depth > _DEEPEST:
        raise ValueError("too deep")
    total = hashlib.sha256()
    if isinstance(value, DictionaryObject):  # a stream is one as well
        for key in sorted(set(value.keys()) - {"/Parent", "/P"}):
            total.update(key.encode() + _digest(value[key], depth + 1))
        if isinstance(value, StreamObject):
            total.update(value.encoded_data)
    elif isinstance(value, ArrayObject):
        for place in range(len(value)):
            total.update(_digest(value[place], depth + 1))
    else:
        total.update(repr(value).encode())
    return total.digest()


def _later(signature: EmbeddedPdfSignature, proofs: list[Proof]) -> list[Proof]:
    """The time-stamps that prove the signature to have existed: those over it that hold."""
    return [one for one in proofs if one.is_proof and one.revision > signature.signed_revision]


def _stamp_facts(
    signature: EmbeddedPdfSignature, proofs: list[Proof], question: _Question
) -> dict[str, Any]:
    """A time-stamp over the file: `stamped_at` only where it proves something."""
    same = [one for one in proofs if one.revision == signature.signed_revision]
    if len(same) == 1:
        (found,) = same
    else:  # it could not be read: what breaks it is told
        later = _later(signature, proofs)
        known_by = min((one.at for one in later), default=question.seen_at)
        found = token_of_file(signature, question.stampers, question.brought, known_by)
    signature.compute_integrity_info()
    return {
        **_certificate_facts(signature.signer_cert),
        **_coverage_facts(signature),
        "claimed_at": _iso(found.at),
        "stamped_at": _iso(found.at) if found.is_proof else None,
        "stamped_by": found.by if found.is_proof else "",
        "stamp": found.standing,
        "digest_matches": found.is_intact,
        "key_matches": found.is_genuine,
        "is_weak": signature.md_algorithm in WEAK_DIGESTS,
        "at_signing": found.at_stamping,
        "when_seen": found.standing,
    }


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value or "")


def _aware(moment: datetime | None) -> datetime | None:
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=UTC)


def _iso(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None

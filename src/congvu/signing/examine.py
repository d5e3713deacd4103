"""Examine the signatures of a file from anywhere and say what they are worth; nothing is stored."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from congvu.kit import blobs
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import Verdict
from congvu.signing import judge, ports, queries
from congvu.signing.models import Certificate
from congvu.signing.types import (
    FILE_STATE_WORDS,
    Act,
    FieldName,
    FileState,
    HolderKind,
    SignatureReport,
    Verification,
)

FAULT_WORDS = {
    "empty": "Tệp rỗng, không có nội dung.",
    "not_pdf": "Tệp không phải là PDF.",
    "encrypted": "Tệp PDF bị đặt mật khẩu mở nên không kiểm tra được.",
    "damaged": "Tệp PDF bị hỏng hoặc bị cắt cụt nên không kiểm tra được.",
    "too_heavy": "Tệp PDF có cấu trúc bất thường, vượt giới hạn an toàn nên không kiểm tra được.",
}
_KIND_BY_FIELD = {
    FieldName.PERSON: HolderKind.PERSON,
    FieldName.NUMBER: HolderKind.AGENCY,
    FieldName.SEAL: HolderKind.AGENCY,
    FieldName.APPENDIX: HolderKind.AGENCY,
}


@clause("QC.7.1")
def examine_pdf(
    pdf: bytes | Path, *, at: datetime, seen_at: datetime | None = None
) -> Verification:
    """Every signature with its verdict, and the state of the file.

    `seen_at` is when this house first held these bytes (default `at`): it proves that signatures
    existed by then. The file is read only in the sandbox; a broken one gives `FileState.UNREADABLE`
    with its fault, never an exception.
    """
    sha256 = hashlib.sha256(pdf).hexdigest() if isinstance(pdf, bytes) else blobs.hash_of_file(pdf)
    seen_at = seen_at or at
    try:
        found = ports.signature_judge().judge(pdf, _question(seen_at))
    except ports.UnreadablePdf as fault:
        return Verification(
            sha256,
            at,
            FileState.UNREADABLE,
            FAULT_WORDS.get(fault.code, FAULT_WORDS["damaged"]),
            fault=fault.code,
        )
    facts = found["signatures"]
    state = judge.state_of(facts)
    known = queries.certificates_by_fingerprint([one["fingerprint"] for one in facts])
    reports = tuple(
        _report(one, known.get(one["fingerprint"]), seen_at)
        for one in _with_own_records(facts, known, sha256, seen_at)
    )
    person, agency, in_order = judge.required_signatures(reports)
    return Verification(
        sha256=sha256,
        at=at,
        state=state,
        summary=_summary(state, reports),
        signatures=reports,
        person_is_valid=person,
        agency_is_valid=agency,
        in_order=in_order,
        notes=() if found["is_strict"] else ("Cấu trúc tệp không đúng chuẩn PDF.",),
    )


def _question(seen_at: datetime) -> dict[str, Any]:
    anchors = queries.trusted_roots(seen_at)
    return {
        "anchors": [_base64_der(one.certificate) for one in anchors if not one.is_for_stamps],
        "stamp_anchors": [_base64_der(one.certificate) for one in anchors if one.is_for_stamps],
        "issuers": queries.known_issuers(seen_at),
        "lists": queries.known_lists(),
        "seen_at": seen_at.isoformat(),
    }


@lru_cache(maxsize=256)
def _base64_der(pem: str) -> str:
    certificate = x509.load_pem_x509_certificate(pem.encode())
    return base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()


def _with_own_records(
    facts: list[dict[str, Any]], known: Mapping[str, Certificate], sha256: str, seen_at: datetime
) -> list[Mapping[str, Any]]:
    """The facts, completed by what this house itself knows: reported losses, its own signatures.

    A stamp of arrival is one whatever name the signing program gave to its field.
    """
    recorded = queries.recorded_here(sha256)
    completed = []
    for one in facts:
        certificate = known.get(one["fingerprint"])
        lost_at = certificate.revoked_at if certificate else None
        told = judge.with_reported_loss(one, lost_at, seen_at=seen_at)
        made = recorded.get((one["field"], one["fingerprint"]))
        told = judge.with_own_record(told, made.signed_at if made else None)
        is_stamp = made is not None and made.act == Act.ARRIVAL_STAMPED
        if is_stamp and not one["field"].startswith(FieldName.ARRIVAL):
            told = {**told, "field": FieldName.ARRIVAL}
        completed.append(told)
    return completed


def _report(
    facts: Mapping[str, Any], known: Certificate | None, seen_at: datetime
) -> SignatureReport:
    verdict, reason = judge.verdict_on(facts, seen_at=seen_at)
    kind, holder_id = _holder(facts, known)
    return SignatureReport(
        field=facts["field"],
        holder_kind=kind,
        holder_id=holder_id,
        signer=facts["signer"],
        organisation=facts["organisation"],
        issuer=facts["issuer"],
        serial=facts["serial"],
        fingerprint=facts["fingerprint"],
        claimed_at=judge.moment_of(facts["claimed_at"]),
        stamped_at=judge.moment_of(facts["stamped_at"]),
        certificate_from=judge.moment_of(facts["certificate_from"]),
        certificate_to=judge.moment_of(facts["certificate_to"]),
        certificate_state=judge.CERTIFICATE_WORDS[facts["at_signing"]],
        is_intact=judge.is_intact(facts),
        covers_file=facts["coverage"] == "ENTIRE_FILE",
        modification=facts["modification"],
        verdict=verdict,
        reason=reason,
        note=judge.note_on(facts),
        kind=facts["kind"],
        stamped_by=facts["stamped_by"],
        level=facts["level"],
    )


def _holder(facts: Mapping[str, Any], known: Certificate | None) -> tuple[HolderKind, int | None]:
    """Who it is by the register; a stranger's certificate is placed by the name of its field."""
    if known is not None and known.person_id is not None:
        return HolderKind.PERSON, known.person_id
    if known is not None:
        return HolderKind.AGENCY, known.agency_id
    if facts["kind"] == "timestamp":
        return HolderKind.UNKNOWN, None
    return _KIND_BY_FIELD.get(facts["field"], HolderKind.UNKNOWN), None


def _summary(state: FileState, reports: tuple[SignatureReport, ...]) -> str:
    if state == FileState.UNSIGNED:
        return "Tệp chưa có chữ ký số nào."
    signatures = [report for report in reports if not report.is_time_stamp]
    valid = sum(report.verdict == Verdict.VALID for report in signatures)
    return f"Tệp {FILE_STATE_WORDS[state]}; {valid}/{len(signatures)} chữ ký số hợp lệ."

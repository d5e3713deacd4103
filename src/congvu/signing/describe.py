"""Describe a verification as anybody reads it: words for what the judge found (documents fact 105).

The same words stand on the cards of a page, on the sheet that is kept with the document, and on
what a visitor takes home from the public check.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from congvu.kit import clock
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import Verdict
from congvu.signing.judge import CERTIFICATE_WORDS
from congvu.signing.types import FieldName, FileState, HolderKind, SignatureReport, Verification

CHANGE_WORDS = {
    "NONE": "không có thay đổi nào",
    "LTA_UPDATES": "chỉ thêm dấu thời gian, dữ liệu để xác minh lâu dài",
    "FORM_FILLING": "chỉ thêm chữ ký số tiếp theo hoặc điền ô đã chừa sẵn",
    "ANNOTATIONS": "có thêm ghi chú, dấu trên trang; cần xem lại",
    "OTHER": "có bổ sung khác ngoài chữ ký số tiếp theo; cần xem lại",
}
STATE_ADVICE = {
    FileState.UNSIGNED: "Tệp không có chữ ký số nào để kiểm tra.",
    FileState.INTACT: "Từ khi ký đến nay nội dung không bị thay đổi.",
    FileState.ADDED_TO: "Phần đã ký còn nguyên, nhưng sau đó tệp có phần bổ sung; hãy mở văn bản "
    "và xem phần bổ sung trước khi dùng.",
    FileState.BROKEN: "Nội dung hoặc chữ ký đã bị thay đổi sau khi ký; không dùng tệp này.",
    FileState.UNREADABLE: "Hệ thống không đọc được tệp nên không kết luận được.",
}
_KIND_WORDS = {
    HolderKind.PERSON: "Chữ ký số của người có thẩm quyền",
    HolderKind.AGENCY: "Chữ ký số của cơ quan",
    HolderKind.UNKNOWN: "Chữ ký số chưa rõ của ai trong Hệ thống",
}
_FIELD_KINDS = {
    FieldName.NUMBER: "Chữ ký số của cơ quan ghi số, thời gian",
    FieldName.APPENDIX: "Chữ ký số của cơ quan trên phụ lục",
    FieldName.COPY: "Chữ ký số của cơ quan trên bản sao",
}
_PRESENCE = {
    Verdict.VALID: "có, hợp lệ",
    Verdict.INVALID: "có, không hợp lệ",
    Verdict.UNDETERMINED: "có, không đủ căn cứ kết luận",
}
_FAILED_STATES = frozenset({FileState.BROKEN, FileState.UNREADABLE})
_WORST_FIRST = (Verdict.INVALID, Verdict.UNDETERMINED, Verdict.VALID)
DEMONSTRATION = "TRÌNH DIỄN"
LEVEL_OF_STAMP = "dấu thời gian lưu trữ của cả tệp"


@dataclass(frozen=True)
class SignatureWords:
    """One signature, every fact in words; `claimed` and `stamped` are the two times of signing."""

    kind: str
    signer: str
    organisation: str
    issuer: str
    serial: str
    claimed: str
    stamped: str
    level: str
    validity: str
    certificate: str
    coverage: str
    changes: str
    verdict: Verdict
    verdict_words: str
    reason: str
    note: str
    is_demonstration: bool


@dataclass(frozen=True)
class Requirement:
    """One thing that a document must have: what, how it stands, and whether that is enough."""

    what: str
    words: str
    is_met: bool


@dataclass(frozen=True)
class VerificationWords:
    """A whole verification in words."""

    state: str
    advice: str
    summary: str
    signatures: tuple[SignatureWords, ...]
    requirements: tuple[Requirement, ...]
    notes: tuple[str, ...]


@clause("QC.7.1", "TT41")
def describe(verification: Verification) -> VerificationWords:
    """Every fact of a verification in words."""
    return VerificationWords(
        state=verification.state_words,
        advice=STATE_ADVICE[verification.state],
        summary=verification.summary,
        signatures=tuple(describe_signature(one) for one in verification.signatures),
        requirements=_requirements(verification),
        notes=verification.notes,
    )


def describe_signature(one: SignatureReport) -> SignatureWords:
    """Every fact of one signature in words."""
    names = f"{one.issuer} {one.signer} {one.organisation}".upper()
    return SignatureWords(
        kind=_kind(one),
        signer=one.signer or "không đọc được",
        organisation=one.organisation,
        issuer=one.issuer or "không đọc được",
        serial=one.serial,
        claimed=second_of(one.claimed_at) or "không ghi",
        stamped=_stamped(one),
        level=LEVEL_OF_STAMP if one.is_time_stamp else one.level_words or "không xác định được",
        validity=_validity(one.certificate_from, one.certificate_to),
        certificate=_certificate(one),
        coverage=_coverage(one),
        changes=_changes(one),
        verdict=one.verdict,
        verdict_words=one.verdict_words,
        reason=one.reason,
        note=one.note,
        is_demonstration=DEMONSTRATION in names,
    )


def second_of(at: datetime | None) -> str:
    """08:15:02, 31/01/2022 in Vietnam; empty for no moment."""
    return f"{clock.local(at):%H:%M:%S, %d/%m/%Y}" if at else ""


def failing(verification: Verification) -> tuple[SignatureReport, ...]:
    """The signatures that are not valid, the invalid before the undetermined."""
    bad = [one for one in verification.signatures if one.verdict is not Verdict.VALID]
    return tuple(sorted(bad, key=lambda one: _WORST_FIRST.index(one.verdict)))


@clause("ND30.21.2.b")
def is_refutable(verification: Verification | None) -> bool:
    """Whether the check has failed, so that the file goes back: changed, unreadable, invalid.

    What could merely not be decided (no list of revoked certificates) is held, never sent back.
    """
    if verification is None:
        return False
    return verification.state in _FAILED_STATES or any(
        one.verdict is Verdict.INVALID for one in verification.signatures
    )


def why_refutable(verification: Verification) -> str:
    """What a clerk tells the sender: each failed signature with its reason."""
    told = [
        f"{one.signer or 'Chữ ký không đọc được'}: {one.reason}"
        for one in failing(verification)
        if one.verdict is Verdict.INVALID
    ]
    return " ".join(dict.fromkeys(told)) or verification.summary


def _kind(one: SignatureReport) -> str:
    if one.is_time_stamp:
        return "Dấu thời gian của cả tệp"
    if one.field.startswith(FieldName.ARRIVAL):
        return "Dấu Đến (chữ ký số của cơ quan nhận)"
    if one.holder_kind is HolderKind.AGENCY and one.field in _FIELD_KINDS:
        return _FIELD_KINDS[FieldName(one.field)]
    return _KIND_WORDS[one.holder_kind]


def _stamped(one: SignatureReport) -> str:
    """The proven moment and by whom; a stamp over the file names its maker as its signer."""
    moment = second_of(one.stamped_at)
    if not moment:
        return "không có" if not one.is_time_stamp else "không chứng minh được"
    return moment if one.is_time_stamp or not one.stamped_by else f"{moment}, do {one.stamped_by}"


def _validity(since: datetime | None, until: datetime | None) -> str:
    if since is None or until is None:
        return "không đọc được"
    return f"{clock.local(since):%d/%m/%Y} – {clock.local(until):%d/%m/%Y}"


def _certificate(one: SignatureReport) -> str:
    if one.certificate_state == CERTIFICATE_WORDS["good"]:
        return "còn hiệu lực, không bị thu hồi"
    return one.certificate_state


def _coverage(one: SignatureReport) -> str:
    if one.covers_file:
        return "toàn bộ tệp"
    return "toàn bộ tệp tại lúc ký" if one.is_intact else "không xác định được"


def _changes(one: SignatureReport) -> str:
    if not one.is_intact:
        return "phần đã ký bị thay đổi, hoặc chữ ký bị hỏng"
    return CHANGE_WORDS.get(one.modification, CHANGE_WORDS["OTHER"])


@clause("ND30.5", "ND30.32.2.d")
def _requirements(verification: Verification) -> tuple[Requirement, ...]:
    """The two required signatures, and their order (R7, R8)."""
    law = verification.for_law
    unknown = any(_is_unplaced(one) for one in verification.signatures)
    person = _presence(law.persons, unknown)
    agency = _presence([law.agency] if law.agency else [], unknown)
    has_both = bool(law.persons) and law.agency is not None
    in_order = has_both and law.agency_after_persons
    order = "người có thẩm quyền ký trước, cơ quan ký sau" if in_order else "cơ quan ký trước"
    return (
        Requirement("Chữ ký số của người có thẩm quyền", *person),
        Requirement("Chữ ký số của cơ quan", *agency),
        Requirement("Thứ tự ký", order if has_both else "chưa đủ hai chữ ký", in_order),
    )


def _presence(verdicts: Sequence[Verdict], has_unplaced: bool) -> tuple[str, bool]:
    worst = next((one for one in _WORST_FIRST if one in verdicts), None)
    if worst is None:
        unsure = "chưa xác định: có chữ ký của chứng thư chưa đăng ký trong Hệ thống"
        return unsure if has_unplaced else "không có", False
    return _PRESENCE[worst], worst is Verdict.VALID


def _is_unplaced(one: SignatureReport) -> bool:
    """A signature (not a time-stamp of the file) of somebody the register does not know."""
    is_arrival = one.field.startswith(FieldName.ARRIVAL)
    return one.holder_kind is HolderKind.UNKNOWN and not one.is_time_stamp and not is_arrival

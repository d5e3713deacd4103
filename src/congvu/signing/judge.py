"""What the facts of a signature mean (TT 41/2017/TT-BTTTT; NĐ 30 Điều 32; QĐ 28 Điều 4).

A signature is valid when it is intact, made by the key of its certificate, and that certificate was
valid when it was made. Without a trusted time-stamp the moment is only claimed, so the certificate
must also have been in order when this house first held the file; otherwise there is not enough to
go on, and that is what the reader is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from congvu.rules.clauses import clause
from congvu.rules.legal_effect import Verdict
from congvu.signing.types import FieldName, FileState, HolderKind, SignatureReport

CLOCK_TOLERANCE = timedelta(minutes=5)
_LATER_SIGNATURES = {"NONE", "LTA_UPDATES", "FORM_FILLING"}
_NOTHING_LATER = {"NONE", "LTA_UPDATES"}
_WHOLE = {"ENTIRE_REVISION", "ENTIRE_FILE"}

CERTIFICATE_WORDS = {
    "good": "còn hiệu lực vào lúc ký",
    "expired": "đã hết hạn trước lúc ký",
    "not_yet": "chưa có hiệu lực vào lúc ký",
    "revoked": "đã bị thu hồi trước lúc ký",
    "no_chain": "do tổ chức chưa có trong danh sách tin cậy cấp",
    "no_list": "chưa có danh sách thu hồi để đối chiếu",
    "weak": "dùng thuật toán không còn an toàn",
    "usage": "không được cấp để ký số",
    "bad_chain": "có đường dẫn tin cậy không hợp lệ",
    "not_checked": "chưa kiểm tra",
}
STAMP_WORDS = {
    "expired": "đã hết hạn mà chưa được gia hạn bằng dấu thời gian mới",
    "revoked": "đã bị thu hồi",
    "not_yet": "ghi thời gian muộn hơn lúc hệ thống nhận tệp",
}
_ENDED_LATER = {"expired": "hết hạn", "revoked": "bị thu hồi"}


@clause("QC.10.3", "S.54")
def with_reported_loss(
    facts: Mapping[str, Any], lost_at: datetime | None, *, seen_at: datetime
) -> Mapping[str, Any]:
    """The facts as they stand once the loss of the key was reported here, from `lost_at` on.

    The provider's own list may follow days later; what was reported to us counts at once.
    """
    if lost_at is None:
        return facts
    signed_at = moment_of(facts["stamped_at"]) or moment_of(facts["claimed_at"]) or seen_at
    told = dict(facts)
    if facts["at_signing"] == "good" and signed_at >= lost_at:
        told["at_signing"] = "revoked"
    if facts["when_seen"] == "good" and seen_at >= lost_at:
        told["when_seen"] = "revoked"
    return told


@clause("QC.10.3", "S.54")
def with_own_record(facts: Mapping[str, Any], recorded_at: datetime | None) -> Mapping[str, Any]:
    """The facts of a signature that was made here: the house held it from the moment of signing.

    `recorded_at` is when its record was written (None: made elsewhere). It proves that the
    signature existed then, whatever became of the certificate before the whole file was finished.
    """
    claimed = moment_of(facts["claimed_at"])
    if recorded_at is None or claimed is None:
        return facts
    if abs(claimed - recorded_at) > CLOCK_TOLERANCE:
        return facts
    return {**facts, "when_seen": facts["at_signing"]}


@clause("TT41", "ND130.79", "QC.7.1")
def verdict_on(facts: Mapping[str, Any], *, seen_at: datetime) -> tuple[Verdict, str]:
    """The verdict on one signature and its reason in Vietnamese."""
    if facts["format_fault"]:
        return Verdict.INVALID, "Chữ ký bị hỏng hoặc sai định dạng nên không đọc được."
    if not facts["digest_matches"]:
        return Verdict.INVALID, "Nội dung đã bị thay đổi sau khi ký."
    if not facts["key_matches"]:
        return Verdict.INVALID, "Chữ ký không được tạo bằng khóa của chứng thư số kèm theo."
    if facts["coverage"] not in _WHOLE:
        return Verdict.UNDETERMINED, "Chữ ký không bao phủ trọn vẹn phần văn bản đã ký."
    if facts["is_weak"]:
        return Verdict.UNDETERMINED, "Chữ ký dùng hàm băm không còn an toàn."
    if facts["kind"] == "timestamp":
        return _verdict_on_stamp(facts)
    return _verdict_on_certificate(facts, seen_at)


def _verdict_on_stamp(facts: Mapping[str, Any]) -> tuple[Verdict, str]:
    """A time-stamp over the file proves its moment, or there is not enough to go on."""
    if facts["stamped_at"]:
        return Verdict.VALID, "Dấu thời gian chứng minh tệp đã có vào lúc ghi trong dấu."
    if facts["at_signing"] == "good":
        said = STAMP_WORDS.get(facts["when_seen"], CERTIFICATE_WORDS[facts["when_seen"]])
        return Verdict.UNDETERMINED, f"Chứng thư số của nơi cấp dấu thời gian {said}."
    words = CERTIFICATE_WORDS[facts["at_signing"]]
    return Verdict.UNDETERMINED, f"Chứng thư số của nơi cấp dấu thời gian {words}."


def _verdict_on_certificate(facts: Mapping[str, Any], seen_at: datetime) -> tuple[Verdict, str]:
    standing = facts["at_signing"]
    words = f"Chứng thư số {CERTIFICATE_WORDS[standing]}."
    if standing in {"expired", "not_yet", "revoked", "usage", "bad_chain"}:
        return Verdict.INVALID, words
    if standing != "good":
        return Verdict.UNDETERMINED, words
    if facts["stamped_at"]:
        return Verdict.VALID, "Nội dung toàn vẹn; chứng thư số còn hiệu lực vào lúc ký."
    return _verdict_on_claimed_time(facts, seen_at)


def _verdict_on_claimed_time(facts: Mapping[str, Any], seen_at: datetime) -> tuple[Verdict, str]:
    claimed = moment_of(facts["claimed_at"])
    if claimed is not None and claimed > seen_at + CLOCK_TOLERANCE:
        return (
            Verdict.UNDETERMINED,
            "Thời gian ký ghi trong tệp muộn hơn lúc hệ thống nhận tệp.",
        )
    later = facts["when_seen"]
    if later in _ENDED_LATER:
        return (
            Verdict.UNDETERMINED,
            f"Chứng thư số còn hiệu lực vào lúc ký ghi trong tệp nhưng đã {_ENDED_LATER[later]} "
            "trước khi hệ thống nhận tệp, và không có dấu thời gian để chứng minh lúc ký.",
        )
    if later != "good":
        return Verdict.UNDETERMINED, f"Chứng thư số {CERTIFICATE_WORDS[later]}."
    return Verdict.VALID, "Nội dung toàn vẹn; chứng thư số còn hiệu lực vào lúc ký."


def note_on(facts: Mapping[str, Any]) -> str:
    """What a reader should also know of one signature; empty when nothing."""
    if facts["format_fault"] or not facts["digest_matches"]:
        return ""
    notes = []
    if facts["kind"] == "signature" and not facts["stamped_at"]:
        notes.append("Thời gian ký do máy của người ký ghi, chưa có dấu thời gian xác nhận.")
    if facts["stamp"] not in {"", "good"} and facts["kind"] == "signature":
        said = STAMP_WORDS.get(facts["stamp"], CERTIFICATE_WORDS[facts["stamp"]])
        notes.append(f"Dấu thời gian kèm chữ ký không dùng được: chứng thư số {said}.")
    if facts["modification"] not in _LATER_SIGNATURES:
        notes.append("Sau chữ ký này tệp có phần bổ sung, cần xem lại.")
    return " ".join(notes)


def state_of(signatures: Sequence[Mapping[str, Any]]) -> FileState:
    """One of the states a reader is told, from the facts of all signatures in order."""
    if not signatures:
        return FileState.UNSIGNED
    if not all(is_intact(facts) for facts in signatures):
        return FileState.BROKEN
    follows_rules = all(
        facts["coverage"] in _WHOLE and facts["modification"] in _LATER_SIGNATURES
        for facts in signatures
    )
    if follows_rules and signatures[-1]["modification"] in _NOTHING_LATER:
        return FileState.INTACT
    return FileState.ADDED_TO


def is_intact(facts: Mapping[str, Any]) -> bool:
    """Whether what was signed is unchanged and the signature belongs to its certificate."""
    return bool(facts["digest_matches"] and facts["key_matches"] and not facts["format_fault"])


@clause("ND30.32.2.d")
def required_signatures(reports: Sequence[SignatureReport]) -> tuple[bool, bool, bool]:
    """Whether a person and an agency signed validly, and the agency last (R7, R8).

    The agency's signature over number and date is not its signature on the document.
    """
    people = _places(reports, HolderKind.PERSON)
    agencies = [
        place
        for place in _places(reports, HolderKind.AGENCY)
        if reports[place].field != FieldName.NUMBER
        and not reports[place].field.startswith(FieldName.ARRIVAL)  # the receiver's stamp
    ]
    in_order = bool(people and agencies) and people[-1] < agencies[0]
    return bool(people), bool(agencies), in_order


def _places(reports: Sequence[SignatureReport], kind: HolderKind) -> list[int]:
    return [
        place
        for place, report in enumerate(reports)
        if report.holder_kind == kind and report.verdict == Verdict.VALID
    ]


def moment_of(text: str | None) -> datetime | None:
    """An ISO 8601 text as a moment."""
    return datetime.fromisoformat(text) if text else None

"""Typeset a verification: phiếu kiểm tra chữ ký số, one page that outlives the certificates."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from congvu.kit.typeset import Typeset, render
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import Verdict
from congvu.signing.describe import describe, second_of
from congvu.signing.types import FileState, Verification

FORM = Path(__file__).parent / "typst" / "verification_sheet.typ"
HEADING = "PHIẾU KIỂM TRA CHỮ KÝ SỐ"
BASIS = (
    "Thông tư 41/2017/TT-BTTTT; Điều 7 Quy chế theo Quyết định 03/2022/QĐ-UBND; "
    "Điều 5, 21 Nghị định 30/2020/NĐ-CP"
)
FOOTER = "Lập tự động từ kết quả đã lưu; vẫn dùng được sau khi chứng thư số hết hạn."
NO_VALUE = "Có chứng thư số TRÌNH DIỄN: không có giá trị pháp lý."
_TONES = {Verdict.VALID: "good", Verdict.INVALID: "bad", Verdict.UNDETERMINED: "unsure"}
_STATE_TONES = {
    FileState.INTACT: "good",
    FileState.ADDED_TO: "unsure",
    FileState.BROKEN: "bad",
    FileState.UNREADABLE: "bad",
    FileState.UNSIGNED: "plain",
}
# Names in foreign certificates may hold letters that the print font lacks.
_STRANGE = re.compile(
    r"[^\n\u0020-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u04ff\u1ea0-\u1eff–—‘’“”…]"
)


@dataclass(frozen=True)
class Checked:
    """What was checked, in the words of whoever asks: lines of (term, words); worth in law."""

    facts: Sequence[tuple[str, str]]
    value: str


@clause("QC.7.1", "TT41")
def typeset_report(verification: Verification, checked: Checked) -> Typeset:
    """The sheet as PDF/A. The same verification always gives the same bytes, whenever asked."""
    words = describe(verification)
    notes = list(words.notes)
    if any(one.is_demonstration for one in words.signatures):
        notes.append(NO_VALUE)
    values = {
        "title": "Phiếu kiểm tra chữ ký số",
        "author": "Công vụ",
        "heading": HEADING,
        "basis": BASIS,
        "footer": FOOTER,
        "state": f"Tệp {words.state}",
        "tone": _tone(verification),
        "advice": words.advice,
        "summary": words.summary,
        "value": checked.value,
        "facts": [
            *checked.facts,
            ("Mã băm SHA-256", _in_groups(verification.sha256)),
            ("Kiểm tra lúc", second_of(verification.at)),
        ],
        "requirements": [asdict(one) for one in words.requirements],
        "signatures": [
            {
                **asdict(one),
                "serial": _in_groups(one.serial),
                "verdict": one.verdict_words.upper(),
                "tone": _TONES[one.verdict],
            }
            for one in words.signatures
        ],
        "notes": notes,
    }
    return render(FORM, _printable(values), at=verification.at)


def _tone(verification: Verification) -> str:
    """Green only where the file is whole and every signature on it is valid."""
    tone = _STATE_TONES[verification.state]
    verdicts = {one.verdict for one in verification.signatures}
    if tone == "bad" or Verdict.INVALID in verdicts:
        return "bad"
    return "unsure" if Verdict.UNDETERMINED in verdicts else tone


def _in_groups(hexadecimal: str) -> str:
    return " ".join(hexadecimal[k : k + 8] for k in range(0, len(hexadecimal), 8))


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return _STRANGE.sub("?", value)
    if isinstance(value, dict):
        return {key: _printable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one) for one in value]
    return value

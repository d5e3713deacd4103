"""The rows and the frame of a sheet of evidence, for messages here and letters in mailboxes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from congvu.channels.models import Attempt
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit import clock
from congvu.kit.typeset import render
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, AgencyRecord
from congvu.rules.words import moment_words

FORM = Path(__file__).parent / "typst" / "sheet.typ"
UNPROVEN = "chưa xác nhận"
LEGAL_CLASSES = {
    "QC.7.1": "Văn bản điện tử (Điều 7 khoản 1 Quy chế)",
    "QC.7.2": "Thông tin của cơ quan nhà nước, không phải văn bản điện tử (Điều 7 khoản 2 Quy chế)",
}
# What the print font cannot show (emoji, foreign scripts) is shown as a box; the original is kept.
_STRANGE = re.compile(
    r"[^\n\t\u0020-\u024f\u0300-\u036f\u0370-\u03ff\u0400-\u04ff\u1ea0-\u1eff–—‘’“”…•₫→]"
)
LONGEST_TEXT = 20_000


def moment_row(
    name: str, moment: datetime | None, finding: Mapping[str, Any] | None
) -> tuple[str, str, str, str]:
    """A moment with its clause and why; "chưa xác nhận" where nothing proves it."""
    if moment is None or finding is None:
        return name, UNPROVEN, "", "Chưa có chứng cứ."
    version = finding.get("calendar_version", "")
    said = finding["explanation"] + (f" Lịch làm việc: {version}." if version else "")
    return name, moment_words(clock.local(moment)), finding["clause"], said


def shown(moment: datetime | None) -> str:
    """A moment in words, or that it is not proved."""
    return moment_words(clock.local(moment)) if moment else UNPROVEN


def attempt_row(one: Attempt) -> tuple[str, str, str, str]:
    """One try over one channel, with what the provider said."""
    said = [
        one.code and f"Mã {one.code}",
        one.said,
        one.external_id and f"Số của bên chuyển: {one.external_id}",
    ]
    through = f" qua {one.provider.name}" if one.provider_id else ""
    return (
        f"{one.ordinal}. {CHANNEL_WORDS[one.channel]}",
        one.address,
        f"{one.get_state_display().capitalize()}{through}, {one.tries} lần chuyển",
        "; ".join(filter(None, [*said, f"Mã theo dõi: {one.tracking}"])) + ".",
    )


def evidence_row(one: Any) -> tuple[str, str, str, str]:
    """One piece of evidence: what, when, how strong, and the hash of the words it rests on."""
    raw = bytes(one.raw)
    return (
        f"{one.get_kind_display().capitalize()} (lượt {one.attempt.ordinal})",
        moment_words(clock.local(one.at)),
        f"Cấp {one.grade}: {one.get_grade_display()}. Ghi nhận lúc {shown(one.noted_at)}.",
        in_groups(hashlib.sha256(raw).hexdigest()) if raw else "Bên chuyển không gửi nội dung.",
    )


def words_of(text: Mapping[str, Any]) -> str:
    """What a channel carries, its subject first."""
    subject = text.get("subject")
    return f"{subject}\n{text.get('text', '')}" if subject else str(text.get("text", ""))


def lines(text: str) -> list[str]:
    """A text as the sheet shows it."""
    cut = text[:LONGEST_TEXT]
    more = ["… (phần còn lại ở tin gốc)"] if len(text) > LONGEST_TEXT else []
    return [line or " " for line in cut.splitlines()] + more or ["(không có nội dung chữ)"]


def notes_of(findings: Mapping[str, Any]) -> list[str]:
    """What the findings note besides, each once."""
    told = [note for one in findings.values() for note in one.get("notes", ()) if note]
    return list(dict.fromkeys(told))


def part(kind: str, title: str, rows: Sequence[Any]) -> dict[str, Any]:
    """One part of the sheet."""
    return {"kind": kind, "title": title, "rows": list(rows)}


def table(
    title: str, columns: Sequence[str], widths: Sequence[int], rows: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """A part with columns of its own."""
    grouped = [(name, in_groups(value)) for name, value in rows]
    return {**part("table", title, grouped), "columns": columns, "widths": widths}


def in_groups(text: str) -> str:
    """A hash in groups that can be read aloud; anything else as it is."""
    is_hash = re.fullmatch(r"[0-9a-f]{64}", text)
    return " ".join(text[k : k + 8] for k in range(0, 64, 8)) if is_hash else text


def _whole(value: Any) -> Any:
    """Letters that the print font lacks become a box."""
    if isinstance(value, str):
        return _STRANGE.sub("□", value.replace("\r", "").replace("\t", "    "))
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


def sheet(
    title: str,
    agency_id: int,
    facts: Sequence[tuple[str, str]],
    parts: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
    by: Actor,
    at: datetime,
) -> bytes:
    """The sheet as PDF/A."""
    agency: AgencyRecord = orgs.agency(agency_id)
    values = {
        "title": title,
        "author": agency.name,
        "agency_upper_lines": agency.superior_lines,
        "agency_lines": agency.name_lines or (agency.name.upper(),),
        "facts": [fact for fact in facts if fact[1]],
        "parts": [part for part in parts if part["rows"]],
        "notes": notes,
        "printed_at": moment_words(clock.local(at)),
        "printed_by": f"{by.full_name}, {by.title}",
    }
    return render(FORM, _whole(values), at=at).pdf

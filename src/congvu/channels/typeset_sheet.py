"""Typeset what is known of one message, for the file and for whoever doubts it (phiếu chứng cứ).

Facts come from rows, computed moments from the findings that were kept with them; what no evidence
proves is "chưa xác nhận", never a moment.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from congvu.channels.models import Attempt, InboundMessage, Message
from congvu.channels.queries.inbound import inbound_page
from congvu.channels.queries.sent import sent_page
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit import clock
from congvu.kit.typeset import render
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor, AgencyRecord
from congvu.rules.clauses import clause
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


@clause("QC.7.2", "QC.8.2", "QC.8.3")
def typeset_sent(message: Message, *, by: Actor, at: datetime) -> bytes:
    """The sheet of a message that went out, as PDF/A."""
    page = sent_page(message)
    facts = [
        ("Mục đích", message.get_purpose_display().capitalize()),
        ("Bên gửi", orgs.agency(message.agency_id).name),
        ("Người gửi", page.by_name or "Hệ thống (tự động)"),
        ("Bên nhận", message.to_name),
        ("Phạm vi", message.get_audience_display()),
        ("Giá trị pháp lý", LEGAL_CLASSES.get(message.legal_class, message.legal_class)),
        ("Căn cứ gửi", basis_words(message.basis)),
        ("Kết quả", message.get_state_display()),
    ]
    moments = [
        ("Lập tin", moment_words(clock.local(message.created_at)), "", ""),
        _moment("Thời điểm gửi", message.sent_at, message.findings.get("sent")),
        ("Vào tài khoản bên nhận", _said(message.entered_at), "", _why_entered(page.attempts)),
        _moment("Thời điểm nhận", message.received_at, message.findings.get("received")),
        _moment(
            "Bên nhận báo đã nhận", message.acknowledged_at, message.findings.get("acknowledged")
        ),
    ]
    parts = [
        _part("moments", "Các thời điểm", moments),
        _part("attempts", "Các lượt chuyển", [_attempt(one) for one in page.attempts]),
        _part("evidence", "Chứng cứ", [_evidence(one) for one in page.evidence]),
        *[
            _part("text", f"Nội dung gửi qua {CHANNEL_WORDS[road]}", _lines(_words(text)))
            for road, text in message.texts.items()
        ],
        _table("Tệp kèm theo", ("Tên tệp", "SHA-256"), (2, 8), [(n, h) for h, n in message.files]),
    ]
    notes = _notes(message.findings)
    title = "PHIẾU CHỨNG CỨ GỬI, NHẬN TIN"
    return _sheet(title, message.agency_id, facts, parts, notes, by, at)


@clause("QC.8.2.b", "QC.8.3.b", "QC.9.2")
def typeset_inbound(inbound: InboundMessage, *, by: Actor, at: datetime) -> bytes:
    """The sheet of a message that came in, with its words, as PDF/A."""
    page = inbound_page(inbound)
    facts = [
        ("Mã tra cứu", inbound.reference),
        ("Bên gửi", " · ".join(filter(None, (inbound.from_name, inbound.from_address)))),
        ("Gửi đến", f"{orgs.agency(inbound.agency_id).name} · {inbound.to_address}"),
        ("Kênh", inbound.get_channel_display()),
        ("Phạm vi", inbound.get_audience_display()),
        ("Tiêu đề", inbound.subject),
        ("Tình trạng", inbound.get_state_display()),
    ]
    moments = [
        _moment("Bên gửi ghi thời điểm gửi", _written(inbound), _CLAIMED),
        ("Vào tài khoản của cơ quan", _said(inbound.entered_at), "", "Hệ thống ghi tự động."),
        _moment("Thời điểm nhận", inbound.received_at, inbound.received_finding),
        (
            "Tự động báo đã nhận",
            _said(page.acknowledgement.sent_at) if page.acknowledgement else "không",
            "QC.9.2.a",
            inbound.ack_finding.get("explanation", ""),
        ),
        (
            "Phân loại, quyết định",
            _said(inbound.decided_at) if inbound.decided_at else "chưa",
            "QC.9.2.b",
            _decision(inbound, page.decided_by),
        ),
        (
            "Trả lời người gửi",
            _said(page.reply.sent_at) if page.reply else "chưa",
            "",
            page.reply.get_state_display().capitalize() if page.reply else "",
        ),
    ]
    parts = [
        _part("moments", "Các thời điểm", moments),
        _part("text", "Nội dung", _lines(inbound.text)),
        _table(
            "Tệp kèm theo",
            ("Tên tệp", "SHA-256"),
            (2, 8),
            [(one.name, one.sha256 or f"không nhận: {one.said}") for one in page.files],
        ),
        _table(
            "Bản gốc được giữ nguyên", ("Nội dung", "SHA-256"), (2, 8), [("Tin gốc", inbound.raw)]
        ),
    ]
    notes = [*inbound.received_finding.get("notes", ()), *_authenticity(inbound.facts)]
    title = "PHIẾU CHỨNG CỨ THÔNG TIN ĐẾN"
    return _sheet(title, inbound.agency_id, facts, parts, notes, by, at)


# --- the rows of the sheet ------------------------------------------------------------------------

_CLAIMED = {
    "clause": "",
    "explanation": "Theo đầu thư của bên gửi; chưa có chứng cứ độc lập.",
}


def basis_words(basis: str) -> str:
    """Why this person may be written to, in words."""
    kind, _, rest = basis.partition(" ")
    return f"Nhiệm vụ công vụ ({rest})" if kind == "duty" else f"Người nhận đồng ý (số {rest})"


def _written(inbound: InboundMessage) -> datetime | None:
    text = str(inbound.facts.get("written_at", ""))
    return datetime.fromisoformat(text) if text else None


def _moment(
    name: str, moment: datetime | None, finding: Mapping[str, Any] | None
) -> tuple[str, str, str, str]:
    if moment is None or finding is None:
        return name, UNPROVEN, "", "Chưa có chứng cứ."
    version = finding.get("calendar_version", "")
    said = finding["explanation"] + (f" Lịch làm việc: {version}." if version else "")
    return name, moment_words(clock.local(moment)), finding["clause"], said


def _said(moment: datetime | None) -> str:
    return moment_words(clock.local(moment)) if moment else UNPROVEN


def _why_entered(attempts: Sequence[Attempt]) -> str:
    proven = next((one for one in attempts if one.delivered_at or one.seen_at), None)
    if proven is None:
        return "Chưa có chứng cứ tin đã vào tài khoản bên nhận."
    return f"Theo chứng cứ của lượt {proven.ordinal}, {CHANNEL_WORDS[proven.channel]}."


def _attempt(one: Attempt) -> tuple[str, str, str, str]:
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


def _evidence(one: Any) -> tuple[str, str, str, str]:
    raw = bytes(one.raw)
    return (
        f"{one.get_kind_display().capitalize()} (lượt {one.attempt.ordinal})",
        moment_words(clock.local(one.at)),
        f"Cấp {one.grade}: {one.get_grade_display()}. Ghi nhận lúc {_said(one.noted_at)}.",
        _in_groups(hashlib.sha256(raw).hexdigest()) if raw else "Bên chuyển không gửi nội dung.",
    )


def _decision(inbound: InboundMessage, name: str) -> str:
    if inbound.decided_at is None:
        return ""
    spent = f" Sau {inbound.decided_in} phút làm việc." if inbound.decided_in is not None else ""
    return f"{inbound.get_state_display().capitalize()}; {name}.{spent}"


def _authenticity(facts: Mapping[str, Any]) -> list[str]:
    found = [f"{name.upper()}: {facts[name]}" for name in ("spf", "dkim", "dmarc") if name in facts]
    return [f"Kiểm tra nguồn gốc thư tại máy chủ của tỉnh: {', '.join(found)}."] if found else []


def _words(text: Mapping[str, Any]) -> str:
    subject = text.get("subject")
    return f"{subject}\n{text.get('text', '')}" if subject else str(text.get("text", ""))


def _lines(text: str) -> list[str]:
    cut = text[:LONGEST_TEXT]
    more = ["… (phần còn lại ở tin gốc)"] if len(text) > LONGEST_TEXT else []
    return [line or " " for line in cut.splitlines()] + more or ["(không có nội dung chữ)"]


def _notes(findings: Mapping[str, Any]) -> list[str]:
    told = [note for one in findings.values() for note in one.get("notes", ()) if note]
    return list(dict.fromkeys(told))


def _part(kind: str, title: str, rows: Sequence[Any]) -> dict[str, Any]:
    return {"kind": kind, "title": title, "rows": list(rows)}


def _table(
    title: str, columns: Sequence[str], widths: Sequence[int], rows: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    grouped = [(name, _in_groups(value)) for name, value in rows]
    return {**_part("table", title, grouped), "columns": columns, "widths": widths}


def _in_groups(text: str) -> str:
    is_hash = re.fullmatch(r"[0-9a-f]{64}", text)
    return " ".join(text[k : k + 8] for k in range(0, 64, 8)) if is_hash else text


def _whole(value: Any) -> Any:
    """Letters that the print font lacks become a box."""
    if isinstance(value, str):
        return _STRANGE.sub("□", value.replace("\r", "").replace("\t", "    "))
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in value.items()}
    return [_whole(one) for one in value] if isinstance(value, list | tuple) else value


def _sheet(
    title: str,
    agency_id: int,
    facts: Sequence[tuple[str, str]],
    parts: Sequence[Mapping[str, Any]],
    notes: Sequence[str],
    by: Actor,
    at: datetime,
) -> bytes:
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

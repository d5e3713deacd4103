"""Typeset what is known of one message, for the file and for whoever doubts it (phiếu chứng cứ).

Facts come from rows, computed moments from the findings that were kept with them; what no evidence
proves is "chưa xác nhận", never a moment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from congvu.channels.models import Attempt, InboundMessage, Message
from congvu.channels.queries.inbound import inbound_page
from congvu.channels.queries.sent import sent_page
from congvu.channels.sheet_rows import (
    LEGAL_CLASSES,
    attempt_row,
    evidence_row,
    lines,
    moment_row,
    notes_of,
    part,
    sheet,
    shown,
    table,
    words_of,
)
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.words import moment_words


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
        moment_row("Thời điểm gửi", message.sent_at, message.findings.get("sent")),
        ("Vào tài khoản bên nhận", shown(message.entered_at), "", _why_entered(page.attempts)),
        moment_row("Thời điểm nhận", message.received_at, message.findings.get("received")),
        moment_row(
            "Bên nhận báo đã nhận", message.acknowledged_at, message.findings.get("acknowledged")
        ),
    ]
    parts = [
        part("moments", "Các thời điểm", moments),
        part("attempts", "Các lượt chuyển", [attempt_row(one) for one in page.attempts]),
        part("evidence", "Chứng cứ", [evidence_row(one) for one in page.evidence]),
        *[
            part("text", f"Nội dung gửi qua {CHANNEL_WORDS[road]}", lines(words_of(text)))
            for road, text in message.texts.items()
        ],
        table("Tệp kèm theo", ("Tên tệp", "SHA-256"), (2, 8), [(n, h) for h, n in message.files]),
    ]
    notes = notes_of(message.findings)
    title = "PHIẾU CHỨNG CỨ GỬI, NHẬN TIN"
    return sheet(title, message.agency_id, facts, parts, notes, by, at)


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
        moment_row("Bên gửi ghi thời điểm gửi", _written(inbound), _CLAIMED),
        ("Vào tài khoản của cơ quan", shown(inbound.entered_at), "", "Hệ thống ghi tự động."),
        moment_row("Thời điểm nhận", inbound.received_at, inbound.received_finding),
        (
            "Tự động báo đã nhận",
            shown(page.acknowledgement.sent_at) if page.acknowledgement else "không",
            "QC.9.2.a",
            inbound.ack_finding.get("explanation", ""),
        ),
        (
            "Phân loại, quyết định",
            shown(inbound.decided_at) if inbound.decided_at else "chưa",
            "QC.9.2.b",
            _decision(inbound, page.decided_by),
        ),
        (
            "Trả lời người gửi",
            shown(page.reply.sent_at) if page.reply else "chưa",
            "",
            page.reply.get_state_display().capitalize() if page.reply else "",
        ),
    ]
    parts = [
        part("moments", "Các thời điểm", moments),
        part("text", "Nội dung", lines(inbound.text)),
        table(
            "Tệp kèm theo",
            ("Tên tệp", "SHA-256"),
            (2, 8),
            [(one.name, one.sha256 or f"không nhận: {one.said}") for one in page.files],
        ),
        table(
            "Bản gốc được giữ nguyên", ("Nội dung", "SHA-256"), (2, 8), [("Tin gốc", inbound.raw)]
        ),
    ]
    notes = [*inbound.received_finding.get("notes", ()), *_authenticity(inbound.facts)]
    title = "PHIẾU CHỨNG CỨ THÔNG TIN ĐẾN"
    return sheet(title, inbound.agency_id, facts, parts, notes, by, at)


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


def _why_entered(attempts: Sequence[Attempt]) -> str:
    proven = next((one for one in attempts if one.delivered_at or one.seen_at), None)
    if proven is None:
        return "Chưa có chứng cứ tin đã vào tài khoản bên nhận."
    return f"Theo chứng cứ của lượt {proven.ordinal}, {CHANNEL_WORDS[proven.channel]}."


def _decision(inbound: InboundMessage, name: str) -> str:
    if inbound.decided_at is None:
        return ""
    spent = f" Sau {inbound.decided_in} phút làm việc." if inbound.decided_in is not None else ""
    return f"{inbound.get_state_display().capitalize()}; {name}.{spent}"


def _authenticity(facts: Mapping[str, Any]) -> list[str]:
    found = [f"{name.upper()}: {facts[name]}" for name in ("spf", "dkim", "dmarc") if name in facts]
    return [f"Kiểm tra nguồn gốc thư tại máy chủ của tỉnh: {', '.join(found)}."] if found else []

"""Typeset what proves a letter of a mailbox, for the file and for whoever doubts it.

One sheet for the letter and all its recipients: those inside with the moment at which it entered
their mailbox, those outside with every attempt and the evidence of each.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from congvu.channels.models import Attempt, Evidence
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
)
from congvu.channels.typeset_sheet import typeset_inbound
from congvu.mailboxes.models import Letter, LetterRecipient, MailItem
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

OURS = "Hệ thống của tỉnh trực tiếp ghi nhận (cấp A)."


@clause("QC.7.2", "QC.8.2", "QC.8.3")
def typeset_letter(item: MailItem, *, by: Actor, at: datetime) -> bytes:
    """The sheet as PDF/A; the caller has asked `access.item_for`."""
    if item.inbound is not None:
        return typeset_inbound(item.inbound, by=by, at=at)
    letter: Letter = item.letter
    recipients = list(letter.recipients.select_related("message").order_by("ordinal"))
    attempts = list(
        Attempt.objects.filter(message_id__in=[one.message_id for one in recipients])
        .select_related("provider")
        .order_by("message_id", "ordinal")
    )
    evidence = Evidence.objects.filter(attempt__in=attempts).select_related("attempt")
    facts = [
        ("Bên gửi", f"{letter.from_name} · {letter.from_address}"),
        ("Người gửi", _writer(letter)),
        ("Tiêu đề", letter.subject),
        ("Giá trị pháp lý", LEGAL_CLASSES.get(letter.legal_class, letter.legal_class)),
        ("Hộp thư lưu", item.mailbox.address),
    ]
    moments = [moment_row("Thời điểm gửi", letter.sent_at, letter.sent_finding)]
    for one in recipients:
        moments += _moments(one)
    files = [(one.name, one.sha256) for one in letter.files.all()]
    parts = [
        part("moments", "Các thời điểm", moments),
        part("attempts", "Các lượt chuyển ra ngoài", [attempt_row(one) for one in attempts]),
        part(
            "evidence",
            "Chứng cứ của các lượt chuyển",
            [evidence_row(one) for one in evidence.order_by("noted_at", "id")],
        ),
        part("text", "Nội dung", lines(letter.text)),
        table("Tệp kèm theo", ("Tên tệp", "SHA-256"), (2, 8), files),
    ]
    return sheet(
        "PHIẾU CHỨNG CỨ GỬI, NHẬN THƯ CÔNG VỤ",
        item.agency_id,
        facts,
        parts,
        notes_of(_findings(letter, recipients)),
        by,
        at,
    )


def _writer(letter: Letter) -> str:
    writer = orgs.posting(letter.by_id) if letter.by_id else None
    return f"{writer.full_name}, {writer.title}" if writer else "Hệ thống (tự động)"


def _moments(one: LetterRecipient) -> list[tuple[str, str, str, str]]:
    """What is known of one recipient: when it entered, when it counts as received, when opened."""
    who, entered = one.name or "bên ngoài", f"Địa chỉ {one.address}. "
    receives = f"Thời điểm nhận: {who}"
    if one.message is not None:
        found = one.message
        entered += f"{found.get_state_display().capitalize()}, theo chứng cứ của các lượt chuyển."
        received = moment_row(receives, found.received_at, found.findings.get("received"))
        return [(f"Vào tài khoản: {who}", shown(found.entered_at), "", entered), received]
    opened = f" Mở lần đầu lúc {shown(one.seen_at)}." if one.seen_at else " Chưa mở."
    return [
        (f"Vào hộp thư: {who}", shown(one.entered_at), "", entered + OURS + opened),
        moment_row(receives, one.received_at, one.received_finding),
    ]


def _findings(letter: Letter, recipients: list[LetterRecipient]) -> dict[str, Any]:
    found: dict[str, Any] = {"sent": letter.sent_finding}
    for one in recipients:
        if one.received_finding:
            found[f"received-{one.id}"] = one.received_finding
        if one.message is not None:
            found |= {f"{one.id}-{key}": value for key, value in one.message.findings.items()}
    return found

"""One timeline per document: acts, opinions, receipts, clocks and views, merged by time."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from congvu.documents.queries.incoming import ArrivalRow
from congvu.exchange.queries import ReceiptRow, receipts_of
from congvu.orgs.types import Actor

# audit kind -> (what was done, kind of entry, tone)
ACTS: dict[str, tuple[str, str, str]] = {
    "documents.drafting.started": ("Bắt đầu soạn thảo", "act", ""),
    "documents.drafting.revised": ("Sửa dự thảo", "act", ""),
    "documents.drafting.submitted": ("Trình dự thảo", "act", ""),
    "documents.drafting.approved": ("Duyệt dự thảo", "act", "valid"),
    "documents.drafting.sent_back": ("Trả lại dự thảo", "act", "due"),
    "documents.drafting.opinion_given": ("Cho ý kiến", "opinion", ""),
    "documents.drafting.attached": ("Thêm tài liệu kèm theo", "act", ""),
    "documents.drafting.recipients_set": ("Chọn nơi nhận", "act", ""),
    "documents.drafting.taken_back": ("Rút lại dự thảo", "act", "due"),
    "documents.drafting.opinion_asked": ("Xin ý kiến", "act", ""),
    "documents.drafting.detached": ("Gỡ tài liệu kèm theo", "act", ""),
    "documents.drafting.cancelled": ("Hủy dự thảo", "act", "paused"),
    "documents.outgoing.signed": ("Ký số", "act", "valid"),
    "documents.outgoing.returned": ("Trả lại vì chữ ký bị nghi ngờ", "act", "error"),
    "documents.outgoing.numbered": ("Cấp số", "act", ""),
    "documents.outgoing.issued": ("Ký số cơ quan và phát hành", "act", "valid"),
    "documents.outgoing.recalled": ("Thu hồi văn bản", "act", "error"),
    "documents.outgoing.replaced": ("Thay thế văn bản", "act", "due"),
    "documents.outgoing.number_voided": ("Hủy số", "act", "error"),
    "documents.incoming.taken_in": ("Văn thư nhập văn bản đến", "act", ""),
    "documents.incoming.registered": ("Tiếp nhận, đăng ký vào sổ đến", "act", "valid"),
    "documents.incoming.stamped": ("Đóng dấu Đến trên bản lưu", "act", ""),
    "documents.copies.asked": ("Đề nghị sao", "act", ""),
    "documents.copies.decided": ("Quyết định việc sao", "act", ""),
    "documents.copies.made": ("Sao văn bản", "act", "valid"),
    "documents.incoming.handed_back": ("Trả lại văn bản", "act", "error"),
    "documents.incoming.recall_agreed": ("Đồng ý thu hồi, hủy văn bản", "act", "error"),
    "documents.incoming.recall_refused": ("Từ chối yêu cầu lấy lại", "act", "due"),
    "tasks.presented": ("Trình lãnh đạo", "act", ""),
    "tasks.directed": ("Bút phê", "opinion", ""),
    "tasks.assigned": ("Giao xử lý", "act", ""),
    "records.filed": ("Đưa vào hồ sơ", "act", ""),
    "documents.viewed": ("Xem văn bản", "view", ""),
    "documents.downloaded": ("Tải tệp", "view", ""),
}
FILTERS = (
    ("act", "Việc đã làm"),
    ("opinion", "Ý kiến"),
    ("receipt", "Phản hồi"),
    ("clock", "Thời điểm, hạn"),
    ("view", "Lượt xem"),
)
ENTRIES = """
SELECT e.id, e.at, e.kind, e.clause, e.details, coalesce(p.full_name, 'Hệ thống')
FROM audit_entry e LEFT JOIN orgs_person p ON p.id = e.person_id
WHERE e.object_kind = 'document' AND e.object_id = %s AND e.agency_id = %s
ORDER BY e.id DESC LIMIT 400
"""


@dataclass(frozen=True)
class TimelineEntry:
    """One thing that happened. `why` is a kept finding or None; `id` is a permanent address."""

    id: str
    at: datetime
    text: str
    kind: str
    tone: str = ""
    who: str = ""
    note: str = ""
    why: Mapping[str, Any] | None = None


def timeline_of(by: Actor, document_id: int, arrival: ArrivalRow | None) -> list[TimelineEntry]:
    """Everything this agency knows to have happened to the document, newest first."""
    entries = _acts(by, document_id) + _receipts(by, document_id)
    if arrival is not None:
        entries += moments_of(arrival.id)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def filters_of(entries: list[TimelineEntry]) -> list[dict[str, Any]]:
    """The chips over a timeline, with their counts."""
    return [
        {"kind": kind, "label": label, "count": sum(1 for one in entries if one.kind == kind)}
        for kind, label in FILTERS
    ]


def _acts(by: Actor, document_id: int) -> list[TimelineEntry]:
    with connection.cursor() as cursor:
        cursor.execute(ENTRIES, [document_id, by.agency_id])
        rows = cursor.fetchall()
    entries = []
    for entry_id, at, kind, _, details, who in rows:
        if kind not in ACTS:
            continue
        text, entry_kind, tone = ACTS[kind]
        entries.append(
            TimelineEntry(
                id=f"nk-{entry_id}",
                at=at,
                text=text,
                kind=entry_kind,
                tone=tone,
                who=who,
                note=_note(json.loads(details)),
            )
        )
    return entries


def _note(details: Mapping[str, Any]) -> str:
    return str(details.get("reason") or details.get("symbol") or details.get("name") or "")


def _receipts(by: Actor, document_id: int) -> list[TimelineEntry]:
    together: dict[tuple[str, datetime, str], list[ReceiptRow]] = {}
    for receipt in receipts_of(document_id, by.agency_id or 0):
        together.setdefault((receipt.code, receipt.at, receipt.reason), []).append(receipt)
    return [
        TimelineEntry(
            id=f"tb-{number}",
            at=at,
            text=f"{code}: {receipts[0].label}",
            kind="receipt",
            tone="error" if code in {"02", "13"} else "",
            # A document for all agencies arrives at all of them at one moment: one entry.
            who=receipts[0].from_name if len(receipts) == 1 else f"{len(receipts)} cơ quan",
            note=reason,
        )
        for number, ((code, at, reason), receipts) in enumerate(together.items())
    ]


MOMENTS = """
SELECT sent_at, entered_at, received_at, register_by, findings FROM documents_arrival WHERE id = %s
"""


def moments_of(arrival_id: int) -> list[TimelineEntry]:
    """The legal moments of an arrival, each with the finding that explains it (QC.8.1)."""
    with connection.cursor() as cursor:
        cursor.execute(MOMENTS, [arrival_id])
        sent_at, entered_at, received_at, register_by, kept = cursor.fetchone()
    findings = json.loads(kept) if isinstance(kept, str) else kept
    told = [
        ("gui", sent_at, "Bên gửi đã gửi", None),
        ("vao", entered_at, "Vào Hệ thống của cơ quan", None),
        ("nhan", received_at, "Được tính là nhận", findings.get("received_at")),
        ("han", register_by, "Hạn tiếp nhận, đăng ký", findings.get("register_by")),
    ]
    return [
        TimelineEntry(id=f"td-{key}", at=at, text=text, kind="clock", why=why)
        for key, at, text, why in told
        if at is not None
    ]

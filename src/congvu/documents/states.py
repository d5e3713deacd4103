"""States of documents and arrivals, and the transitions that exist."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from congvu.kit.choices import TextChoices
from congvu.kit.refusal import refuse_unless


class DocumentState(TextChoices):
    """The life of a document that we draft (văn bản đi), or have taken in."""

    DRAFTING = "drafting", "Đang soạn thảo"
    IN_REVIEW = "in_review", "Chờ duyệt"
    SENT_BACK = "sent_back", "Bị trả lại"
    APPROVED = "approved", "Chờ ký số"
    SIGNED = "signed", "Chờ cấp số"
    NUMBERED = "numbered", "Chờ phát hành"
    ISSUED = "issued", "Đã phát hành"
    RECALLED = "recalled", "Đã thu hồi"
    REPLACED = "replaced", "Đã được thay thế"
    CANCELLED = "cancelled", "Đã hủy"
    TAKEN_IN = "taken_in", "Văn bản của cơ quan khác"


DOCUMENT_TRANSITIONS: dict[str, frozenset[str]] = {
    DocumentState.DRAFTING: frozenset({DocumentState.IN_REVIEW, DocumentState.CANCELLED}),
    DocumentState.IN_REVIEW: frozenset({DocumentState.APPROVED, DocumentState.SENT_BACK}),
    DocumentState.SENT_BACK: frozenset({DocumentState.IN_REVIEW, DocumentState.CANCELLED}),
    DocumentState.APPROVED: frozenset({DocumentState.SIGNED, DocumentState.SENT_BACK}),
    # Back to its drafter only when its signature is in doubt (QC.10.3).
    DocumentState.SIGNED: frozenset({DocumentState.NUMBERED, DocumentState.SENT_BACK}),
    DocumentState.NUMBERED: frozenset({DocumentState.ISSUED, DocumentState.CANCELLED}),
    DocumentState.ISSUED: frozenset({DocumentState.RECALLED, DocumentState.REPLACED}),
}


class ArrivalState(TextChoices):
    """The life of an arrival at one agency (văn bản đến)."""

    ARRIVED = "arrived", "Chờ tiếp nhận"
    REGISTERED = "registered", "Đã đăng ký"
    PRESENTED = "presented", "Đã trình"
    ASSIGNED = "assigned", "Đã giao xử lý"
    IN_WORK = "in_work", "Đang xử lý"
    DONE = "done", "Hoàn thành"
    HANDED_BACK = "handed_back", "Đã trả lại"
    RECALLED = "recalled", "Đã bị thu hồi"


# Arrivals that wait for somebody: few beside all that were ever done, so they have an index.
OPEN_STATES = (
    ArrivalState.ARRIVED,
    ArrivalState.REGISTERED,
    ArrivalState.PRESENTED,
    ArrivalState.ASSIGNED,
    ArrivalState.IN_WORK,
)

ARRIVAL_TRANSITIONS: dict[str, frozenset[str]] = {
    ArrivalState.ARRIVED: frozenset(
        {ArrivalState.REGISTERED, ArrivalState.HANDED_BACK, ArrivalState.RECALLED}
    ),
    ArrivalState.REGISTERED: frozenset(
        {ArrivalState.PRESENTED, ArrivalState.ASSIGNED, ArrivalState.DONE, ArrivalState.RECALLED}
    ),
    ArrivalState.PRESENTED: frozenset(
        {ArrivalState.ASSIGNED, ArrivalState.DONE, ArrivalState.RECALLED}
    ),
    ArrivalState.ASSIGNED: frozenset(
        {ArrivalState.IN_WORK, ArrivalState.DONE, ArrivalState.RECALLED}
    ),
    ArrivalState.IN_WORK: frozenset({ArrivalState.DONE, ArrivalState.RECALLED}),
    ArrivalState.DONE: frozenset({ArrivalState.RECALLED}),
}


def become(row: models.Model, state: str, at: datetime) -> None:
    """Move a document or an arrival to a state, or refuse: the table above is the only way.

    Writes the row's `state` and `changed_at`; the row must be locked by the caller.
    """
    is_arrival = row._meta.model_name == "arrival"
    table = ARRIVAL_TRANSITIONS if is_arrival else DOCUMENT_TRANSITIONS
    refuse_unless(
        state in table.get(row.state, frozenset()),
        "documents.E003",
        state=row.get_state_display(),
    )
    row.state = state
    row.changed_at = at
    row.save(update_fields=["state", "changed_at"])

"""What pages ask about drafts (dự thảo) and what was laid before somebody (trình)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from congvu.documents.access import READABLE, visible_parameters
from congvu.documents.models import Autosave
from congvu.documents.states import DocumentState
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import UNIT_HEAD, Actor

# tab -> (label, SQL over the parameters of `_parameters`). "mine": drafted by me or by my unit.
MINE = "(d.drafter_id = %(posting_id)s OR d.drafting_unit_id = %(headed_unit_id)s)"
TO_ME = (
    "EXISTS (SELECT 1 FROM documents_submission w WHERE w.document_id = d.id"
    " AND w.closed_at IS NULL AND w.to_id = ANY(%(postings)s) AND w.purpose {purpose})"
)
TABS: dict[str, tuple[str, str]] = {
    "dang-soan": ("Đang soạn", f"d.state = 'drafting' AND {MINE}"),
    "tra-lai": ("Bị trả lại", f"d.state = 'sent_back' AND {MINE}"),
    "da-trinh": ("Đã trình", f"d.state IN ('in_review', 'approved') AND {MINE}"),
    "toi-duyet": ("Tôi duyệt", TO_ME.format(purpose="<> 'signature'")),
    "xin-y-kien": (
        "Xin ý kiến tôi",
        "EXISTS (SELECT 1 FROM documents_opinionrequest q WHERE q.document_id = d.id"
        " AND q.to_id = %(posting_id)s AND q.answered_at IS NULL)",
    ),
    "da-huy": ("Đã hủy", f"d.state = 'cancelled' AND d.symbol = '' AND {MINE}"),
}
OPEN = "d.state IN ('drafting', 'sent_back', 'in_review', 'approved')"


@dataclass(frozen=True)
class DraftRow:
    """A draft in the list. `waits_for` names who has it now; `reason`: why it came back."""

    id: int
    state: str
    state_label: str
    type_code: str
    subject: str
    urgency: int
    changed_at: datetime
    drafter_name: str
    unit_name: str
    version: int
    waits_for: str
    reason: str


COLUMNS = """
SELECT d.id, d.state, d.type_code, d.subject, d.urgency, d.changed_at, n.full_name,
       coalesce(u.name, ''),
       (SELECT max(v.ordinal) FROM documents_draftversion v WHERE v.document_id = d.id),
       coalesce((SELECT string_agg(p.full_name, ', ' ORDER BY s.id)
          FROM documents_submission s JOIN orgs_posting g ON g.id = s.to_id
          JOIN orgs_person p ON p.id = g.person_id
         WHERE s.document_id = d.id AND s.closed_at IS NULL), ''),
       CASE WHEN d.state = 'sent_back' THEN coalesce((SELECT r.reason FROM documents_review r
         WHERE r.document_id = d.id AND r.decision = 'sent_back' ORDER BY r.id DESC LIMIT 1), '')
       ELSE '' END
FROM documents_document d
JOIN orgs_posting h ON h.id = d.drafter_id JOIN orgs_person n ON n.id = h.person_id
LEFT JOIN orgs_unit u ON u.id = d.drafting_unit_id
"""


def drafts(
    by: Actor, tab: str, postings: Sequence[int], key: str = "", size: int = PAGE_SIZE
) -> Page[DraftRow]:
    """One page of drafts that this actor may see, last changed first; no tab: all open ones.

    `postings` are the actor's own posting and those it stands in for.
    """
    parameters = {**_parameters(by, postings), "size": size + 1}
    conditions = ["d.agency_id = %(agency_id)s", "d.origin = 'ours'"]
    conditions.append(TABS[tab][1] if tab in TABS else OPEN)
    if not parameters["sees_all"]:
        conditions.append(READABLE.format(doc="d.id"))
    after = decode_key(key, 2)
    if after:
        conditions.append("(d.changed_at, d.id) < (%(after_at)s::timestamptz, %(after_id)s)")
        parameters |= {"after_at": after[0], "after_id": after[1]}
    where = " AND ".join(f"({one})" for one in conditions)
    sql = f"{COLUMNS} WHERE {where} ORDER BY d.changed_at DESC, d.id DESC LIMIT %(size)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [_row(row) for row in cursor.fetchall()]
    return cut_page(rows, lambda row: encode_key(row.changed_at.isoformat(), row.id), size)


def tab_counts(by: Actor, postings: Sequence[int]) -> dict[str, int]:
    """How many drafts stand in each tab but the last, in one statement."""
    counted = list(TABS)[:-1]
    sums = ", ".join(f"count(*) FILTER (WHERE {TABS[tab][1]})" for tab in counted)
    parameters = _parameters(by, postings)
    visible = "" if parameters["sees_all"] else " AND " + READABLE.format(doc="d.id")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {sums} FROM documents_document d"
            f" WHERE d.agency_id = %(agency_id)s AND d.origin = 'ours' AND {OPEN}{visible}",
            parameters,
        )
        return dict(zip(counted, cursor.fetchone(), strict=True))


def _parameters(by: Actor, postings: Sequence[int]) -> dict[str, object]:
    return {
        **visible_parameters(by),
        "postings": list(postings),
        "headed_unit_id": by.unit_id if by.has(UNIT_HEAD) else None,
    }


def _row(row: tuple) -> DraftRow:
    return DraftRow(row[0], row[1], str(DocumentState(row[1]).label), *row[2:])


@dataclass(frozen=True)
class SubmissionRow:
    """Something laid before a person: for review or for signature."""

    document_id: int
    purpose: str
    subject: str
    type_code: str
    urgency: int
    symbol: str
    from_name: str
    at: datetime
    note: str
    for_name: str


WAITING = """
SELECT d.id, s.purpose, d.subject, d.type_code, d.urgency, d.symbol, n.full_name, s.at, s.note,
       o.full_name
FROM documents_submission s
JOIN documents_document d ON d.id = s.document_id
JOIN orgs_posting g ON g.id = s.by_id JOIN orgs_person n ON n.id = g.person_id
JOIN orgs_posting t ON t.id = s.to_id JOIN orgs_person o ON o.id = t.person_id
WHERE s.to_id = ANY(%(postings)s) AND s.closed_at IS NULL
ORDER BY d.urgency DESC, s.at, s.id LIMIT 300
"""
SIGNED = """
SELECT d.id, 'signature', d.subject, d.type_code, d.urgency, d.symbol, d.signer_name, s.at, '',
       d.signer_name
FROM documents_signing s JOIN documents_document d ON d.id = s.document_id
WHERE s.by_id = ANY(%(postings)s) AND s.part = 'person' AND s.voided_at IS NULL
ORDER BY s.at DESC, s.id DESC LIMIT 60
"""


def waiting_submissions(postings: Sequence[int]) -> list[SubmissionRow]:
    """What waits for these postings' review or signature: urgent first, then as it came."""
    return _submissions(WAITING, postings)


def signed_by(postings: Sequence[int]) -> list[SubmissionRow]:
    """What these postings signed last."""
    return _submissions(SIGNED, postings)


def _submissions(sql: str, postings: Sequence[int]) -> list[SubmissionRow]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"postings": list(postings)})
        return [SubmissionRow(*row) for row in cursor.fetchall()]


def autosave_of(by: Actor, document_id: int) -> Autosave | None:
    """What this person typed in the draft and has not made a version; None: nothing."""
    return Autosave.objects.filter(document_id=document_id, posting_id=by.posting_id).first()

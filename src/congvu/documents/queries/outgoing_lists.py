"""What pages ask about outgoing documents (văn bản đi): the list, its counters, the next number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import READABLE, visible_parameters
from congvu.documents.drafting.check_draft import kind_of
from congvu.documents.drafting.typeset_draft import symbol_after_number
from congvu.documents.models import Document, RegisterBook
from congvu.documents.outgoing.number import book_name, series_of
from congvu.documents.states import DocumentState
from congvu.kit.folding import symbol_key
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor
from congvu.rules import numbering

TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cho-cap-so": ("Chờ cấp số", (DocumentState.SIGNED,)),
    "cho-phat-hanh": ("Chờ phát hành", (DocumentState.NUMBERED,)),
    "da-phat-hanh": ("Đã phát hành", (DocumentState.ISSUED,)),
    "thu-hoi": ("Thu hồi, thay thế", (DocumentState.RECALLED, DocumentState.REPLACED)),
}
# From the signature on a document is in the clerk's hands; a cancelled one only with its number.
STATES = [state for _, states in TABS.values() for state in states] + [DocumentState.CANCELLED]


@dataclass(frozen=True)
class OutgoingRow:
    """An outgoing document in the list. `signed_at` is the person's signature."""

    id: int
    state: str
    state_label: str
    type_code: str
    symbol: str
    subject: str
    urgency: int
    issued_on: date | None
    issued_at: datetime | None
    changed_at: datetime
    signer_name: str
    unit_name: str
    recipient_count: int
    signed_at: datetime | None


COLUMNS = """
SELECT d.id, d.state, d.type_code, d.symbol, d.subject, d.urgency, d.issued_on, d.issued_at,
       d.changed_at, d.signer_name, coalesce(u.name, ''),
       (SELECT count(*) FROM documents_recipient r WHERE r.document_id = d.id),
       (SELECT max(s.at) FROM documents_signing s
         WHERE s.document_id = d.id AND s.part = 'person')
FROM documents_document d
LEFT JOIN orgs_unit u ON u.id = d.drafting_unit_id
"""
# The filters are SQL text of ours, chosen by name; what the user typed is only a parameter.
FILTERS = {
    "states": "d.state = ANY(%(states)s)",
    "urgency": "d.urgency >= %(urgency)s",
    "from_day": "d.issued_on >= %(from_day)s",
    "to_day": "d.issued_on <= %(to_day)s",
    "type_code": "d.type_code = %(type_code)s",
    "symbol": "d.symbol_key LIKE %(symbol)s",
}


@dataclass(frozen=True)
class OutgoingFilter:
    """What the list is narrowed to; empty means everything from the signature on."""

    tab: str = ""
    urgency: int | None = None
    from_day: date | None = None
    to_day: date | None = None
    type_code: str = ""
    symbol: str = ""

    def parameters(self) -> dict[str, object]:
        """The filters in use, with their values."""
        given: dict[str, object] = {
            "states": list(TABS[self.tab][1]) if self.tab in TABS else STATES,
            "urgency": self.urgency,
            "from_day": self.from_day,
            "to_day": self.to_day,
            "type_code": self.type_code or None,
            "symbol": symbol_key(self.symbol) + "%" if self.symbol.strip() else None,
        }
        return {name: value for name, value in given.items() if value is not None}

    @property
    def is_narrow(self) -> bool:
        """Whether more than the tab was asked for."""
        return len(self.parameters()) > 1


def outgoing_documents(
    by: Actor, wanted: OutgoingFilter, key: str = "", size: int = PAGE_SIZE
) -> Page[OutgoingRow]:
    """One page of the agency's outgoing documents that this actor may see, last changed first."""
    parameters = {**visible_parameters(by), **wanted.parameters(), "size": size + 1}
    conditions = [
        "d.agency_id = %(agency_id)s",
        "d.origin = 'ours'",
        "(d.state <> 'cancelled' OR d.symbol <> '')",
    ]
    conditions += [FILTERS[name] for name in wanted.parameters()]
    if not parameters["sees_all"]:
        conditions.append(READABLE.format(doc="d.id"))
    after = decode_key(key, 2)
    if after:
        conditions.append("(d.changed_at, d.id) < (%(after_at)s::timestamptz, %(after_id)s)")
        parameters |= {"after_at": after[0], "after_id": after[1]}
    sql = (
        COLUMNS
        + " WHERE "
        + " AND ".join(conditions)
        + " ORDER BY d.changed_at DESC, d.id DESC LIMIT %(size)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [_row(row) for row in cursor.fetchall()]
    return cut_page(rows, lambda row: encode_key(row.changed_at.isoformat(), row.id), size)


def tab_counts(by: Actor) -> dict[str, int]:
    """How many documents wait in the tabs that wait for the clerk (by the same visibility)."""
    parameters = visible_parameters(by)
    condition = "" if parameters["sees_all"] else " AND " + READABLE.format(doc="d.id")
    waiting = [state for tab in list(TABS)[:2] for state in TABS[tab][1]]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.state, count(*) FROM documents_document d"
            " WHERE d.agency_id = %(agency_id)s AND d.state = ANY(%(waiting)s)"
            + condition
            + " GROUP BY d.state",
            {**parameters, "waiting": waiting},
        )
        by_state = dict(cursor.fetchall())
    return {
        tab: sum(by_state.get(state, 0) for state in states) for tab, (_, states) in TABS.items()
    }


@dataclass(frozen=True)
class NextNumber:
    """The number that a document would get on a day, were it numbered now. Nothing is reserved."""

    symbol: str
    book: str
    on: date
    last_number: int
    last_on: date | None


def next_number(document: Document, on: date) -> NextNumber:
    """What the clerk is shown before numbering; raises the refusal of the unit without letters."""
    kind = kind_of(document)
    series = series_of(document.agency_id, kind, on)
    book = RegisterBook.objects.filter(
        agency_id=document.agency_id,
        direction=RegisterBook.Direction.OUTGOING,
        series=series,
        year=on.year,
    ).first()
    last = book.last_number if book else 0
    return NextNumber(
        symbol=f"{numbering.padded(last + 1)}/{symbol_after_number(document, on.year)}",
        book=book.name if book else book_name(kind, series),
        on=on,
        last_number=last,
        last_on=book.last_on if book else None,
    )


@dataclass(frozen=True)
class IssuedChoice:
    """An issued document as a choice in a form."""

    id: int
    symbol: str
    subject: str


def recently_issued(by: Actor, *, but: int, limit: int = 100) -> list[IssuedChoice]:
    """Issued documents of the agency that could replace another (ND30 Điều 18.3), newest first."""
    rows = (
        Document.objects.filter(agency_id=by.agency_id, state=DocumentState.ISSUED)
        .exclude(id=but)
        .order_by("-issued_at", "-id")
        .values_list("id", "symbol", "subject")[:limit]
    )
    return [IssuedChoice(*row) for row in rows]


def _row(row: tuple) -> OutgoingRow:
    return OutgoingRow(row[0], row[1], str(DocumentState(row[1]).label), *row[2:])


def recipients_of_last_issue(by: Actor) -> list[int]:
    """The agencies that the agency's last issued document went to: a quick choice for the next."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.to_agency_id FROM documents_recipient r"
            " WHERE r.to_agency_id IS NOT NULL AND r.document_id = ("
            "  SELECT d.id FROM documents_document d WHERE d.agency_id = %(agency_id)s"
            "  AND d.issued_at IS NOT NULL ORDER BY d.issued_at DESC, d.id DESC LIMIT 1)"
            " ORDER BY r.ordinal",
            {"agency_id": by.agency_id},
        )
        return [row[0] for row in cursor.fetchall()]

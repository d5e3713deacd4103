"""What pages ask about arrivals (văn bản đến): the list, its counters, one arrival."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import READABLE, VISIBLE, visible_parameters
from congvu.documents.models.document import Urgency
from congvu.documents.states import OPEN_STATES, ArrivalState
from congvu.kit.folding import symbol_key
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor

TABS: dict[str, tuple[str, tuple[str, ...]]] = {
    "cho-tiep-nhan": ("Chờ tiếp nhận", (ArrivalState.ARRIVED,)),
    "da-dang-ky": ("Đã đăng ký, chờ xử lý", (ArrivalState.REGISTERED, ArrivalState.PRESENTED)),
    "dang-xu-ly": ("Đang xử lý", (ArrivalState.ASSIGNED, ArrivalState.IN_WORK)),
    "hoan-thanh": ("Hoàn thành", (ArrivalState.DONE,)),
    "tra-lai": ("Trả lại, thu hồi", (ArrivalState.HANDED_BACK, ArrivalState.RECALLED)),
}


@dataclass(frozen=True)
class ArrivalRow:
    """An arrival in the list. `document_id` stays when the document itself was recalled."""

    id: int
    document_id: int
    state: str
    state_label: str
    urgency: int
    urgency_label: str
    number: int | None
    received_at: datetime
    entered_at: datetime
    register_by: datetime
    due_at: datetime | None
    is_unread: bool
    is_for_information: bool
    recall_asked_at: datetime | None
    symbol: str
    subject: str
    sender_name: str
    type_code: str
    issued_on: date | None


SELECT = """
SELECT a.id, a.document_id, a.state, a.urgency, g.number, a.received_at, a.entered_at,
       a.register_by, a.due_at, a.first_read_at IS NULL, a.is_for_information, a.recall_asked_at,
       coalesce(d.symbol, ''), coalesce(d.subject, 'Văn bản đã bị thu hồi'), a.sender_name,
       coalesce(d.type_code, ''), d.issued_on
"""
DETAILS = """
LEFT JOIN documents_document d ON d.id = a.document_id
LEFT JOIN documents_registration g ON g.arrival_id = a.id
"""
COLUMNS = f"{SELECT} FROM documents_arrival a {DETAILS}"
OF_DOCUMENT = "JOIN documents_document d ON d.id = a.document_id"
# The page is cut before anything is joined to it, and its limit is written out: so one plan is as
# good for every agency, and the server keeps it instead of planning each time.
PAGE = (
    SELECT
    + "FROM (SELECT a.* FROM documents_arrival a {joined} WHERE {conditions}"
    + " ORDER BY a.received_at DESC, a.id DESC LIMIT {limit}) a"
    + DETAILS
    + "ORDER BY a.received_at DESC, a.id DESC"
)
# The filters are SQL text of ours, chosen by name; what the user typed is only a parameter.
FILTERS = {
    "states": "a.state = ANY(%(states)s)",
    "urgency": "a.urgency >= %(urgency)s",
    "channel": "a.channel = %(channel)s",
    "from_day": "a.received_at >= %(from_day)s",
    "to_day": "a.received_at < %(to_day)s::date + 1",
    "type_code": "d.type_code = %(type_code)s",
    "symbol": "d.symbol_key LIKE %(symbol)s",
    "unread": "a.first_read_at IS NULL",
}


# Written out, not passed: only so does the planner know that the index of open arrivals fits.
IS_OPEN = "a.state IN (" + ", ".join(f"'{state.value}'" for state in OPEN_STATES) + ")"


@dataclass(frozen=True)
class ArrivalFilter:
    """What the list is narrowed to; empty means everything."""

    tab: str = ""
    urgency: int | None = None
    channel: str = ""
    from_day: date | None = None
    to_day: date | None = None
    type_code: str = ""
    symbol: str = ""
    unread: bool = False

    def parameters(self) -> dict[str, object]:
        """The filters in use, with their values."""
        given: dict[str, object] = {
            "states": list(TABS[self.tab][1]) if self.tab in TABS else None,
            "urgency": self.urgency,
            "channel": self.channel or None,
            "from_day": self.from_day,
            "to_day": self.to_day,
            "type_code": self.type_code or None,
            "symbol": symbol_key(self.symbol) + "%" if self.symbol.strip() else None,
            "unread": True if self.unread else None,
        }
        return {name: value for name, value in given.items() if value is not None}


def arrivals(by: Actor, wanted: ArrivalFilter, key: str = "", size: int = PAGE_SIZE) -> Page:
    """One page of the agency's arrivals that this actor may see, newest legal receipt first."""
    parameters = {**visible_parameters(by), **wanted.parameters()}
    conditions = ["a.agency_id = %(agency_id)s"]
    conditions += [FILTERS[name] for name in wanted.parameters()]
    if not parameters["sees_all"]:
        conditions.append(READABLE.format(doc="a.document_id"))
    after = decode_key(key, 2)
    if after:
        conditions.append("(a.received_at, a.id) < (%(after_at)s::timestamptz, %(after_id)s)")
        parameters |= {"after_at": after[0], "after_id": after[1]}
    sql = PAGE.format(
        joined=OF_DOCUMENT if any("d." in one for one in conditions) else "",
        conditions=" AND ".join(conditions),
        limit=int(size) + 1,
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = [_row(row) for row in cursor.fetchall()]
    return cut_page(rows, lambda row: encode_key(row.received_at.isoformat(), row.id), size)


def arrival_row(by: Actor, arrival_id: int) -> ArrivalRow | None:
    """One arrival as the list shows it; None where this actor may not see it."""
    parameters = {**visible_parameters(by), "id": arrival_id}
    sql = (
        COLUMNS
        + " WHERE a.id = %(id)s AND a.agency_id = %(agency_id)s AND "
        + VISIBLE.format(doc="a.document_id")
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return _row(row) if row else None


def tab_counts(by: Actor) -> dict[str, int]:
    """How many arrivals stand in each tab that waits for somebody (by the same visibility)."""
    parameters = visible_parameters(by)
    condition = "" if parameters["sees_all"] else " AND " + READABLE.format(doc="a.document_id")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.state, count(*) FROM documents_arrival a"
            f" WHERE a.agency_id = %(agency_id)s AND {IS_OPEN}" + condition + " GROUP BY a.state",
            parameters,
        )
        by_state = dict(cursor.fetchall())
    return {
        tab: sum(by_state.get(state, 0) for state in states) for tab, (_, states) in TABS.items()
    }


def possible_duplicates(
    *, agency_id: int, symbol: str, issuer_name: str, sha256: str = ""
) -> list[ArrivalRow]:
    """Arrivals here with the same number, symbol and issuer, or the same file (R19)."""
    sql = (
        COLUMNS
        + " WHERE a.agency_id = %(agency_id)s AND ("
        + " (d.symbol_key = %(symbol)s AND %(symbol)s <> ''"
        + "  AND congvu_fold(d.issuer_name) = congvu_fold(%(issuer)s))"
        + " OR (%(sha)s <> '' AND EXISTS (SELECT 1 FROM documents_attachment f"
        + "     WHERE f.document_id = d.id AND f.sha256 = %(sha)s)))"
        + " ORDER BY a.received_at DESC LIMIT 10"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                "agency_id": agency_id,
                "symbol": symbol_key(symbol),
                "issuer": issuer_name,
                "sha": sha256,
            },
        )
        return [_row(row) for row in cursor.fetchall()]


def _row(row: tuple) -> ArrivalRow:
    return ArrivalRow(
        row[0],
        row[1],
        row[2],
        str(ArrivalState(row[2]).label),
        row[3],
        str(Urgency(row[3]).label),
        *row[4:],
    )

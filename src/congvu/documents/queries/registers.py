"""Registers of outgoing documents: what stands in a book, its prints, and what is amiss in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import VISIBLE, visible_parameters
from congvu.documents.states import DocumentState
from congvu.documents.types import RegisterPrint
from congvu.kit import clock
from congvu.kit.folding import symbol_key
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type

MOST_ROWS = 5000


@dataclass(frozen=True)
class BookRow:
    """A register of the agency: its last number and date, and where it was taken over."""

    id: int
    direction: str
    series: str
    year: int
    name: str
    last_number: int
    last_on: date | None
    taken_over_at_number: int
    taken_over_basis: str
    next_number: int


@dataclass(frozen=True)
class RegisterRow:
    """A line of the register of outgoing documents (ND30 Phụ lục IV: sổ đăng ký văn bản đi)."""

    document_id: int
    number: int
    symbol: str
    numbered_on: date
    type_name: str
    subject: str
    signer_name: str
    recipients: str
    kept_by: str
    copies: int
    issued_at: datetime | None
    state: str
    state_label: str
    voided_at: datetime | None
    void_reason: str

    @property
    def note(self) -> str:
        """The last column: what became of the number where it was not simply issued."""
        if self.voided_at is not None:
            return f"Số hủy: {self.void_reason}"
        return "" if self.state == DocumentState.ISSUED else self.state_label


@dataclass(frozen=True)
class NumberCheck:
    """What is known of one number in a book (kiểm tra số)."""

    number: int
    is_given: bool
    is_taken_over: bool
    is_void: bool
    symbol: str
    document_id: int | None
    state_label: str


BOOKS = """
SELECT b.id, b.direction, b.series, b.year, b.name, b.last_number, b.last_on,
       b.taken_over_at_number, b.taken_over_basis, b.last_number + 1
FROM documents_registerbook b
WHERE b.agency_id = %(agency_id)s AND (%(year)s::int IS NULL OR b.year = %(year)s)
ORDER BY b.year DESC, b.direction DESC, b.name, b.id
"""
ROWS = f"""
SELECT d.id, n.number, n.symbol, n."on", d.type_code, d.subject, d.signer_name,
       coalesce((SELECT string_agg(r.name, '; ' ORDER BY r.ordinal)
                   FROM documents_recipient r WHERE r.document_id = d.id), ''),
       coalesce(u.name, ''), coalesce(i.recipient_count, 0), i.at, d.state, n.voided_at,
       n.void_reason
FROM documents_numbering n JOIN documents_document d ON d.id = n.document_id
LEFT JOIN orgs_unit u ON u.id = d.drafting_unit_id
LEFT JOIN documents_issue i ON i.document_id = d.id
WHERE n.agency_id = %(agency_id)s AND n.book_id = %(book_id)s
  AND n."on" BETWEEN %(from_day)s AND %(to_day)s AND {VISIBLE.format(doc="d.id")}
ORDER BY n.number, n.suffix LIMIT %(limit)s
"""
GIVEN = """
SELECT n.number, n.symbol, n.document_id, d.state, n.voided_at IS NOT NULL
FROM documents_numbering n JOIN documents_document d ON d.id = n.document_id
WHERE n.agency_id = %(agency_id)s AND n.book_id = %(book_id)s
  AND (%(number)s::int IS NULL OR n.number = %(number)s)
ORDER BY n.number
"""
SAME_SYMBOL = f"""
SELECT d.id, d.symbol, d.subject, d.issued_on FROM documents_document d
WHERE d.agency_id = %(agency_id)s AND d.origin = 'ours' AND d.symbol_key = %(symbol)s
  AND d.issued_on BETWEEN make_date(%(year)s, 1, 1) AND make_date(%(year)s, 12, 31)
  AND {VISIBLE.format(doc="d.id")}
ORDER BY d.id
"""


def books_of(by: Actor, year: int | None = None) -> list[BookRow]:
    """The agency's registers, newest year first."""
    return [BookRow(*row) for row in _asked(BOOKS, {"agency_id": by.agency_id, "year": year})]


@clause("ND30.16", "ND30.16.2.b")
def register_rows(by: Actor, book_id: int, from_day: date, to_day: date) -> list[RegisterRow]:
    """The lines of an outgoing register between two days, in the order of their numbers."""
    asked = {
        **visible_parameters(by),
        "book_id": book_id,
        "from_day": from_day,
        "to_day": to_day,
        "limit": MOST_ROWS,
    }
    return [
        RegisterRow(
            *(
                *row[:4],
                document_type(row[4]).name,
                *row[5:12],
                str(DocumentState(row[11]).label),
                *row[12:],
            )
        )
        for row in _asked(ROWS, asked)
    ]


@clause("ND30.16.2.b", "ND30.PL4")
def register_print(
    by: Actor, book: BookRow, rows: Iterable[RegisterRow], from_day: date, to_day: date
) -> RegisterPrint:
    """The register for printing and binding, with the ten columns of the decree."""
    rows = list(rows)
    agency = orgs.agency(by.agency_id or 0)
    return RegisterPrint(
        agency_name=agency.name,
        upper_name=" ".join(agency.superior_lines),
        year=book.year,
        from_day=f"{from_day:%d/%m/%Y}",
        to_day=f"{to_day:%d/%m/%Y}",
        from_number=numbering.padded(rows[0].number) if rows else "",
        to_number=numbering.padded(rows[-1].number) if rows else "",
        volume="01",
        rows=tuple(_columns(row) for row in rows),
    )


@clause("ND30.15.1")
def check_number(by: Actor, book_id: int, number: int) -> NumberCheck:
    """Kiểm tra số: whether a number of the book is given, to what, or was given before us."""
    found = _asked(GIVEN, {"agency_id": by.agency_id, "book_id": book_id, "number": number})
    if found:
        number, symbol, document_id, state, is_void = found[0]
        label = str(DocumentState(state).label)
        return NumberCheck(number, True, False, is_void, symbol, document_id, label)
    book = next((one for one in books_of(by) if one.id == book_id), None)
    is_taken_over = book is not None and 0 < number <= book.taken_over_at_number
    return NumberCheck(number, is_taken_over, is_taken_over, False, "", None, "")


@clause("ND30.15.1")
def missing_numbers(by: Actor, book_id: int) -> tuple[int, ...]:
    """Numbers up to the last one that no row of the book holds: none, where it is sound."""
    book = next((one for one in books_of(by) if one.id == book_id), None)
    if book is None:
        return ()
    asked = {"agency_id": by.agency_id, "book_id": book_id, "number": None}
    given = {row[0] for row in _asked(GIVEN, asked)} | set(range(1, book.taken_over_at_number + 1))
    # One past the counter closes the row: a last number that no row holds is missing too.
    return numbering.missing_numbers({*given, book.last_number + 1})


@clause("ND30.15.1")
def numbers_not_issued(by: Actor, book_id: int) -> list[NumberCheck]:
    """Số chưa phát hành: numbers given to documents that have not left, void ones included."""
    asked = {"agency_id": by.agency_id, "book_id": book_id, "number": None}
    return [
        NumberCheck(
            number, True, False, is_void, symbol, document_id, str(DocumentState(state).label)
        )
        for number, symbol, document_id, state, is_void in _asked(GIVEN, asked)
        if state in {DocumentState.NUMBERED, DocumentState.CANCELLED}
    ]


def documents_with_symbol(by: Actor, symbol: str, year: int) -> list[tuple]:
    """Ours with this number and symbol in that year: (id, symbol, subject, issued on)."""
    asked = {**visible_parameters(by), "symbol": symbol_key(symbol), "year": year}
    return _asked(SAME_SYMBOL, asked)


def _columns(row: RegisterRow) -> tuple[str, ...]:
    issued = clock.local(row.issued_at) if row.issued_at else None
    return (
        row.symbol,
        f"{row.numbered_on:%d/%m/%Y}",
        f"{row.type_name}: {row.subject}",
        row.signer_name,
        row.recipients,
        row.kept_by or "Văn thư",
        str(row.copies) if row.copies else "",
        f"{issued:%d/%m/%Y}" if issued else "",
        "Hệ thống" if issued else "",
        row.note,
    )


def _asked(sql: str, parameters: Mapping[str, object]) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows: list[tuple] = cursor.fetchall()
    return rows

"""The register of incoming documents: its lines and its print (ND30 Phụ lục IV, facts 48, 49)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import VISIBLE, visible_parameters
from congvu.documents.types import RegisterPrint
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type

MOST_ROWS = 5000
ROWS = f"""
SELECT a.id, g.number, g."on", a.sender_name, coalesce(d.symbol, ''), d.issued_on,
       coalesce(d.type_code, ''), coalesce(d.subject, 'Văn bản đã bị thu hồi'),
       coalesce((SELECT string_agg(DISTINCT p.full_name, '; ')
                   FROM tasks_task t JOIN tasks_assignment s ON s.task_id = t.id
                   JOIN orgs_posting k ON k.id = s.to_id JOIN orgs_person p ON p.id = k.person_id
                  WHERE t.arrival_id = a.id AND s.part <> 'info'), ''),
       (SELECT min(t.at) FROM tasks_task t WHERE t.arrival_id = a.id), g.note, a.state
FROM documents_registration g JOIN documents_arrival a ON a.id = g.arrival_id
LEFT JOIN documents_document d ON d.id = a.document_id
WHERE g.agency_id = %(agency_id)s AND g.book_id = %(book_id)s
  AND g."on" BETWEEN %(from_day)s AND %(to_day)s AND {VISIBLE.format(doc="a.document_id")}
ORDER BY g.number LIMIT %(limit)s
"""


@dataclass(frozen=True)
class IncomingRow:
    """A line of the register of incoming documents (sổ đăng ký văn bản đến)."""

    arrival_id: int
    number: int
    on: date
    author: str
    symbol: str
    issued_on: date | None
    type_code: str
    subject: str
    handed_to: str
    handed_at: datetime | None
    note: str
    state: str


@clause("ND30.22")
def incoming_rows(by: Actor, book_id: int, from_day: date, to_day: date) -> list[IncomingRow]:
    """The lines between two days, in the order of their numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            ROWS,
            {
                **visible_parameters(by),
                "book_id": book_id,
                "from_day": from_day,
                "to_day": to_day,
                "limit": MOST_ROWS,
            },
        )
        return [IncomingRow(*row) for row in cursor.fetchall()]


@clause("ND30.22.3.b", "ND30.PL4")
def incoming_print(
    by: Actor, year: int, rows: Iterable[IncomingRow], from_day: date, to_day: date
) -> RegisterPrint:
    """The register for printing and binding, with the ten columns of the decree."""
    rows = list(rows)
    agency = orgs.agency(by.agency_id or 0)
    return RegisterPrint(
        agency_name=agency.name,
        upper_name=" ".join(agency.superior_lines),
        year=year,
        from_day=f"{from_day:%d/%m/%Y}",
        to_day=f"{to_day:%d/%m/%Y}",
        from_number=numbering.padded(rows[0].number) if rows else "",
        to_number=numbering.padded(rows[-1].number) if rows else "",
        volume="01",
        rows=tuple(_columns(row) for row in rows),
    )


def _columns(row: IncomingRow) -> tuple[str, ...]:
    kind = document_type(row.type_code).name if row.type_code else ""
    handed = clock.local(row.handed_at) if row.handed_at else None
    return (
        f"{row.on:%d/%m/%Y}",
        numbering.padded(row.number),
        row.author,
        row.symbol,
        f"{row.issued_on:%d/%m/%Y}" if row.issued_on else "",
        f"{kind}: {row.subject}" if kind else row.subject,
        row.handed_to,
        f"{handed:%d/%m/%Y}" if handed else "",
        "Hệ thống" if handed else "",
        row.note or ("Đã thu hồi" if row.state == "recalled" else ""),
    )

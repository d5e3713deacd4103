"""What pages ask about records."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.orgs.types import Actor
from congvu.records.access import SEES_ALL
from congvu.records.states import RecordState
from congvu.records.types import RETENTION


@dataclass(frozen=True)
class RecordRow:
    """A record in a list."""

    id: int
    code: str
    year: int
    title: str
    state: str
    state_label: str
    retention: str
    keeper_name: str
    document_count: int
    opened_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True)
class FiledRow:
    """A document in a record."""

    ordinal: int
    document_id: int
    arrival_id: int | None
    symbol: str
    issued_on: date | None
    subject: str
    issuer_name: str
    filed_at: datetime


RECORDS = """
SELECT h.id, h.code, h.year, h.title, h.state, h.retention_code, p.full_name,
       (SELECT count(*) FROM records_filing f WHERE f.record_id = h.id AND f.removed_at IS NULL),
       h.opened_at, h.closed_at
FROM records_record h
JOIN orgs_posting k ON k.id = h.keeper_id JOIN orgs_person p ON p.id = k.person_id
WHERE h.agency_id = %(agency_id)s
  AND (%(sees_all)s OR h.keeper_id = %(posting_id)s OR h.opened_by_id = %(posting_id)s)
  AND (%(state)s = '' OR h.state = %(state)s)
  AND (%(record_id)s::bigint IS NULL OR h.id = %(record_id)s)
ORDER BY h.opened_at DESC, h.id DESC LIMIT 200
"""
FILED = """
SELECT f.ordinal, d.id, f.arrival_id, d.symbol, d.issued_on, d.subject, d.issuer_name, f.at
FROM records_filing f JOIN documents_document d ON d.id = f.document_id
WHERE f.record_id = %s AND f.removed_at IS NULL ORDER BY f.ordinal
"""


def records_of(by: Actor, *, state: str = "", record_id: int | None = None) -> list[RecordRow]:
    """The records this actor may see, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            RECORDS,
            {
                "agency_id": by.agency_id,
                "posting_id": by.posting_id,
                "sees_all": not SEES_ALL.isdisjoint(by.roles),
                "state": state,
                "record_id": record_id,
            },
        )
        return [
            RecordRow(
                *(
                    *row[:5],
                    str(RecordState(row[4]).label),
                    RETENTION.get(row[5], row[5]),
                    *row[6:],
                )
            )
            for row in cursor.fetchall()
        ]


def filed_in(record_id: int) -> list[FiledRow]:
    """The documents of a record in the order of their ordinals."""
    with connection.cursor() as cursor:
        cursor.execute(FILED, [record_id])
        return [FiledRow(*row) for row in cursor.fetchall()]


def records_with(document_id: int, agency_id: int) -> list[tuple[int, str, str]]:
    """The records of an agency in which a document stands: id, code, title."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT h.id, h.code, h.title FROM records_filing f"
            " JOIN records_record h ON h.id = f.record_id"
            " WHERE f.document_id = %s AND f.agency_id = %s AND f.removed_at IS NULL",
            [document_id, agency_id],
        )
        return cursor.fetchall()

"""Search over documents: by number and symbol, by words with or without diacritics."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection

from congvu.documents.access import VISIBLE, visible_parameters
from congvu.documents.states import ArrivalState, DocumentState
from congvu.kit import search
from congvu.kit.folding import symbol_key
from congvu.orgs.types import Actor

SYMBOL = re.compile(r"^\s*(số\s*:?\s*)?\d+\s*(/\S*)?\s*$", re.IGNORECASE)
LIMIT = 60

FOUND = f"""
SELECT d.id, a.id, d.symbol, d.subject, coalesce(d.issuer_name, ''), d.issued_on,
       coalesce(a.received_at, d.issued_at, d.changed_at), d.urgency,
       coalesce(a.state, d.state), g.number
FROM documents_document d
LEFT JOIN documents_arrival a ON a.document_id = d.id AND a.agency_id = %(agency_id)s
LEFT JOIN documents_registration g ON g.arrival_id = a.id
WHERE (d.agency_id = %(agency_id)s OR a.state NOT IN ('recalled', 'handed_back'))
  AND {{condition}} AND {VISIBLE.format(doc="d.id")}
ORDER BY 7 DESC, d.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True)
class FoundRow:
    """A document that was found. `arrival_id` where it came to this agency."""

    document_id: int
    arrival_id: int | None
    symbol: str
    subject: str
    issuer_name: str
    issued_on: date | None
    at: datetime
    urgency: int
    state_label: str
    number: int | None


def find_documents(by: Actor, text: str) -> list[FoundRow]:
    """What this actor may see and matches: newest first, at most 60."""
    if SYMBOL.match(text):
        return _rows(by, "d.symbol_key LIKE %(key)s", key=symbol_key(text) + "%")
    seen = visible_parameters(by)
    ids = search.find(
        "documents_searchentry",
        agency_id=by.agency_id or 0,
        query=search.parse(text),
        limit=LIMIT,
        also="true" if seen["sees_all"] else VISIBLE.format(doc="entry.document_id"),
        values=seen,
    )
    return _rows(by, "d.id = ANY(%(ids)s)", ids=ids) if ids else []


def _rows(by: Actor, condition: str, **values: object) -> list[FoundRow]:
    with connection.cursor() as cursor:
        cursor.execute(
            FOUND.format(condition=condition),
            {**visible_parameters(by), **values, "limit": LIMIT},
        )
        return [
            FoundRow(
                *(
                    *row[:8],
                    _label(row[8], row[1] is not None),
                    row[9],
                )
            )
            for row in cursor.fetchall()
        ]


def _label(state: str, has_arrived: bool) -> str:
    return str((ArrivalState if has_arrived else DocumentState)(state).label)

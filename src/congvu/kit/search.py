"""Full-text search, Vietnamese, in two phases, behind this one module.

A search table has the columns `document_id, agencies bigint[], received_at, tsv` with a GIN index
over (agencies, tsv) and a B-tree over received_at. Phase one walks the newest rows and filters
them, which is quick for common words; phase two asks the GIN index, which is quick for rare ones.
The planner is never left to choose: it walks the whole date index for a rare word.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled

from congvu.kit.folding import fold, nfc, words
from congvu.kit.refusal import refuse_if
from congvu.kit.refusals import SEARCH_TOO_WIDE

WALK = 3000
TIMEOUT_MS = 3000
COUNT_CAP = 1001
LONGEST_WORD = 200
_PHRASE = re.compile(r'"([^"]+)"')


@dataclass(frozen=True)
class Query:
    """A search text as lexeme expressions: folded for matching, accented for ranking."""

    folded: str
    accented: str

    @property
    def is_empty(self) -> bool:
        return not self.folded


def parse(text: str) -> Query:
    """Words are all required; "quoted words" must stand together."""
    text = nfc(text)
    phrases = [words(phrase) for phrase in _PHRASE.findall(text)]
    loose = words(_PHRASE.sub(" ", text))
    groups = [_searchable(group) for group in (*phrases, *([word] for word in loose))]
    groups = [group for group in groups if group]
    folded = " & ".join(_phrase([fold(word) for word in group]) for group in groups)
    accented = " & ".join(_phrase(group) for group in groups)
    return Query(folded, accented)


def _searchable(group: list[str]) -> list[str]:
    """The words that the index can hold: some letters of other scripts fold to nothing."""
    return [word[:LONGEST_WORD] for word in group if fold(word)]


def _phrase(group: list[str]) -> str:
    quoted = ["'" + word.replace("'", "''").replace("\\", "\\\\") + "'" for word in group if word]
    return "(" + " <-> ".join(quoted) + ")"


def vector_sql() -> str:
    """SQL of a document's vector over three text parameters: see `vector_values`."""
    return (
        "setweight(to_tsvector('simple', %s), 'A')"
        " || setweight(to_tsvector('simple', %s), 'B')"
        " || setweight(to_tsvector('simple', %s), 'D')"
    )


def vector_values(subject: str, body: str) -> list[str]:
    """The texts of `vector_sql`: folded subject, accented subject, folded body (2,000 words)."""
    return [
        " ".join(fold(word) for word in words(subject)),
        " ".join(words(subject)),
        " ".join(fold(word) for word in words(body)[:2000]),
    ]


NEWEST = """
SELECT document_id FROM (SELECT document_id, agencies, received_at, tsv FROM {table}
    ORDER BY received_at DESC LIMIT {walk}) entry
WHERE agencies @> %(agencies)s::bigint[] AND tsv @@ %(words)s::tsquery AND {also}
ORDER BY received_at DESC LIMIT %(limit)s
"""
# The sum keeps the planner from walking the date index for a rare word.
ANY_TIME = """
SELECT document_id FROM {table} entry
WHERE agencies @> %(agencies)s::bigint[] AND tsv @@ %(words)s::tsquery AND {also}
ORDER BY (received_at + interval '0') DESC LIMIT %(limit)s
"""


def find(
    table: str,
    *,
    agency_id: int,
    query: Query,
    limit: int = 30,
    also: str = "true",
    values: Mapping[str, object] | None = None,
) -> list[int]:
    """Document ids an agency may see that match, newest first.

    `also` is SQL of ours over `entry.document_id` with the named `values`: who may see what.
    Refuses a search that takes longer than TIMEOUT_MS.
    """
    if query.is_empty:
        return []
    parameters = {
        **(values or {}),
        "agencies": [agency_id],
        "words": query.folded,
        "limit": limit,
    }
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {TIMEOUT_MS}")
            found = _ids(cursor, NEWEST.format(table=table, walk=WALK, also=also), parameters)
            if len(found) < limit:
                found = _ids(cursor, ANY_TIME.format(table=table, also=also), parameters)
            cursor.execute("SET LOCAL statement_timeout = 0")
    except OperationalError as fault:
        refuse_if(isinstance(fault.__cause__, QueryCanceled), SEARCH_TOO_WIDE)
        raise
    return found


def _ids(cursor: Any, sql: str, parameters: Mapping[str, object]) -> list[int]:
    cursor.execute(sql, parameters)
    return [row[0] for row in cursor.fetchall()]

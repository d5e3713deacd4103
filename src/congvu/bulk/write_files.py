"""Write the files of an order, as Excel opens them: the rows with faults, what became of each row.

A file of 100,000 rows is written a few thousand at a time into a file of the system's own making
that has no name; nothing of it stays on disk and little of it in memory.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO

from django.db import connection

from congvu.bulk.models import BulkOrder
from congvu.bulk.states import RowState
from congvu.channels.states import MessageState
from congvu.channels.types import CHANNEL_WORDS, SMS
from congvu.kit import clock
from congvu.rules.clauses import clause

AT_ONCE = 5000
FAULTS = """
SELECT ordinal, cells, faults FROM bulk_bulkrow
WHERE order_id = %s AND ordinal > %s AND state IN ('wrong', 'repeated')
ORDER BY ordinal LIMIT %s
"""
# Attempts of a message with the best grade of what proves each; a row alone has none.
RESULT = """
WITH page AS MATERIALIZED (
    SELECT ordinal, cells, state, faults, message_id FROM bulk_bulkrow
    WHERE order_id = %s AND ordinal > %s ORDER BY ordinal LIMIT %s),
tried AS (
    SELECT attempt.message_id, min(proof.grade) AS grade,
        jsonb_agg(jsonb_build_array(attempt.channel, attempt.state, attempt.parts, attempt.said)
            ORDER BY attempt.id) AS attempts
    FROM channels_attempt AS attempt
    LEFT JOIN LATERAL (
        SELECT min(evidence.grade) AS grade FROM channels_evidence AS evidence
        WHERE evidence.attempt_id = attempt.id
          AND evidence.kind IN ('accepted', 'delivered', 'seen')) AS proof ON true
    WHERE attempt.message_id = ANY(ARRAY(SELECT message_id FROM page))
    GROUP BY 1)
SELECT page.ordinal, page.cells, page.state, page.faults, message.state, message.sent_at,
    message.received_at, tried.grade, tried.attempts
FROM page
LEFT JOIN channels_message AS message ON message.id = page.message_id
LEFT JOIN tried ON tried.message_id = page.message_id
ORDER BY page.ordinal
"""
LABELS: Mapping[str, str] = {**dict(RowState.choices), **dict(MessageState.choices)}
WENT = frozenset({"accepted", "delivered", "seen"})


def fault_file(order: BulkOrder) -> BinaryIO:
    """The rows with faults as a list that can be mended and taken again."""
    lines = (
        [*_cells(cells, order), ordinal, _fault_words(_loaded(faults), order.header)]
        for ordinal, cells, faults in _pages(FAULTS, order)
    )
    return _written([*order.header, "Dòng", "Lỗi"], lines)


@clause("QC.8.2")
def result_file(order: BulkOrder) -> BinaryIO:
    """What became of each row: state, moments, grade of evidence, parts of texts, why not."""
    header = [
        "Dòng", *order.header, "Kết quả", "Kênh", "Thời điểm gửi", "Thời điểm nhận",
        "Cấp chứng cứ", "Số phần SMS", "Ghi chú",
    ]  # fmt: skip
    return _written(header, (_result(order, *row) for row in _pages(RESULT, order)))


def _result(
    order: BulkOrder,
    ordinal: int,
    cells: Any,
    state: str,
    faults: Any,
    became: str | None,
    sent: datetime | None,
    received: datetime | None,
    grade: str | None,
    attempts: Any,
) -> list[object]:
    tried = _loaded(attempts) or []
    parts = sum(number for road, how, number, _ in tried if road == SMS and how in WENT)
    notes = [_fault_words(_loaded(faults), order.header)]
    notes += [f"{_road(road)}: {said}" for road, how, _, said in tried if said and how not in WENT]
    return [
        ordinal,
        *_cells(cells, order),
        LABELS[became or state],
        _road(tried[-1][0]) if tried else "",
        _moment(sent),
        _moment(received),
        grade or ("" if became is None else "D"),
        parts or "",
        "; ".join(one for one in notes if one),
    ]


def _pages(statement: str, order: BulkOrder) -> Iterator[tuple[Any, ...]]:
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(statement, [order.id, after, AT_ONCE])
            found = cursor.fetchall()
        yield from found
        if len(found) < AT_ONCE:
            return
        after = found[-1][0]


def _cells(cells: Any, order: BulkOrder) -> list[str]:
    width = len(order.header)
    return [*_loaded(cells), *[""] * width][:width]


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _road(road: str) -> str:
    words = CHANNEL_WORDS.get(road, road)
    return words[:1].upper() + words[1:]


@lru_cache(maxsize=8192)  # many are of the same second
def _moment(at: datetime | None) -> str:
    return f"{clock.local(at):%d/%m/%Y %H:%M:%S}" if at else ""


def _fault_words(faults: Mapping[str, str], header: Sequence[str]) -> str:
    return "; ".join(
        f"{header[int(place)]}: {said}" if place and int(place) < len(header) else said
        for place, said in faults.items()
    )


def _written(header: Sequence[str], lines: Iterable[Sequence[object]]) -> BinaryIO:
    """CSV with the mark by which Excel knows UTF-8; ready to be read from its beginning."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 (whoever sends it closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(word) for word in header])
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell

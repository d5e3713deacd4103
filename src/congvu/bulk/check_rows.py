"""Check the rows of an order, a slice at a time: cells, the ground for writing, repetitions.

Nothing leaves before this has been done for every row; a slice may be done twice.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from congvu.bulk.match_columns import missing_uses
from congvu.bulk.models import BulkOrder, BulkRow, TemplateVersion
from congvu.bulk.read_row import Reading, read_row
from congvu.bulk.states import OPEN, RowState
from congvu.bulk.types import CONSENT, Checked
from congvu.channels.accept import agreed_addresses
from congvu.channels.types import CHANNEL_WORDS
from congvu.rules.clauses import clause

SLICE = 2000
WRITE = """
UPDATE bulk_bulkrow AS kept SET state = found.state, faults = found.faults,
    digest = found.digest, road = found.road, parts = found.parts
FROM jsonb_to_recordset(%s::jsonb)
    AS found(id bigint, state text, faults jsonb, digest text, road text, parts smallint)
WHERE kept.id = found.id
"""
COUNT = """
SELECT state, road, count(*), sum(parts) FROM bulk_bulkrow WHERE order_id = %s GROUP BY 1, 2
"""
# The first of several equal rows goes; a row that is wrong is nobody's twin.
REPEATED = """
UPDATE bulk_bulkrow AS kept SET state = 'repeated',
    faults = jsonb_build_object('', 'Trùng hoàn toàn với dòng ' || twin.ordinal || '; không gửi.')
FROM (
    SELECT one.id, min(other.ordinal) AS ordinal
    FROM bulk_bulkrow one JOIN bulk_bulkrow other
      ON other.order_id = one.order_id AND other.digest = one.digest
         AND other.digest <> '' AND other.ordinal < one.ordinal
         AND other.state IN ('good', 'repeated')
    WHERE one.id = ANY(%s) AND one.state = 'good' AND one.digest <> ''
    GROUP BY one.id) AS twin
WHERE kept.id = twin.id
"""


@clause("QC.6.2.b")
def check_rows(*, order_id: int, at: datetime, most: int = SLICE) -> int:
    """Look at the next rows that nobody has looked at; gives how many were done."""
    with transaction.atomic():
        order = (
            BulkOrder.objects.select_for_update(of=("self",))
            .select_related("version__template")
            .filter(id=order_id, state__in=OPEN)
            .first()
        )
        if order is None or missing_uses(order):
            return 0
        rows = list(order.rows.filter(state=RowState.NEW).order_by("ordinal")[:most])
        judge(order, rows, at)
        count_rows(order, at)
    return len(rows)


def judge(order: BulkOrder, rows: Sequence[BulkRow], at: datetime) -> None:
    """Write what is found about these rows of the (locked) order."""
    if not rows:
        return
    reading = Reading.of(order)
    checked = [(row, read_row(reading, row.cells)) for row in rows]
    agreed = _agreed(order.version, [one for _, one in checked], at)
    found = [_verdict(row, one, order.version, agreed) for row, one in checked]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(found, ensure_ascii=False)])
        cursor.execute(REPEATED, [[row.id for row in rows]])


def count_rows(order: BulkOrder, at: datetime) -> None:
    """Keep how many rows stand in which state; until it goes out, also how they would go."""
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [order.id])
        found = cursor.fetchall()
    states: Counter[str] = Counter()
    roads: dict[str, list[int]] = {}
    for state, road, number, parts in found:
        states[state] += number
        if state == RowState.GOOD:
            roads[road] = [number, parts]
    order.rows_by_state, order.counted_at = dict(states), at
    if order.state in OPEN:
        order.first_roads = roads
    order.save(update_fields=["rows_by_state", "first_roads", "counted_at"])


def _agreed(
    version: TemplateVersion, checked: Sequence[Checked], at: datetime
) -> set[tuple[str, str]] | None:
    """(road, address) of those who agreed; None where official duty is the ground."""
    if version.basis != CONSENT:
        return None
    asked = [address for one in checked for address in one.letter.addresses.values()]
    purpose = version.template.purpose
    return agreed_addresses(version.agency_id, purpose, asked, at)


def _verdict(
    row: BulkRow, one: Checked, version: TemplateVersion, agreed: set[tuple[str, str]] | None
) -> Mapping[str, Any]:
    faults = dict(one.faults)
    lacks = agreed is not None and agreed.isdisjoint(one.letter.addresses.items())
    if lacks and not faults:
        words = ", ".join(CHANNEL_WORDS[road] for road in version.roads)
        faults[""] = f"Người nhận chưa đồng ý nhận tin qua {words} cho mục đích này; không gửi."
    return {
        "id": row.id,
        "state": RowState.WRONG if faults else RowState.GOOD,
        "faults": faults,
        "digest": "" if faults else one.digest,
        "road": _first_road(one, version, agreed),
        "parts": one.letter.parts,
    }


def _first_road(one: Checked, version: TemplateVersion, agreed: set[tuple[str, str]] | None) -> str:
    """The road that the row would go first: as `channels.accept` will choose it."""
    addresses = one.letter.addresses
    open_roads = (
        road
        for road in version.roads
        if road in addresses and (agreed is None or (road, addresses[road]) in agreed)
    )
    return next(open_roads, "")

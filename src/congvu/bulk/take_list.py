"""Take a list into an order: kept by row, columns matched by their names."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Max

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import ListTaken
from congvu.bulk.match_columns import guess_columns
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.read_list import ListRead, read_list, screen_list
from congvu.bulk.states import OPEN, RowState
from congvu.bulk.types import MOST_ROWS
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

KEEP_ROWS = """
INSERT INTO bulk_bulkrow (agency_id, order_id, ordinal, cells, state, faults, digest, road, parts)
SELECT %(agency_id)s, %(order_id)s, %(first)s + place, cells, 'new', '{}', '', '', 0
FROM jsonb_array_elements(%(rows)s::jsonb) WITH ORDINALITY AS given(cells, place)
"""


@clause("QC.4.1", "S.31")
def take_list(
    *, order_id: int, content: bytes, name: str, only_wrong: bool, by: Actor, at: datetime
) -> BulkOrder:
    """The list replaces what was there; with `only_wrong` only the rows with faults are replaced,
    by rows of the same columns (the file of faults, mended). Pasted text comes as bytes as well.

    Refuses a file that is no list (E031), one that cannot be read (E032, in words), other columns
    (E034), and whatever the gate refuses.
    """
    refuse_unless(content.strip(), "bulk.E033")
    screen_list(content, name)
    known = access.order_for(by, order_id, to="prepare")
    as_before = known.header if only_wrong else ()
    read = read_list(content, agency_id=by.agency_id, as_before=as_before)
    with transaction.atomic():
        order = access.order_for(by, order_id, to="prepare", lock=True)

        state = order.get_state_display()
        refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="thay danh sách")

        sha256 = hashlib.sha256(content).hexdigest()
        put_rows(order, read, name, sha256, is_mended=bool(as_before))
        write_taken(order, read.count, only_wrong, by, at)
    return order


def put_rows(order: BulkOrder, read: ListRead, name: str, sha256: str, *, is_mended: bool) -> None:
    """The rows of the (locked) order become these; a file that waited to be read is dropped.

    Refuses more rows than an order holds (E032), and other columns than a mended list must have
    (E034).
    """
    refuse_unless(read.is_as_before, "bulk.E034")
    if is_mended:
        order.rows.filter(state__in=[RowState.WRONG, RowState.REPEATED]).delete()
    else:
        order.rows.all().delete()
        order.list_hashes = []
        order.header, order.columns = read.header, guess_columns(order.version, read.header)
    first = order.rows.aggregate(last=Max("ordinal"))["last"] or 0
    too_many = first + read.count > 2 * MOST_ROWS or order.rows.count() + read.count > MOST_ROWS
    refuse_if(too_many, "bulk.E032", said="Danh sách dài quá 100.000 dòng. Hãy chia đợt gửi.")

    with connection.cursor() as cursor:
        for piece in read.pieces():
            told = {"agency_id": order.agency_id, "order_id": order.id, "first": first}
            cursor.execute(KEEP_ROWS, {**told, "rows": piece})
            first += cursor.rowcount
    ListFile.objects.filter(order=order).delete()
    order.file_name, order.list_fault = clean_text(name).strip()[:255], ""
    order.list_hashes = [*order.list_hashes, sha256]
    order.rows_by_state = {RowState.NEW: order.rows.filter(state=RowState.NEW).count()}
    order.save(
        update_fields=[
            *("header", "columns", "file_name", "list_fault", "list_hashes", "rows_by_state")
        ]
    )


def write_taken(
    order: BulkOrder, rows: int, only_wrong: bool, by: Actor | None, at: datetime
) -> None:
    """Say that the list is there; its rows wait to be checked."""
    write_entry(
        "bulk.list_taken",
        by=by,
        at=at,
        on=("bulk_order", order.id),
        agency_id=order.agency_id,
        clause="QC.7.2",
        details={"rows": rows, "only_wrong": only_wrong},
    )
    publish(ListTaken(order_id=order.id, at=at))

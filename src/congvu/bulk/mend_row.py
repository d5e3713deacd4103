"""Mend a row of the list in the grid, or leave it out; it is checked again at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from congvu.bulk import access
from congvu.bulk.check_rows import count_rows, judge
from congvu.bulk.models import BulkOrder, BulkRow
from congvu.bulk.states import OPEN, RowState
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor

LONGEST_CELL = 1000


def mend_row(
    *, order_id: int, ordinal: int, cells: Mapping[int, str], by: Actor, at: datetime
) -> BulkRow:
    """New words for some cells of a row; rows that repeated the old one are looked at again."""
    with transaction.atomic():
        order, row = _row(order_id, ordinal, by)

        words = list(row.cells)
        for place, text in cells.items():
            if 0 <= place < len(words):
                words[place] = " ".join(clean_text(text).split())[:LONGEST_CELL]
        twins = _twins(order, row)
        row.cells, row.state, row.digest = words, RowState.NEW, ""
        row.save(update_fields=["cells", "state", "digest"])
        judge(order, [row, *twins], at)
        count_rows(order, at)
        row.refresh_from_db()
    return row


def leave_out_row(*, order_id: int, ordinal: int, by: Actor, at: datetime) -> BulkOrder:
    """The row goes from the list."""
    with transaction.atomic():
        order, row = _row(order_id, ordinal, by)

        twins = _twins(order, row)
        row.delete()
        judge(order, twins, at)
        count_rows(order, at)
    return order


def _row(order_id: int, ordinal: int, by: Actor) -> tuple[BulkOrder, BulkRow]:
    order = access.order_for(by, order_id, to="prepare", lock=True)
    row = order.rows.filter(ordinal=ordinal).first()
    state = order.get_state_display()
    refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="sửa danh sách")
    refuse_unless(row, "bulk.E036")
    return order, row


def _twins(order: BulkOrder, row: BulkRow) -> list[BulkRow]:
    if not row.digest:
        return []
    return list(order.rows.filter(digest=row.digest, state=RowState.REPEATED).exclude(id=row.id))

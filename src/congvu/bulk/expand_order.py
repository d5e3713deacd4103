"""Turn the good rows of an order into messages, a slice at a time, never far ahead of the channel.

A row's message has the row's own key: a slice that is done twice, or by a process that was killed
in the middle, still makes one message of each row. Few messages wait at a time, so that the queue
of the channel stays short, and an order that is held or ended leaves little behind.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.bulk.check_rows import count_rows
from congvu.bulk.models import BulkOrder, BulkRow
from congvu.bulk.read_row import Reading, read_row
from congvu.bulk.recount_order import count_messages
from congvu.bulk.states import MOVING, OrderState, RowState
from congvu.bulk.steer_order import SUBJECT
from congvu.channels.accept_many import accept_messages
from congvu.channels.cancel_waiting import waiting_of
from congvu.channels.models import Lane, Message
from congvu.channels.types import Order
from congvu.kit import wall
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.rules.moments import Audience

SLICE = 500
MOST_WAITING = 2000
_PURPOSES = {
    "notice": Message.Purpose.NOTICE,
    "internal": Message.Purpose.LETTER,
    "campaign": Message.Purpose.CAMPAIGN,
}
WRITE = """
UPDATE bulk_bulkrow AS kept SET state = became.state, message_id = became.message_id,
    faults = became.faults
FROM jsonb_to_recordset(%s::jsonb)
    AS became(id bigint, state text, message_id bigint, faults jsonb)
WHERE kept.id = became.id
"""


@clause("QC.6.1.e", "QC.6.2.b")
def expand_order(*, order_id: int, at: datetime, most: int = SLICE) -> int:
    """The next rows become messages; gives how many were taken (0: done, held, or enough wait)."""
    with wall.crossing_agencies(), transaction.atomic():
        order = _sending(order_id, at)
        if order is None:
            return 0
        room = MOST_WAITING - waiting_of((SUBJECT, order.id), order.agency_id)
        good = order.rows.filter(state=RowState.GOOD).order_by("ordinal")
        rows = list(good[: max(0, min(most, room))])
        if rows:
            _make_messages(order, rows, at)
    return len(rows)


@clause("QC.8.2")
def settle_order(*, order_id: int, at: datetime) -> bool:
    """Count how far an order has come; gives whether it has come to its end."""
    with wall.crossing_agencies(), transaction.atomic():
        order = BulkOrder.objects.select_for_update().filter(id=order_id, state__in=MOVING).first()
        if order is None:
            return True
        count_messages(order)
        count_rows(order, at)
        left = order.rows_by_state.get(RowState.GOOD, 0)
        if (
            left
            or order.state == OrderState.PAUSED
            or waiting_of((SUBJECT, order.id), order.agency_id)
        ):
            return False
        order.state, order.ended_at = OrderState.DONE, at
        order.save(update_fields=["state", "ended_at"])
        write_entry(
            "bulk.order_done",
            by=None,
            at=at,
            on=("bulk_order", order.id),
            agency_id=order.agency_id,
            clause="QC.7.2",
            details={"messages": order.messages_by_state},
        )
    return True


def _sending(order_id: int, at: datetime) -> BulkOrder | None:
    order: BulkOrder | None = (
        BulkOrder.objects.select_for_update(of=("self",))
        .select_related("version__template")
        .filter(id=order_id, state=OrderState.SENDING)
        .first()
    )
    is_early = order is not None and order.send_from is not None and order.send_from > at
    return None if is_early else order


def _make_messages(order: BulkOrder, rows: Sequence[BulkRow], at: datetime) -> None:
    reading = Reading.of(order)
    became = accept_messages([_order(order, reading, row) for row in rows], by=None, at=at)
    told = [
        {
            "id": row.id,
            "state": RowState.REFUSED if isinstance(one, Refusal) else RowState.QUEUED,
            "message_id": None if isinstance(one, Refusal) else one,
            "faults": {"": one.say} if isinstance(one, Refusal) else {},
        }
        for row, one in zip(rows, became, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(WRITE, [json.dumps(told, ensure_ascii=False)])


def _order(order: BulkOrder, reading: Reading, row: BulkRow) -> Order:
    letter = read_row(reading, row.cells).letter
    version = order.version
    return Order(
        agency_id=order.agency_id,
        key=f"bulk-{order.id}-{row.ordinal}",
        purpose=_PURPOSES[version.template.purpose],
        audience=Audience.PERSON,
        roads=tuple(road for road in version.roads if road in letter.addresses),
        addresses=letter.addresses,
        texts=letter.texts,
        basis=version.basis,
        to_name=letter.to_name,
        lane=Lane.BULK,
        subject=(SUBJECT, order.id),
    )

"""Let an order go: from here its good rows become messages, a slice at a time."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import OrderReleased
from congvu.bulk.models import BulkOrder
from congvu.bulk.states import OrderState
from congvu.bulk.submit_order import refuse_unready
from congvu.kit.events import publish
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.7.2", "QC.6.1.e")
def release_order(
    *, order_id: int, count: int, send_from: datetime | None, by: Actor, at: datetime
) -> BulkOrder:
    """The leader approves what was laid before him; where the template asks for no approval its
    author sends it. `count` is the number in the button: another one is refused (E040)."""
    with transaction.atomic():
        order = access.order_for(by, order_id, to="read", lock=True)
        is_waiting = order.state == OrderState.SUBMITTED
        if is_waiting:
            send_from = order.send_from if order.send_from and order.send_from > at else None

        refuse_unless(access.may(by, "approve" if is_waiting else "prepare"), "bulk.E002")
        may_go = is_waiting or order.state == OrderState.PREPARING
        refuse_unless(may_go, "bulk.E030", state=order.get_state_display(), act="gửi")
        refuse_if(order.version.needs_approval and not is_waiting, "bulk.E041")
        refuse_unready(order, count, send_from, at)

        order.state, order.send_from, order.said = OrderState.SENDING, send_from, ""
        order.released_by_id, order.released_at = by.posting_id, at
        order.save(update_fields=["state", "send_from", "said", "released_by", "released_at"])
        write_entry(
            "bulk.order_released",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"count": count},
        )
        publish(OrderReleased(order_id=order.id, at=at))
    return order

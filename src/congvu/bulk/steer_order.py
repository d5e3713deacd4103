"""Hold an order that goes out, let it go on, or end it: what has left cannot be called back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import OrderReleased
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.states import MOVING, OrderState, RowState
from congvu.channels.cancel_waiting import cancel_waiting
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

SUBJECT = "bulk_order"  # of the messages that rows become
LEAST_REASON = 10


@clause("QC.7.2")
def pause_order(*, order_id: int, by: Actor, at: datetime) -> BulkOrder:
    """No further row becomes a message; the few that lie in the channel's queue still go."""
    with transaction.atomic():
        order = _order(order_id, {OrderState.SENDING}, "tạm dừng", by)
        _turn(order, OrderState.PAUSED, "bulk.order_paused", by, at)
    return order


@clause("QC.7.2")
def resume_order(*, order_id: int, by: Actor, at: datetime) -> BulkOrder:
    """On with the rows that are left."""
    with transaction.atomic():
        order = _order(order_id, {OrderState.PAUSED}, "gửi tiếp", by)
        _turn(order, OrderState.SENDING, "bulk.order_resumed", by, at)
        publish(OrderReleased(order_id=order.id, at=at))
    return order


@clause("QC.7.2")
def cancel_order(*, order_id: int, reason: str, by: Actor, at: datetime) -> BulkOrder:
    """End it: rows that are left, and messages that no provider has seen yet, go no more."""
    with transaction.atomic():
        order = _order(order_id, {*MOVING, OrderState.PREPARING, OrderState.SUBMITTED}, "hủy", by)
        reason = clean_text(reason).strip()[:500]

        refuse_unless(len(reason) >= LEAST_REASON, "bulk.E020")

        order.rows.exclude(state=RowState.QUEUED).exclude(state=RowState.REFUSED).update(
            state=RowState.CANCELLED
        )
        ListFile.objects.filter(order=order).delete()
        cancel_waiting(subject=(SUBJECT, order.id), agency_id=order.agency_id, at=at)
        order.ended_at = at
        _turn(order, OrderState.CANCELLED, "bulk.order_cancelled", by, at, reason)
    return order


def _order(order_id: int, states: set[OrderState], act: str, by: Actor) -> BulkOrder:
    order = access.order_for(by, order_id, to="steer", lock=True)
    refuse_unless(order.state in states, "bulk.E030", state=order.get_state_display(), act=act)
    return order


def _turn(
    order: BulkOrder, state: OrderState, kind: str, by: Actor, at: datetime, said: str = ""
) -> None:
    order.state, order.said = state, said
    order.save(update_fields=["state", "said", "ended_at"])
    write_entry(
        kind,
        by=by,
        at=at,
        on=("bulk_order", order.id),
        clause="QC.7.2",
        details={"reason": said} if said else {},
    )

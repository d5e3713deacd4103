"""Count again what became of an order's messages: receipts come for days after the last one went.

An order is done when everything has been handed over; who received it is known later.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count

from congvu.bulk.models import BulkOrder
from congvu.bulk.states import OrderState
from congvu.bulk.steer_order import SUBJECT
from congvu.channels.models import Message
from congvu.channels.states import MessageState
from congvu.kit import wall
from congvu.rules.clauses import clause

# Carriers try for some days; a receipt that comes later stands with its message.
RECEIPTS_COME = timedelta(days=4)
ENDED = (OrderState.DONE, OrderState.CANCELLED)


@clause("QC.8.2.b")
def recount_ended(*, at: datetime) -> int:
    """Count the orders that ended lately and wait for receipts; gives how many were counted."""
    with wall.crossing_agencies(), transaction.atomic():
        lately = BulkOrder.objects.select_for_update(skip_locked=True).filter(
            state__in=ENDED,
            ended_at__gt=at - RECEIPTS_COME,
            messages_by_state__has_key=MessageState.SENT,
        )
        orders = list(lately.order_by("id"))
        for order in orders:
            count_messages(order)
    return len(orders)


def count_messages(order: BulkOrder) -> None:
    """Keep how many messages of the (locked) order stand in which state."""
    messages = Message.objects.filter(
        agency_id=order.agency_id, subject_kind=SUBJECT, subject_id=order.id
    )
    counted = messages.order_by().values_list("state").annotate(number=Count("id"))
    order.messages_by_state = dict(counted)
    order.save(update_fields=["messages_by_state"])

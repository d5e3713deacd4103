"""Empty the lists of orders that ended long ago: personal data stays no longer than it serves.

What was sent, to whom and when stays with the messages and their evidence (channels), for as long
as those are kept; the row keeps its place, its end and its message.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.states import OrderState
from congvu.kit import wall

# Consents and refusals are kept a year (NĐ 91/2020 Art. 11.7): so long a list answers for them.
KEPT_FOR = timedelta(days=365)
UNSENT = (OrderState.PREPARING, OrderState.SUBMITTED)


def forget_lists(*, at: datetime, limit: int = 20) -> int:
    """Empty the cells of lists past their time, sent or left lying; gives how many orders."""
    with wall.crossing_agencies(), transaction.atomic():
        old = Q(ended_at__lt=at - KEPT_FOR) | Q(state__in=UNSENT, opened_at__lt=at - KEPT_FOR)
        due = BulkOrder.objects.select_for_update(skip_locked=True).filter(
            old, forgotten_at__isnull=True
        )
        orders = list(due.order_by("id")[:limit])
        for order in orders:
            order.rows.update(cells=[], faults={}, digest="")
            ListFile.objects.filter(order=order).delete()
            if order.state in UNSENT:
                order.state, order.ended_at = OrderState.CANCELLED, at
                order.said = "Danh sách để quá 12 tháng không gửi."
            order.forgotten_at = at
            order.save(update_fields=["forgotten_at", "state", "ended_at", "said"])
            write_entry(
                "bulk.list_forgotten",
                by=None,
                at=at,
                on=("bulk_order", order.id),
                agency_id=order.agency_id,
            )
    return len(orders)

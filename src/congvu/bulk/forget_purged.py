"""Empty the orders whose list was a file that has been purged: its rows, and what they became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q

from congvu.audit.write import write_entry
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.states import OrderState, RowState
from congvu.bulk.steer_order import SUBJECT
from congvu.channels.forget_purged import GONE, forget_messages_about
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.rules.clauses import clause

ENDED = (OrderState.DONE, OrderState.CANCELLED)
SAID = "Danh sách đã bị tiêu hủy vì chứa bí mật nhà nước."
TOLD = (
    "Danh sách của một đợt gửi tin đã bị tiêu hủy trên Hệ thống vì chứa bí mật nhà nước. Hãy thu"
    " hồi, hủy bản in và các tệp đã tải về, rồi ghi kết quả tại đây."
)


@clause("QC.4.1", "S.34")
def forget_purged(*, files: Sequence[str], agency_id: int, at: datetime) -> None:
    """To whom a message went and when stays; nothing that waits goes out. Other agencies (than
    `agency_id`) that had such a list are told by an incident."""
    named = Q(list_hashes__has_any_keys=list(files)) | Q(list_file__sha256__in=files)
    found = BulkOrder.objects.select_for_update(of=("self",)).filter(named)
    orders = list(found.order_by("id"))
    for order in orders:
        left = order.rows.exclude(state__in=[RowState.QUEUED, RowState.REFUSED])
        left.update(state=RowState.CANCELLED)
        ListFile.objects.filter(order=order).delete()
        order.rows.update(cells=[], faults={}, digest="")
        if order.state not in ENDED:
            order.state, order.ended_at = OrderState.CANCELLED, at
        order.title, order.file_name, order.said = GONE, GONE, SAID
        order.header, order.columns, order.list_hashes = [], {}, []
        order.forgotten_at = at
        order.save()
        write_entry(
            "bulk.purged",
            by=None,
            at=at,
            on=("bulk_order", order.id),
            agency_id=order.agency_id,
            clause="QC.4.1",
            details={"messages": forget_messages_about((SUBJECT, order.id))},
        )
    for other in sorted({one.agency_id for one in orders} - {agency_id}):
        open_incident(
            kind=Incident.Kind.STATE_SECRET,
            agency_id=other,
            said=TOLD,
            under="QC.4.1",
            by=None,
            at=at,
        )

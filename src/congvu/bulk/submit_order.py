"""Lay an order before the leader: so many messages, with this text, at this time."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.match_columns import missing_uses
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.states import OPEN, OrderState, RowState, VersionState
from congvu.channels.keep_zalo_template import waits_for_zalo
from congvu.channels.types import ZALO
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LATEST = timedelta(days=90)
LEAST_REASON = 10


@clause("QC.7.2")
def submit_order(
    *, order_id: int, count: int, send_from: datetime | None, by: Actor, at: datetime
) -> BulkOrder:
    """The order waits for the leader; `count` is the number that its author saw."""
    with transaction.atomic():
        order = access.order_for(by, order_id, to="prepare", lock=True)

        state = order.get_state_display()
        refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="trình duyệt")
        refuse_unready(order, count, send_from, at)

        order.state, order.submitted_at, order.said = OrderState.SUBMITTED, at, ""
        order.send_from = send_from
        order.save(update_fields=["state", "submitted_at", "said", "send_from"])
        write_entry(
            "bulk.order_submitted",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"count": count},
        )
    return order


@clause("QC.7.2")
def send_back_order(*, order_id: int, reason: str, by: Actor, at: datetime) -> BulkOrder:
    """The leader gives it back to be mended, with the reason."""
    with transaction.atomic():
        order = access.order_for(by, order_id, to="approve", lock=True)
        reason = clean_text(reason).strip()[:500]

        state = order.get_state_display()
        is_waiting = order.state == OrderState.SUBMITTED
        refuse_unless(is_waiting, "bulk.E030", state=state, act="trả lại")
        refuse_unless(len(reason) >= LEAST_REASON, "bulk.E020")

        order.state, order.said = OrderState.PREPARING, reason
        order.save(update_fields=["state", "said"])
        write_entry(
            "bulk.order_sent_back",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"reason": reason},
        )
    return order


def refuse_unready(order: BulkOrder, count: int, send_from: datetime | None, at: datetime) -> None:
    """Refuse an order that may not go out as it stands: every row checked, this many good ones."""
    refuse_unless(order.header, "bulk.E037")
    missing = ", ".join(missing_uses(order))
    refuse_if(missing, "bulk.E035", missing=missing)
    is_unread = ListFile.objects.filter(order=order).exists()
    refuse_if(is_unread or order.rows.filter(state=RowState.NEW).exists(), "bulk.E038")
    good = order.rows.filter(state=RowState.GOOD).count()
    refuse_unless(good, "bulk.E039")
    refuse_if(good != count, "bulk.E040", count=f"{good:,}".replace(",", "."))
    withdrawn = order.version.state == VersionState.WITHDRAWN
    refuse_if(withdrawn, "bulk.E043")
    zalo = order.version.texts.get(ZALO)
    waits = waits_for_zalo(order.agency_id, zalo) if zalo and ZALO in order.columns else ""
    refuse_if(waits, "bulk.E044", said=waits)
    is_wrong = send_from is not None and not at < send_from <= at + LATEST
    refuse_if(is_wrong, "bulk.E042")

"""Leave a long list to be read by a worker: the file is safe first, its page says how it goes."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import ListLeft
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.read_list import read_list, refuse_marked_text, screen_list
from congvu.bulk.states import OPEN
from congvu.bulk.take_list import put_rows, write_taken
from congvu.kit import wall
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.1", "S.31")
def leave_list(
    *, order_id: int, content: bytes, name: str, only_wrong: bool, by: Actor, at: datetime
) -> BulkOrder:
    """Past the gate and kept, byte for byte; a file that still waited is replaced.

    The rows that are there stay until the new ones are. Refuses what `take_list` refuses before
    reading.
    """
    screen_list(content, name)
    refuse_marked_text(content)
    with transaction.atomic():
        order = access.order_for(by, order_id, to="prepare", lock=True)

        state = order.get_state_display()
        refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="thay danh sách")

        sha256 = hashlib.sha256(content).hexdigest()
        ListFile.objects.filter(order=order).delete()
        ListFile.objects.create(
            agency_id=order.agency_id,
            order=order,
            content=content,
            sha256=sha256,
            name=clean_text(name).strip()[:255],
            only_wrong=only_wrong and bool(order.header),
            left_at=at,
        )
        order.list_fault = ""
        order.save(update_fields=["list_fault"])
        write_entry(
            "bulk.list_left",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"bytes": len(content), "sha256": sha256},
        )
        publish(ListLeft(order_id=order.id, at=at))
    return order


def take_left_list(*, order_id: int, at: datetime) -> bool:
    """Read what was left; what is wrong with it is said on the order. Gives whether there was one.

    Nothing is held while it is read. A file that came in the meantime is read by its own bell.
    """
    with wall.crossing_agencies():
        file = ListFile.objects.select_related("order").filter(order_id=order_id).first()
    if file is None:
        return False
    before = file.order.header if file.only_wrong else ()
    try:
        read = read_list(bytes(file.content), agency_id=file.agency_id, as_before=before)
        with wall.crossing_agencies(), transaction.atomic():
            order = _order_of(file)
            if order is None:
                return True
            put_rows(order, read, file.name, file.sha256, is_mended=file.only_wrong)
            write_taken(order, read.count, file.only_wrong, None, at)
    except Refusal as refused:
        _say(file, refused.say)
    return True


def _order_of(file: ListFile) -> BulkOrder | None:
    """The order, locked, if this file is still the one that waits and the order still open."""
    orders = BulkOrder.objects.select_for_update(of=("self",)).select_related("version__template")
    found: BulkOrder | None = orders.filter(
        id=file.order_id, state__in=OPEN, list_file__id=file.id
    ).first()
    return found


def _say(file: ListFile, said: str) -> None:
    with wall.crossing_agencies(), transaction.atomic():
        order = _order_of(file)
        ListFile.objects.filter(id=file.id).delete()
        if order is not None:
            order.list_fault = said[:500]
            order.save(update_fields=["list_fault"])

"""What pages ask about templates and orders."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from congvu.bulk import access
from congvu.bulk.models import BulkOrder, BulkRow, ListFile, MessageTemplate, TemplateVersion
from congvu.bulk.read_row import Reading, read_row
from congvu.bulk.states import MOVING, OrderState, RowState, VersionState
from congvu.bulk.steer_order import SUBJECT
from congvu.bulk.types import Checked
from congvu.kit.paging import PAGE_SIZE, Page, cut_page, decode_key, encode_key
from congvu.orgs.types import Actor

GRID_SIZE = 100
TABS: Mapping[str, tuple[str, ...]] = {
    "": (OrderState.PREPARING, OrderState.SUBMITTED, OrderState.SENDING, OrderState.PAUSED),
    "xong": (OrderState.DONE, OrderState.CANCELLED),
}
GRID_TABS: Mapping[str, tuple[str, ...]] = {
    "": (),
    "loi": (RowState.WRONG, RowState.REPEATED, RowState.REFUSED),
    "tot": (RowState.GOOD, RowState.QUEUED),
}


FAILURES = """
SELECT attempt.channel, attempt.said, count(*)
FROM channels_message AS message JOIN channels_attempt AS attempt ON attempt.message_id = message.id
WHERE message.agency_id = %s AND message.subject_kind = %s AND message.subject_id = %s
  AND attempt.state = 'failed_permanent'
GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 5
"""


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """A template in the list, with its newest version and the one that may be used."""

    template: MessageTemplate
    version: TemplateVersion
    is_usable: bool


def templates_of(by: Actor) -> list[TemplateRow]:
    """The agency's templates by name; two statements."""
    if not access.may(by, "read"):
        return []
    found = MessageTemplate.objects.filter(
        agency_id=by.agency_id, agency_id__isnull=False
    ).prefetch_related("versions")
    rows = []
    for template in found.order_by("name", "id"):
        versions = sorted(template.versions.all(), key=lambda one: one.ordinal)
        usable = any(one.state == VersionState.APPROVED for one in versions)
        rows.append(TemplateRow(template, versions[-1], usable))
    return rows


def usable_templates(by: Actor) -> list[MessageTemplate]:
    """Templates of which an order may be made."""
    return [row.template for row in templates_of(by) if row.is_usable]


def orders_of(by: Actor, tab: str, after: str) -> Page[BulkOrder]:
    """The orders this actor may see, newest first."""
    rows = access.seen_orders(by).filter(state__in=TABS.get(tab, TABS[""]))
    if key := decode_key(after, 2):
        moment, last = key
        rows = rows.filter(Q(opened_at__lt=moment) | Q(opened_at=moment, id__lt=last))
    found = rows.select_related("version__template", "by__person").order_by("-opened_at", "-id")
    return cut_page(
        list(found[: PAGE_SIZE + 1]), lambda one: encode_key(one.opened_at.isoformat(), one.id)
    )


def waiting_for_leader(by: Actor) -> int:
    """Orders and templates that wait for this leader's decision."""
    if not access.may(by, "approve"):
        return 0
    own = {"agency_id": by.agency_id}
    orders = BulkOrder.objects.filter(state=OrderState.SUBMITTED, **own).count()
    return orders + TemplateVersion.objects.filter(state=VersionState.SUBMITTED, **own).count()


def grid_page(order: BulkOrder, tab: str, after: int) -> Page[BulkRow]:
    """A hundred rows of the list; the caller has asked `access.order_for`."""
    rows = order.rows.filter(ordinal__gt=after)
    if states := GRID_TABS.get(tab, ()):
        rows = rows.filter(state__in=states)
    found = list(rows.order_by("ordinal")[: GRID_SIZE + 1])
    return cut_page(found, lambda one: str(one.ordinal), GRID_SIZE)


def waiting_file(order: BulkOrder) -> tuple[str, datetime] | None:
    """Name and moment of a list that waits to be read."""
    found = ListFile.objects.filter(order=order).values_list("name", "left_at").first()
    return (found[0], found[1]) if found else None


def preview_of(order: BulkOrder, ordinal: int) -> tuple[BulkRow, Checked] | None:
    """A row with the exact texts that it would send; the first good one when none is named."""
    rows = order.rows.order_by("ordinal")
    row = rows.filter(ordinal=ordinal).first() if ordinal else None
    row = row or rows.filter(state__in=[RowState.GOOD, RowState.QUEUED]).first() or rows.first()
    return (row, read_row(Reading.of(order), row.cells)) if row and row.cells else None


def failures_of(order: BulkOrder) -> list[tuple[str, str, int]]:
    """Why attempts failed, the most frequent reasons first: (road, reason, how many). A message
    may have gone another road afterwards."""
    with connection.cursor() as cursor:
        cursor.execute(FAILURES, [order.agency_id, SUBJECT, order.id])
        return [(road, said, number) for road, said, number in cursor.fetchall()]


def moving_orders() -> list[int]:
    """Orders that go out or are held: jobs look after them."""
    return list(
        BulkOrder.objects.filter(state__in=MOVING).order_by("id").values_list("id", flat=True)
    )

"""What pages ask about templates and orders."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q

from congvu.bulk import access
from congvu.bulk.models import BulkOrder, BulkRow, MessageTemplate, TemplateVersion
from congvu.bulk.read_row import Reading, read_row
from congvu.bulk.states import MOVING, OrderState, RowState, VersionState
from congvu.bulk.types import Checked
from congvu.channels.states import MessageState
from congvu.channels.types import CHANNEL_WORDS
from congvu.kit import clock
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
RESULT = """
SELECT row.ordinal, row.cells, row.state, row.faults, message.state, message.sent_at,
    message.received_at, proof.grade, proof.channel
FROM bulk_bulkrow AS row
LEFT JOIN channels_message AS message ON message.id = row.message_id
LEFT JOIN LATERAL (
    SELECT min(evidence.grade) AS grade,
        (array_agg(attempt.channel ORDER BY attempt.id DESC))[1] AS channel
    FROM channels_attempt AS attempt
    LEFT JOIN channels_evidence AS evidence
      ON evidence.attempt_id = attempt.id AND evidence.kind IN ('accepted', 'delivered', 'seen')
    WHERE attempt.message_id = message.id) AS proof ON true
WHERE row.order_id = %s AND row.ordinal > %s
ORDER BY row.ordinal LIMIT %s
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


def preview_of(order: BulkOrder, ordinal: int) -> tuple[BulkRow, Checked] | None:
    """A row with the exact texts that it would send; the first good one when none is named."""
    rows = order.rows.order_by("ordinal")
    row = rows.filter(ordinal=ordinal).first() if ordinal else None
    row = row or rows.filter(state__in=[RowState.GOOD, RowState.QUEUED]).first() or rows.first()
    return (row, read_row(Reading.of(order), row.cells)) if row and row.cells else None


def moving_orders() -> list[int]:
    """Orders that go out or are held: jobs look after them."""
    return list(
        BulkOrder.objects.filter(state__in=MOVING).order_by("id").values_list("id", flat=True)
    )


# --- files ---------------------------------------------------------------------------------------


def fault_file(order: BulkOrder) -> bytes:
    """The rows with faults as a list that can be mended and taken again; CSV as Excel opens it."""
    rows = order.rows.filter(state__in=[RowState.WRONG, RowState.REPEATED]).order_by("ordinal")
    lines = (
        [*row.cells, row.ordinal, _fault_words(row.faults, order.header)]
        for row in rows.iterator(chunk_size=5000)
    )
    return _csv([*order.header, "Dòng", "Lỗi"], lines)


def result_file(order: BulkOrder) -> bytes:
    """What became of each row: state, moments, grade of evidence; CSV as Excel opens it."""
    header = [
        "Dòng", *order.header, "Kết quả", "Kênh", "Thời điểm gửi", "Thời điểm nhận",
        "Cấp chứng cứ", "Ghi chú",
    ]  # fmt: skip
    return _csv(header, _result_lines(order))


def _result_lines(order: BulkOrder) -> Iterator[Sequence[object]]:
    labels = {**dict(RowState.choices), **dict(MessageState.choices)}
    after = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(RESULT, [order.id, after, 5000])
            found = cursor.fetchall()
        for ordinal, cells, state, faults, became, sent, received, grade, channel in found:
            after = ordinal
            yield [
                ordinal,
                *([*_loaded(cells), *[""] * len(order.header)][: len(order.header)]),
                labels[became or state],
                CHANNEL_WORDS.get(channel or "", ""),
                _moment(sent),
                _moment(received),
                grade or ("" if became is None else "D"),
                _fault_words(_loaded(faults), order.header),
            ]
        if len(found) < 5000:
            return


def _loaded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _moment(at: datetime | None) -> str:
    return f"{clock.local(at):%d/%m/%Y %H:%M:%S}" if at else ""


def _fault_words(faults: Mapping[str, str], header: Sequence[str]) -> str:
    return "; ".join(
        f"{header[int(place)]}: {said}" if place and int(place) < len(header) else said
        for place, said in faults.items()
    )


def _csv(header: Sequence[str], lines: Iterator[Sequence[object]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(word) for word in header])
    writer.writerows([_harmless(cell) for cell in line] for line in lines)
    return out.getvalue().encode("utf-8-sig")


def _harmless(cell: object) -> object:
    """A cell that a spreadsheet would take for a formula is marked as text."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell

"""Say which column of the list is for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import ListTaken
from congvu.bulk.models import BulkOrder, TemplateVersion
from congvu.bulk.read_row import uses_of
from congvu.bulk.states import OPEN, RowState
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit.events import publish
from congvu.kit.folding import fold
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor

# Names under which a column holds the address of a road, folded.
_ADDRESS_NAMES: Mapping[str, tuple[str, ...]] = {
    SMS: ("so dien thoai", "dien thoai", "sdt", "so di dong", "di dong", "phone"),
    ZALO: ("zalo", "so zalo", "so dien thoai", "dien thoai", "sdt"),
    MAIL: ("thu dien tu", "email", "e-mail", "dia chi thu dien tu", "hop thu"),
}


def match_columns(
    *, order_id: int, columns: Mapping[str, int], by: Actor, at: datetime
) -> BulkOrder:
    """Every row is checked again; uses and columns that do not exist are left out."""
    with transaction.atomic():
        order = access.order_for(by, order_id, to="prepare", lock=True)

        state = order.get_state_display()
        refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="đổi cột")
        refuse_unless(order.header, "bulk.E037")

        known = set(uses_of(order.version))
        order.columns = {
            use: place
            for use, place in columns.items()
            if use in known and 0 <= place < len(order.header)
        }
        order.save(update_fields=["columns"])
        order.rows.update(state=RowState.NEW, faults={}, digest="")
        write_entry(
            "bulk.columns_matched",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"columns": {use: order.header[place] for use, place in order.columns.items()}},
        )
        publish(ListTaken(order_id=order.id, at=at))
    return order


def guess_columns(version: TemplateVersion, header: Sequence[str]) -> dict[str, int]:
    """What each column is for, by its name: marks, case and "_" do not matter."""
    named = {_plain(name): place for place, name in reversed(list(enumerate(header)))}
    found: dict[str, int] = {}
    for use in uses_of(version):
        names = _ADDRESS_NAMES.get(use, (use.strip("{}"),))
        place = next((named[_plain(name)] for name in names if _plain(name) in named), None)
        if place is not None:
            found[use] = place
    return found


def missing_uses(order: BulkOrder) -> list[str]:
    """What has no column yet: a blank, or the addresses where no road has one."""
    uses = uses_of(order.version)
    roads = [use for use in uses if not use.startswith("{{")]
    blanks = [use for use in uses if use.startswith("{{") and use not in order.columns]
    return blanks if any(road in order.columns for road in roads) else [*roads[:1], *blanks]


def _plain(name: str) -> str:
    return " ".join(fold(name).replace("_", " ").split())

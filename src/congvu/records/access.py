"""Who may open and change a record: the only door to it."""

from __future__ import annotations

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, Actor
from congvu.records import refusals  # noqa: F401  (registers the texts)
from congvu.records.models import Record

SEES_ALL = frozenset({ARCHIVIST, CLERK, LEADER})


def record_for(by: Actor, record_id: int, *, lock: bool = False) -> Record:
    """A record of the actor's agency: its keeper, or who sees all records of the agency."""
    rows = Record.objects.select_for_update(of=("self",)) if lock else Record.objects
    record = rows.filter(id=record_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(record is None, "records.E001")
    is_mine = by.posting_id in {record.keeper_id, record.opened_by_id}
    refuse_unless(is_mine or not SEES_ALL.isdisjoint(by.roles), "records.E001")
    return record

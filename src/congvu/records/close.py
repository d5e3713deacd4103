"""Close a record with its index (mục lục văn bản, hồ sơ), or open it again (ND30 Điều 29)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import blobs
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import ARCHIVIST, Actor
from congvu.records import access
from congvu.records.models import Filing, Record
from congvu.records.print_index import index_pdf
from congvu.records.states import RECORD_TRANSITIONS, RecordState
from congvu.rules.clauses import clause


@clause("QC.3.1", "ND30.29")
def close_record(*, record_id: int, work_ended_on: date, by: Actor, at: datetime) -> Record:
    """Close the record: its index is typeset and kept as a file."""
    with transaction.atomic():
        record = access.record_for(by, record_id, lock=True)

        refuse_unless(
            RecordState.CLOSED in RECORD_TRANSITIONS[record.state],
            "records.E010",
            state=record.get_state_display(),
        )
        refuse_unless(_may_close(record, by), "records.E008")
        refuse_unless(
            Filing.objects.filter(record=record, removed_at=None).exists(), "records.E007"
        )

        kept = blobs.keep(index_pdf(record, at), "application/pdf")
        record.state = RecordState.CLOSED
        record.work_ended_on = work_ended_on
        record.closed_by_id = by.posting_id
        record.closed_at = at
        record.index_file = kept.sha256
        record.save()

        write_entry(
            "records.closed",
            by=by,
            at=at,
            on=("record", record.id),
            clause="ND30.29",
            details={"index": kept.sha256},
        )
    return record


@clause("ND30.29")
def reopen_record(*, record_id: int, by: Actor, at: datetime) -> Record:
    """Open a closed record again; the former index stays in the store and in the log."""
    with transaction.atomic():
        record = access.record_for(by, record_id, lock=True)

        refuse_unless(
            RecordState.OPEN in RECORD_TRANSITIONS[record.state],
            "records.E010",
            state=record.get_state_display(),
        )
        refuse_unless(_may_close(record, by), "records.E008")

        record.state = RecordState.OPEN
        record.closed_at = None
        record.save()

        write_entry("records.reopened", by=by, at=at, on=("record", record.id), clause="ND30.29")
    return record


def _may_close(record: Record, by: Actor) -> bool:
    return record.keeper_id == by.posting_id or by.has(ARCHIVIST)

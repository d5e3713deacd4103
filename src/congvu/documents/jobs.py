"""Jobs of the documents room; each is safe to ring twice."""

from __future__ import annotations

from django.db import connection

from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.tend import tend_batches
from congvu.documents.carry_out_purge import carry_out_purge
from congvu.documents.keep_report import WITHOUT_SHEET, keep_report_sheet
from congvu.kit import clock, wall
from congvu.kit.jobs import job, periodic
from congvu.kit.outside import asking_between

SHEETS_AT_A_TIME = 200


@job(lane="now", lock="signing-batch-{batch_id}")
def sign_batch(batch_id: int) -> None:
    """Sign what was confirmed, one document after another; safe to ring twice."""
    while asking_between(lambda: sign_next(batch_id=batch_id, at=clock.now())):
        pass


@periodic("* * * * *")
def tend() -> None:
    """Every minute: no PIN outlives its time, no confirmed sitting is forgotten."""
    for batch_id in tend_batches(at=clock.now()):
        sign_batch.defer(batch_id=batch_id)


@job(lane="now", lock="purge-{purge_id}")
def purge_document(purge_id: int) -> None:
    """QC.4.1: destroy what a confirmed purge still finds; may ring again after any crash."""
    carry_out_purge(purge_id=purge_id, at=clock.now())


@periodic("25 * * * *", lane="bulk")
def keep_missing_sheets() -> None:
    """Sheets of checks that were made before sheets were kept, or whose job was lost."""
    with wall.crossing_agencies(), connection.cursor() as cursor:
        cursor.execute(WITHOUT_SHEET, [SHEETS_AT_A_TIME])
        for (document_id,) in cursor.fetchall():
            keep_report_sheet.defer(document_id=document_id)

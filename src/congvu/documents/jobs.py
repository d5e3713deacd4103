"""Jobs of the documents room; each is safe to ring twice."""

from __future__ import annotations

from congvu.documents.batch.sign_next import sign_next
from congvu.documents.batch.tend import tend_batches
from congvu.documents.carry_out_purge import carry_out_purge
from congvu.kit import clock
from congvu.kit.jobs import job, periodic


@job(lane="now", lock="signing-batch-{batch_id}")
def sign_batch(batch_id: int) -> None:
    """Sign what was confirmed, one document after another; safe to ring twice."""
    while sign_next(batch_id=batch_id, at=clock.now()):
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

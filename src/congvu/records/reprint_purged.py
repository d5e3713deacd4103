"""Make the index of a record anew after one of its documents was purged (QC.4.1)."""

from __future__ import annotations

from congvu.documents.events import DocumentPurged
from congvu.kit import blobs
from congvu.kit.jobs import job
from congvu.kit.purge_file import purge_file
from congvu.records.models import Filing, Record
from congvu.records.print_index import index_pdf
from congvu.rules.clauses import clause


@clause("QC.4.1", "ND30.29")
def reprint_purged(event: DocumentPurged) -> None:
    """Reaction to a purge: the former index names the subject, so it goes as well."""
    holding = Filing.objects.filter(document_id=event.document_id).values("record_id")
    for record in Record.objects.select_for_update().filter(id__in=holding).exclude(index_file=""):
        former = record.index_file
        record.index_file = blobs.keep(index_pdf(record, event.at), "application/pdf").sha256
        record.save(update_fields=["index_file"])
        purge_index.defer(sha256=former)


@job(lane="now", lock="purge-index-{sha256}")
def purge_index(sha256: str) -> None:
    """Destroy a former index once the new one is safe; twice does no harm."""
    purge_file(sha256)

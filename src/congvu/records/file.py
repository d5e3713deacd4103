"""File a document in a record: linked, not copied; the ordinal never changes (ND30 Điều 29)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from congvu.audit.write import write_entry
from congvu.documents import access as documents
from congvu.documents.models import Arrival, Document, Registration
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.records import access
from congvu.records.models import Filing, Record
from congvu.records.states import RecordState
from congvu.rules.clauses import clause


@clause("QC.3.1", "ND30.29")
def file_document(*, record_id: int, document_id: int, by: Actor, at: datetime) -> Filing:
    """Put a registered or issued document into an open record at the next ordinal."""
    with transaction.atomic():
        record = access.record_for(by, record_id, lock=True)
        document = documents.document_for(by, document_id, to="file")
        arrival = Arrival.objects.filter(document=document, agency_id=by.agency_id).first()
        already = Filing.objects.filter(record=record, document=document, removed_at=None).first()

        refuse_if(record.state == RecordState.CLOSED, "records.E005")
        refuse_if(already, "records.E006", ordinal=already.ordinal if already else 0)
        refuse_unless(_may_be_filed(document, arrival), "records.E009")

        filing = Filing.objects.create(
            agency_id=record.agency_id,
            record=record,
            document=document,
            arrival=arrival,
            ordinal=_next_ordinal(record),
            by_id=by.posting_id,
            at=at,
        )

        write_entry(
            "records.filed",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.29",
            details={"record": record.id, "ordinal": filing.ordinal},
        )
    return filing


def _may_be_filed(document: Document, arrival: Arrival | None) -> bool:
    if arrival is not None:
        return Registration.objects.filter(arrival=arrival).exists()
    return document.issued_at is not None


def _next_ordinal(record: Record) -> int:
    highest = Filing.objects.filter(record=record).aggregate(Max("ordinal"))["ordinal__max"]
    return (highest or 0) + 1

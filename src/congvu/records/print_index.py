"""Typeset the index of a record (mục lục văn bản trong hồ sơ, ND30 Phụ lục V)."""

from __future__ import annotations

from datetime import datetime

from congvu.documents.types import RecordIndex, RecordIndexRow
from congvu.documents.typeset_document import name_lines
from congvu.documents.typeset_prints import typeset_record_index
from congvu.orgs.models import Agency
from congvu.records.models import Filing, Record
from congvu.records.types import RETENTION
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type


@clause("ND30.29")
def index_pdf(record: Record, at: datetime) -> bytes:
    """The index of the record as it stands now, as PDF/A."""
    agency = Agency.objects.get(id=record.agency_id)
    filings = (
        Filing.objects.filter(record=record, removed_at=None)
        .select_related("document", "document__agency")
        .order_by("ordinal")
    )
    rows = tuple(
        RecordIndexRow(
            number=filing.document.symbol,
            day=f"{filing.document.issued_on:%d/%m/%Y}" if filing.document.issued_on else "",
            subject=f"{document_type(filing.document.type_code).name} {filing.document.subject}",
            author=filing.document.issuer_name,
            pages=str(filing.document.page_count or ""),
        )
        for filing in filings
    )
    return typeset_record_index(
        RecordIndex(
            agency_upper_lines=tuple(agency.superior_lines),
            agency_lines=tuple(agency.name_lines) or name_lines(agency.name),
            record_code=record.code,
            record_title=record.title,
            retention=RETENTION[record.retention_code],
            rows=rows,
        ),
        at=at,
    ).pdf

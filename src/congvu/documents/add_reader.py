"""Let a posting or a unit read a document: whoever takes part in it may see it, nobody else."""

from __future__ import annotations

from datetime import datetime

from congvu.documents.models import Reader
from congvu.rules.clauses import clause


@clause("QC.4.3")
def add_reader(
    *,
    document_id: int,
    agency_id: int,
    reason: str,
    at: datetime,
    posting_id: int | None = None,
    unit_id: int | None = None,
) -> None:
    """Write the row that `access.VISIBLE` asks for; a second one for the same reader is left out.

    Runs in the caller's transaction: the reader stands or falls with the act that needs it.
    """
    Reader.objects.bulk_create(
        [
            Reader(
                document_id=document_id,
                agency_id=agency_id,
                posting_id=posting_id,
                unit_id=unit_id,
                reason=reason,
                at=at,
            )
        ],
        ignore_conflicts=True,
    )

"""Note that somebody opened a document: the view history is part of its trail (ND30 PL VI)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents.models import Arrival
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.4.3", "S.13")
def note_view(*, document_id: int, by: Actor, at: datetime) -> None:
    """Write the view to the audit log; the agency's first view marks the arrival as read."""
    with transaction.atomic():
        write_entry("documents.viewed", by=by, at=at, on=("document", document_id))
        Arrival.objects.filter(
            document_id=document_id, agency_id=by.agency_id, first_read_at__isnull=True
        ).update(first_read_at=at)

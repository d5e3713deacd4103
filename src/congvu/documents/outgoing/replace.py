"""Mark a document as replaced by a newer one of ours (ND30 Điều 18.3; documents R21).

An issued file is never edited: an error of substance is put right by another document.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Document
from congvu.documents.states import DocumentState, become
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("ND30.18.3")
def replace_document(*, document_id: int, replacement_id: int, by: Actor, at: datetime) -> Document:
    """The issued document is replaced by another issued document of the same agency."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="recall", lock=True)
        replacement = access.document_for(by, replacement_id, to="recall", lock=True)

        refuse_unless(
            replacement.state == DocumentState.ISSUED and replacement.id != document.id,
            "documents.E216",
        )

        become(document, DocumentState.REPLACED, at)
        replacement.replaces = document
        replacement.save(update_fields=["replaces"])

        write_entry(
            "documents.outgoing.replaced",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.18.3",
            details={"symbol": document.symbol, "replaced_by": replacement.symbol},
        )
    return document

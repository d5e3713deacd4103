"""Which documents signed files became: by number, for whoever may not read the content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from congvu.documents.states import DocumentState
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type

_SIGNED = """
SELECT DISTINCT ON (s.file_after) s.file_after, d.id, d.symbol, d.type_code, d.state,
       (SELECT count(*) FROM documents_recipient r WHERE r.document_id = d.id)
  FROM documents_signing s JOIN documents_document d ON d.id = s.document_id
 WHERE s.file_after = ANY(%s)
"""


@dataclass(frozen=True)
class SignedDocument:
    """A document as a list of signatures names it: kind and number, never the subject."""

    id: int
    symbol: str
    type_name: str
    state: str
    state_label: str
    recipients: int


@clause("QC.10.3")
def documents_signed(files: Sequence[str]) -> dict[str, SignedDocument]:
    """The documents that these files belong to, by file; those of other agencies stay out."""
    if not files:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SIGNED, [list(files)])
        return {
            file: SignedDocument(
                document_id,
                symbol,
                document_type(type_code).name,
                state,
                str(DocumentState(state).label),
                recipients,
            )
            for file, document_id, symbol, type_code, state, recipients in cursor.fetchall()
        }

"""What anybody may ask about an issued document: by code, by file, by number and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection

from congvu.documents.states import DocumentState
from congvu.kit.folding import symbol_key
from congvu.rules.clauses import clause
from congvu.rules.document_types import document_type


@dataclass(frozen=True)
class IssuedDocument:
    """What the paper of an issued document says, and whether it still stands."""

    symbol: str
    issued_on: date
    issuer_name: str
    signer_name: str
    signer_title: str
    type_name: str
    state: str
    state_label: str
    sha256: str
    signed_at: datetime | None
    issued_at: datetime


@clause("QC.7.1")
def issued_by_code(code: str) -> IssuedDocument | None:
    """The issued document that carries this check code in its QR."""
    return _found("documents_issued_by_code", code)


@clause("QC.7.1")
def issued_by_file(sha256: str) -> IssuedDocument | None:
    """The issued document whose file is exactly this."""
    return _found("documents_issued_by_file", sha256)


@clause("QC.7.1", "S.11")
def issued_by_number(symbol: str, on: date) -> list[IssuedDocument]:
    """The public documents (level 1) that were issued under this number and symbol on this day.

    Several agencies may have used one number; what is not public does not exist here.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM documents_issued_by_number(%s, %s)", [symbol_key(symbol), on])
        return [_record(row) for row in cursor.fetchall()]


def _found(function: str, key: str) -> IssuedDocument | None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {function}(%s)", [key])
        row = cursor.fetchone()
    return _record(row) if row is not None else None


def _record(row: tuple[Any, ...]) -> IssuedDocument:
    return IssuedDocument(
        *(
            *row[:5],
            document_type(row[5]).name,
            row[6],
            str(DocumentState(row[6]).label),
            *row[7:],
        )
    )

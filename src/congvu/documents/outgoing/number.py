"""Number a signed document: the next number of its series and year, once and for good.

ND30 Điều 15: numbers follow the order of issue inside the year. The counter row of the book moves
in the last statement before the commit: a rollback gives the number back, nothing leaves a gap.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import kind_of
from congvu.documents.drafting.typeset_draft import symbol_after_number
from congvu.documents.models import Document, Numbering, RegisterBook, SeriesChoice, Signing
from congvu.documents.outgoing.refuse_doubtful import refuse_doubtful
from congvu.documents.states import DocumentState, become
from congvu.kit import clock
from congvu.kit.folding import symbol_key
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.rules.document_types import DocumentType, Group

# One statement moves the counter, writes the row and puts the number on the document. A number
# with a later date that was given meanwhile stops it: the condition is asked again on the row
# that the other clerk's commit left (R1).
TAKE_NUMBER = """
WITH taken AS (
    UPDATE documents_registerbook SET last_number = last_number + 1, last_on = %(on)s
    WHERE id = %(book_id)s AND (last_on IS NULL OR last_on <= %(on)s)
    RETURNING last_number, CASE WHEN last_number < 10 THEN '0' ELSE '' END || last_number AS written
), given AS (
    INSERT INTO documents_numbering (agency_id, document_id, book_id, number, suffix, symbol, "on",
        by_id, at, void_reason)
    SELECT %(agency_id)s, %(document_id)s, %(book_id)s, last_number, '',
        written || '/' || %(after)s, %(on)s, %(by_id)s, %(at)s, ''
    FROM taken RETURNING id, number, symbol
)
UPDATE documents_document d SET number = given.number, symbol = given.symbol,
    symbol_key = taken.written || %(after_key)s, issued_on = %(on)s
FROM taken, given WHERE d.id = %(document_id)s RETURNING given.id
"""


@clause("QC.5.1", "ND30.15.1", "ND30.15.3", "ND30.16")
def number_document(
    *, document_id: int, by: Actor, at: datetime, on: date | None = None
) -> Numbering:
    """Give the document its number and date (`on`: today unless said).

    The date may not be in the future or another year, nor before the series' last number or the
    signature. The year's book is opened when there is none.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="number", lock=True)
        today = clock.local(at).date()
        on = on or today

        refuse_if(document.symbol, "documents.E209", symbol=document.symbol)
        refuse_unless(
            document.state == DocumentState.SIGNED,
            "documents.E003",
            state=document.get_state_display(),
        )
        refuse_doubtful(document)
        _refuse_before_signature(document, on)
        after = symbol_after_number(document, on.year)
        book = book_of(document, on)
        allowed = numbering.date_allowed(on, book.last_on, today)
        refuse_unless(allowed.value, "documents.E205", said=allowed.explanation)

        become(document, DocumentState.NUMBERED, at)
        write_entry(
            "documents.outgoing.numbered",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.15.3",
            details={"book": book.id, "series": book.series, "on": on.isoformat()},
        )
        numbering_id = _take_number(document, book, on, after, by, at)
    return Numbering.objects.select_related("book").get(id=numbering_id)


@clause("ND30.15.1")
def book_of(document: Document, on: date) -> RegisterBook:
    """The book of the document's series in that year; opened at the year's first document."""
    kind = kind_of(document)
    series = series_of(document.agency_id, kind, on)
    book, _ = RegisterBook.objects.get_or_create(
        agency_id=document.agency_id,
        direction=RegisterBook.Direction.OUTGOING,
        series=series,
        year=on.year,
        defaults={"name": book_name(kind, series)},
    )
    return book


@clause("ND30.15.1.a", "ND30.15.1.c")
def series_of(agency_id: int, kind: DocumentType, on: date) -> str:
    """The agency's series for a type on a day, by what its head has chosen (R2)."""
    choice = (
        SeriesChoice.objects.filter(agency_id=agency_id, valid_from__lte=on)
        .order_by("-valid_from")
        .first()
    )
    policy = (
        numbering.SeriesPolicy(
            numbering.AdministrativeSeries(choice.administrative), choice.own_groups
        )
        if choice
        else numbering.SeriesPolicy()
    )
    return numbering.series_key(kind, policy)


def book_name(kind: DocumentType, series: str) -> str:
    """What the book is called on its cover."""
    if kind.group is Group.LEGAL:
        return f"Sổ đăng ký văn bản đi: {kind.name} quy phạm pháp luật"
    if series.startswith("type:"):
        return f"Sổ đăng ký văn bản đi: {kind.name}"
    if series.startswith("group:"):
        return f"Sổ đăng ký văn bản đi: {series.removeprefix('group:')}"
    return "Sổ đăng ký văn bản đi"


def _refuse_before_signature(document: Document, on: date) -> None:
    signing = document.signings.filter(part=Signing.Part.PERSON).order_by("id").last()
    signed_on = clock.local(signing.at).date()
    refuse_if(
        on < signed_on,
        "documents.E206",
        day=f"{on:%d/%m/%Y}",
        signed=f"{signed_on:%d/%m/%Y}",
    )


def _take_number(
    document: Document, book: RegisterBook, on: date, after: str, by: Actor, at: datetime
) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE_NUMBER,
            {
                "book_id": book.id,
                "agency_id": document.agency_id,
                "document_id": document.id,
                "after": after,
                "after_key": symbol_key(f"/{after}"),
                "on": on,
                "by_id": by.posting_id,
                "at": at,
            },
        )
        row = cursor.fetchone()
    if row is None:
        book.refresh_from_db()
        raise refusal(
            "documents.E208",
            book=book.name,
            number=book.last_number,
            day=f"{book.last_on:%d/%m/%Y}",
        )
    return int(row[0])

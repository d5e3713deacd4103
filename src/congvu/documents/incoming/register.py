"""Register an arrival: its number in the annual register of incoming documents.

ND30 Điều 22.2: one consecutive series a year, in order of receipt, paper and electronic alike.
Điều 22.1: what is not registered creates no duty to handle it.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.events import DocumentRegistered
from congvu.documents.models import RegisterBook, Registration
from congvu.documents.queries.reports import main_pdf
from congvu.documents.states import ArrivalState, become
from congvu.kit import clock
from congvu.kit.events import publish
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing import queries as signing
from congvu.signing.describe import is_refutable, why_refutable

SERIES = "den"

# The counter moves and the row appears in one statement: no gap, no double (ND30.15; R1).
TAKE_NUMBER = """
WITH taken AS (
    UPDATE documents_registerbook SET last_number = last_number + 1 WHERE id = %(book_id)s
    RETURNING last_number)
INSERT INTO documents_registration
    (agency_id, arrival_id, book_id, number, "on", note, by_id, at)
SELECT %(agency_id)s, %(arrival_id)s, %(book_id)s, last_number, %(on)s, %(note)s, %(by_id)s, %(at)s
FROM taken RETURNING id
"""


@clause("ND30.22", "ND30.4.2.c", "ND30.21.2.b")
def register_arrival(
    *, arrival_id: int, by: Actor, at: datetime, note: str = "", is_for_reference: bool = False
) -> Registration:
    """Give the arrival the next number of this year's register of incoming documents.

    A document whose signatures fail goes back to its sender (ND30.21.2.b); it is registered only
    where the clerk says that it is wanted all the same, "để biết, tham khảo".
    """
    with transaction.atomic():
        arrival = access.arrival_for(by, arrival_id, to="register", lock=True)
        note = clean_text(note).strip()
        found = signing.newest_report(main_pdf(arrival.document))

        refuse_if(arrival.recall_asked_at, "documents.E301")
        if found is not None and is_refutable(found):
            refuse_unless(is_for_reference, "documents.E832", said=why_refutable(found))
        refuse_if(len(note) > 500, "documents.E309", limit=500)

        book = incoming_book(arrival.agency_id, clock.local(at).year)
        become(arrival, ArrivalState.REGISTERED, at)
        arrival.acknowledged_at = at
        arrival.save(update_fields=["acknowledged_at"])
        write_entry(
            "documents.incoming.registered",
            by=by,
            at=at,
            on=("document", arrival.document_id),
            clause="ND30.22",
            details={"arrival": arrival.id, "book": book.id, "for_reference": is_for_reference},
        )
        publish(DocumentRegistered(arrival_id=arrival.id, at=at))

        # The book's row is locked last, for the length of one commit only.
        with connection.cursor() as cursor:
            cursor.execute(
                TAKE_NUMBER,
                {
                    "book_id": book.id,
                    "agency_id": arrival.agency_id,
                    "arrival_id": arrival.id,
                    "on": clock.local(at).date(),
                    "note": note,
                    "by_id": by.posting_id,
                    "at": at,
                },
            )
            (registration_id,) = cursor.fetchone()
    return Registration.objects.get(id=registration_id)


def incoming_book(agency_id: int, year: int) -> RegisterBook:
    """This year's register of incoming documents; opened at the year's first arrival."""
    book, _ = RegisterBook.objects.get_or_create(
        agency_id=agency_id,
        direction=RegisterBook.Direction.INCOMING,
        series=SERIES,
        year=year,
        defaults={"name": "Sổ đăng ký văn bản đến"},
    )
    return book

"""Take a register over at a number: what was given on paper or in a former system stays given."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.drafting.check_draft import checked_kind
from congvu.documents.models import RegisterBook
from congvu.documents.outgoing.number import book_name, series_of
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, Actor
from congvu.rules.clauses import clause


@clause("ND30.15.1", "ND30.16")
def open_book(
    *,
    type_code: str,
    year: int,
    last_number: int,
    basis: str,
    by: Actor,
    at: datetime,
    last_on: date | None = None,
) -> RegisterBook:
    """Open the year's outgoing book of a type's series after `last_number`, dated `last_on`.

    `basis` says where those numbers stand (paper book, former system). Refused once this system
    has given a number in the book.
    """
    with transaction.atomic():
        today = clock.local(at).date()
        kind = checked_kind(type_code, today)
        basis = plain_spaces(clean_text(basis))

        refuse_unless(by.has(CLERK) and by.agency_id, "documents.E002")
        refuse_unless(today.year - 1 <= year <= today.year, "documents.E217", year=year)
        refuse_unless(last_number >= 0, "documents.E215")
        refuse_unless(5 <= len(basis) <= 250, "documents.E214")
        series = series_of(by.agency_id or 0, kind, min(today, date(year, 12, 31)))
        book, _ = RegisterBook.objects.select_for_update().get_or_create(
            agency_id=by.agency_id,
            direction=RegisterBook.Direction.OUTGOING,
            series=series,
            year=year,
            defaults={"name": book_name(kind, series)},
        )
        refuse_if(
            book.numberings.exists(),
            "documents.E213",
            book=book.name,
            year=year,
            number=book.last_number,
            wanted=last_number,
        )

        book.last_number = last_number
        book.last_on = last_on
        book.taken_over_at_number = last_number
        book.taken_over_basis = basis
        book.save(
            update_fields=["last_number", "last_on", "taken_over_at_number", "taken_over_basis"]
        )

        write_entry(
            "documents.outgoing.book_opened",
            by=by,
            at=at,
            on=("register_book", book.id),
            clause="ND30.15.1",
            details={"series": series, "year": year, "last_number": last_number, "basis": basis},
        )
    return book

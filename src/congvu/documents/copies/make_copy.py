"""Make a copy that was decided: its number in the register of copies, and the agency's signature.

ND30 Điều 25, 26; Phụ lục I, Phần II. One common series for all kinds, from 01 each year. The
original stays as it is; the copy is a new file that names the original by its hash.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.documents.copies.ask_copy import copied_file
from congvu.documents.copies.choose_stamps import choice_on
from congvu.documents.copies.compose_copy import compose_copy, original_of, with_closing
from congvu.documents.copies.decide_copy import copy_for
from congvu.documents.models import Document, DocumentCopy, RegisterBook, StampChoice
from congvu.documents.types import CopyClosing
from congvu.documents.typeset_document import BLANK, name_lines
from congvu.kit import blobs, clock
from congvu.kit.gate import look_at
from congvu.kit.refusal import refuse_unless
from congvu.kit.screening import PDF
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.authority import authority_lines
from congvu.rules.clauses import clause
from congvu.rules.copies import COPY_WORDS, CopyKind, Medium, copy_line, copy_symbol, read_pages
from congvu.signing.models import Certificate
from congvu.signing.sign_copy import sign_copy, sign_copy_with_seal
from congvu.signing.types import SignedPdf
from congvu.signing.verify import verify_pdf

SERIES = "copies"

# The counter moves and the copy takes the number in one statement: no gap, no double (R1).
TAKE_NUMBER = """
UPDATE documents_registerbook SET last_number = last_number + 1, last_on = %s
WHERE id = %s AND (last_on IS NULL OR last_on <= %s) RETURNING last_number
"""


@clause("ND30.25", "ND30.26", "ND30.PL1.II.I", "ND30.PL1.II.II")
def make_copy(*, copy_id: int, by: Actor, at: datetime) -> DocumentCopy:
    """Number the copy and make its file: signed by the agency, or a print for hand and seal."""
    with transaction.atomic():
        copy = ready_to_make(copy_id, by)
        base = base_of(copy)

        number_copy(copy, at)
        _fill(copy, base, by, at)
        return write_made(copy, by, at)


def ready_to_make(copy_id: int, by: Actor) -> DocumentCopy:
    """Lock the copy and refuse what may not be made (any more)."""
    copy = copy_for(by, copy_id, to="make_copy")
    document = Document.objects.get(id=copy.document_id)
    refuse_unless(
        copy.state == DocumentCopy.State.ALLOWED,
        "documents.E003",
        state=copy.get_state_display(),
    )
    refuse_unless(copied_file(document) == copy.original_file, "documents.E813")
    return copy


@clause("ND30.PL1.II.II", "ND30.15.1")
def number_copy(copy: DocumentCopy, at: datetime) -> None:
    """The next number of this year's register of copies; one that has a number keeps it."""
    if copy.number is None:
        copy.book = copies_book(copy.agency_id, clock.local(at).year)
        _take_number(copy, at)


def write_made(copy: DocumentCopy, by: Actor, at: datetime) -> DocumentCopy:
    """Number, words and file are on the row: the copy is made."""
    copy.state = DocumentCopy.State.MADE
    copy.made_by_id = by.posting_id
    copy.made_at = at
    copy.save()

    write_entry(
        "documents.copies.made",
        by=by,
        at=at,
        on=("document", copy.document_id),
        clause="ND30.25",
        details={
            "copy": copy.id,
            "symbol": copy.symbol,
            "original": copy.original_file,
            "file": copy.file,
        },
    )
    return copy


def base_of(copy: DocumentCopy) -> bytes:
    """The copy's pages before signature or closing block."""
    payload = blobs.payload(copy.original_file)
    return compose_copy(
        payload,
        original=original_of(payload),
        source=Medium(copy.source),
        pages=read_pages(copy.pages) or (),
    )


@clause("ND30.PL1.II.II", "ND30.15.1")
def copies_book(agency_id: int, year: int) -> RegisterBook:
    """This year's register of copies; opened at the year's first copy."""
    book, _ = RegisterBook.objects.get_or_create(
        agency_id=agency_id,
        direction=RegisterBook.Direction.COPIES,
        series=SERIES,
        year=year,
        defaults={"name": "Sổ đăng ký bản sao"},
    )
    return book


def closing_of(copy: DocumentCopy, at: datetime) -> CopyClosing:
    """What stands under a copy on paper: agency, number, date, and who decided and signs."""
    agency = orgs.agency(copy.agency_id)
    day = copy.on or clock.local(at).date()
    decider = orgs.posting(copy.decided_by_id) if copy.decided_by_id else None
    lines = _signing_lines(copy, agency.head_title, day)
    return CopyClosing(
        form=COPY_WORDS[CopyKind(copy.kind)],
        symbol=copy.symbol,
        agency_name=agency.name,
        agency_upper_lines=tuple(agency.superior_lines),
        agency_lines=tuple(agency.name_lines or name_lines(agency.name)),
        number_line=f"Số: {copy.symbol or f'{BLANK * 6}/{copy.kind}-{agency.symbol}'}",
        date_line=numbering.date_line(agency.place, day),
        authority_lines=lines[:-1],
        signer_title=lines[-1],
        signer_name=decider.full_name if decider else "",
        received_by=(f"{copy.purpose.rstrip('.;')};", "Lưu: VT."),
    )


@clause("ND30.13", "ND30.27")
def _signing_lines(copy: DocumentCopy, head_title: str, day: date) -> tuple[str, ...]:
    """What stands above the name: the decider's own right to sign, else TL. of the head."""
    if copy.decided_by_id is None:
        return ("",)
    right = orgs.signing_authority(copy.decided_by_id, "cong-van", day, copy.agency_id)
    if right is not None and right.finding.value:
        return tuple(authority_lines(right.authority))
    decider = orgs.posting(copy.decided_by_id)
    return (f"TL. {head_title}".upper(), decider.title.upper() if decider else "")


def _take_number(copy: DocumentCopy, at: datetime) -> None:
    copy.on = clock.local(at).date()
    with connection.cursor() as cursor:
        cursor.execute(TAKE_NUMBER, [copy.on, copy.book_id, copy.on])
        row = cursor.fetchone()
    refuse_unless(row, "documents.E814")
    copy.number = int(row[0])
    copy.symbol = copy_symbol(CopyKind(copy.kind), copy.number, orgs.agency(copy.agency_id).symbol)


@clause("ND30.PL1.II.I")
def _signed(copy: DocumentCopy, base: bytes, by: Actor, at: datetime) -> SignedPdf:
    """Signed with the line of ND30; a scan of paper with the seal of TT 01/2019 where chosen."""
    choice = choice_on(copy.agency_id, clock.local(at).date())
    shows_seal = choice is not None and choice.look == StampChoice.Look.SEAL
    put = sign_copy_with_seal if shows_seal and copy.source == Medium.PAPER else sign_copy
    width, height = look_at(base)["page_size"]
    return put(base, words=copy.words, page_size=(width, height), by=by, at=at)


def _fill(copy: DocumentCopy, base: bytes, by: Actor, at: datetime) -> None:
    """Put words, signature and file on the row."""
    keep_base(copy, base)
    if copy.target == Medium.PAPER:
        made = with_closing(base, closing_of(copy, at), at=at)
        copy.words = f"{COPY_WORDS[CopyKind(copy.kind)]}; {copy.symbol}"
    else:
        copy.words = copy_line(CopyKind(copy.kind), by.agency_name, clock.local(at))
        signed = _signed(copy, base, by, at)
        keep_signed(copy, signed, at)
        return
    _keep_file(copy, made)


def keep_base(copy: DocumentCopy, base: bytes) -> None:
    """Keep the copy's pages as they are before signature or print."""
    copy.base_file = blobs.keep(base, PDF, restricted=copy.document.is_restricted).sha256


def keep_signed(copy: DocumentCopy, signed: SignedPdf, at: datetime) -> None:
    """Put the signed file on the row, judged as its readers will judge it."""
    copy.certificate_serial = Certificate.objects.get(id=signed.certificate_id).serial
    _keep_file(copy, signed.pdf)
    verify_pdf(signed.pdf, at=at)


def _keep_file(copy: DocumentCopy, made: bytes) -> None:
    copy.file = blobs.keep(made, PDF, restricted=copy.document.is_restricted).sha256
    copy.page_count = look_at(made)["pages"]

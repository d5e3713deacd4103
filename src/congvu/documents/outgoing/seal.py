"""Put number, date and the agency's seal on a signed file; sign its appendices as the agency.

ND30 Điều 32.2: the clerk does it with the agency's key, on exactly what the person signed.
"""

from __future__ import annotations

from datetime import datetime

from congvu.documents.drafting.check_draft import kind_of
from congvu.documents.drafting.choose_co_signers import is_minutes
from congvu.documents.models import Attachment, Document, Signing
from congvu.documents.outgoing.sign import keep_signing
from congvu.documents.typeset_document import AGENCY_SHARE, typeset_number_strip
from congvu.kit import blobs, clock
from congvu.kit.gate import look_at
from congvu.kit.screening import PDF
from congvu.kit.typeset import Slot
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import numbering
from congvu.rules.clauses import clause
from congvu.signing.enrol import certificate_of_agency
from congvu.signing.number import number_as_agency
from congvu.signing.seal import seal_as_agency
from congvu.signing.seal_with_number import seal_with_number
from congvu.signing.sign_appendix import sign_appendix
from congvu.signing.types import NumberOnPage, NumberPlace, SignedPdf


@clause("ND30.15.3", "ND30.17.2", "ND30.32.2.c", "ND30.32.2.d")
def seal_document(document: Document, by: Actor, at: datetime) -> str:
    """Lay the number strip over the head, then seal; gives the hash of the file to be issued.

    An agency whose key signs once per document does both with one signature. Runs in the caller's
    transaction, which holds the document's row.
    """
    number = number_on_page(document, at)
    if certificate_of_agency(document.agency_id, at).signs_once:
        both = seal_with_number(blobs.read(document.signed_file), number=number, by=by, at=at)
        return keep_seal(document, both, by, at)
    numbered = number_as_agency(
        blobs.read(document.signed_file),
        strip_pdf=number.strip_pdf,
        slot=number.place.slot,
        number_text=f"{number.number_line}; {number.date_line}".rstrip("; "),
        by=by,
        at=at,
    )
    sealed = seal_as_agency(numbered.pdf, by=by, at=at)
    first = keep_signing(document, Signing.Part.NUMBER, numbered, document.signed_file, by, at)
    last = keep_signing(document, Signing.Part.SEAL, sealed, first.file_after, by, at)
    return last.file_after


def number_on_page(document: Document, at: datetime) -> NumberOnPage:
    """Number and date of the document, and where they stand on its first page."""
    on, number_line = document.issued_on, f"Số: {document.symbol}"
    place = orgs.agency(document.agency_id).place
    # Minutes have no line with place and date: the day stands in their text (mẫu 1.9).
    is_dated = not is_minutes(kind_of(document))
    date_line = numbering.date_line(place, on) if is_dated else ""
    strip = typeset_number_strip(number_line=number_line, date_line=date_line, at=at)
    days = (f"{on:%d/%m/%Y}", f"{on.day}/{on.month}/{on.year}", clock.start_of(on).isoformat())
    return NumberOnPage(
        strip_pdf=strip.pdf,
        place=NumberPlace(Slot(**document.slots["number_strip"]), AGENCY_SHARE),
        number_line=number_line,
        date_line=date_line,
        spellings=(document.symbol, number_line, date_line, *days),
    )


def keep_seal(document: Document, sealed: SignedPdf, by: Actor, at: datetime) -> str:
    """Keep the one signature that holds number, date and seal; gives the file to be issued."""
    row = keep_signing(document, Signing.Part.SEAL, sealed, document.signed_file, by, at)
    return row.file_after


def appendices_to_sign(document: Document) -> list[Attachment]:
    """Every appendix that is a PDF of its own.

    Files of other formats go out as they are: their integrity rests on the hash in the message.
    """
    return list(
        document.attachments.filter(
            part=Attachment.Part.APPENDIX, removed_at__isnull=True, mime=PDF
        ).order_by("ordinal", "id")
    )


@clause("ND30.PL1.I.II.8.b")
def seal_attachments(document: Document, by: Actor, at: datetime) -> None:
    """Sign every appendix that is a PDF of its own; the unsigned one stays as the trail."""
    for one in appendices_to_sign(document):
        content = blobs.read(one.sha256)
        width, height = look_at(content)["page_size"]
        signed = sign_appendix(
            content, symbol=document.symbol, by=by, at=at, page_size=(width, height)
        )
        put_in_place(one, signed, by, at)


def put_in_place(one: Attachment, signed: SignedPdf, by: Actor, at: datetime) -> None:
    """The signed appendix takes the place of the unsigned one."""
    kept = blobs.keep(signed.pdf, PDF, restricted=one.document.is_restricted)
    one.removed_at = at
    one.save(update_fields=["removed_at"])
    Attachment.objects.create(
        agency_id=one.agency_id,
        document=one.document,
        part=one.part,
        ordinal=one.ordinal,
        name=one.name,
        sha256=kept.sha256,
        mime=PDF,
        size=kept.size,
        by_id=by.posting_id,
        at=at,
    )

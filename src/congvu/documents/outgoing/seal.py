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
from congvu.kit import blobs
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
from congvu.signing.types import NumberPlace


@clause("ND30.15.3", "ND30.17.2", "ND30.32.2.c", "ND30.32.2.d")
def seal_document(document: Document, by: Actor, at: datetime) -> str:
    """Lay the number strip over the head, then seal; gives the hash of the file to be issued.

    An agency whose key signs once per document does both with one signature. Runs in the caller's
    transaction, which holds the document's row.
    """
    number_line = f"Số: {document.symbol}"
    place = orgs.agency(document.agency_id).place
    # Minutes have no line with place and date: the day stands in their text (mẫu 1.9).
    is_dated = not is_minutes(kind_of(document))
    date_line = numbering.date_line(place, document.issued_on) if is_dated else ""
    strip = typeset_number_strip(number_line=number_line, date_line=date_line, at=at)
    slot = Slot(**document.slots["number_strip"])
    if certificate_of_agency(document.agency_id, at).signs_once:
        both = seal_with_number(
            blobs.read(document.signed_file),
            strip_pdf=strip.pdf,
            place=NumberPlace(slot, AGENCY_SHARE),
            number_line=number_line,
            date_line=date_line,
            by=by,
            at=at,
        )
        return keep_signing(
            document, Signing.Part.SEAL, both, document.signed_file, by, at
        ).file_after
    numbered = number_as_agency(
        blobs.read(document.signed_file),
        strip_pdf=strip.pdf,
        slot=slot,
        number_text=f"{number_line}; {date_line}".rstrip("; "),
        by=by,
        at=at,
    )
    sealed = seal_as_agency(numbered.pdf, by=by, at=at)
    first = keep_signing(document, Signing.Part.NUMBER, numbered, document.signed_file, by, at)
    last = keep_signing(document, Signing.Part.SEAL, sealed, first.file_after, by, at)
    return last.file_after


@clause("ND30.PL1.I.II.8.b")
def seal_attachments(document: Document, by: Actor, at: datetime) -> None:
    """Sign every appendix that is a PDF of its own; the unsigned one stays as the trail.

    Files of other formats go out as they are: their integrity rests on the hash in the message.
    """
    appendices = document.attachments.filter(
        part=Attachment.Part.APPENDIX, removed_at__isnull=True, mime=PDF
    )
    for one in list(appendices):
        content = blobs.read(one.sha256)
        width, height = look_at(content)["page_size"]
        signed = sign_appendix(
            content, symbol=document.symbol, by=by, at=at, page_size=(width, height)
        )
        kept = blobs.keep(signed.pdf, PDF, restricted=document.is_restricted)
        one.removed_at = at
        one.save(update_fields=["removed_at"])
        Attachment.objects.create(
            agency_id=one.agency_id,
            document=document,
            part=one.part,
            ordinal=one.ordinal,
            name=one.name,
            sha256=kept.sha256,
            mime=PDF,
            size=kept.size,
            by_id=by.posting_id,
            at=at,
        )

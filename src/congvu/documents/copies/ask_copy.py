"""Ask for a copy of a document that was issued or has arrived (đề nghị sao văn bản: ND30.27).

Whoever may decide on copies decides by asking; everybody else waits for the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.copies.competence import let_deciders_read, right_to_copy
from congvu.documents.copies.compose_copy import Original, original_of
from congvu.documents.models import Attachment, Document, DocumentCopy
from congvu.documents.states import DocumentState
from congvu.kit import blobs
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.screening import PDF
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.copies import (
    CopyKind,
    Medium,
    copy_allowed,
    extract_pages,
    page_words,
    read_pages,
)

LEAST_PURPOSE, LONGEST_PURPOSE = 5, 500
COPYABLE = frozenset({DocumentState.ISSUED, DocumentState.REPLACED, DocumentState.TAKEN_IN})


@dataclass(frozen=True)
class Wanted:
    """What copy is wanted. `pages` ("2, 5-7") and `extracted` (which parts) are for extracts.

    `source` is what the original stands on; `source_is_full_copy`: it is itself a "sao y".
    """

    kind: str
    source: str
    target: str
    purpose: str
    pages: str = ""
    extracted: str = ""
    source_is_full_copy: bool = False


@clause("ND30.25", "ND30.27")
def ask_for_copy(*, document_id: int, wanted: Wanted, by: Actor, at: datetime) -> DocumentCopy:
    """Ask for the copy; refuses copies that do not exist in law and pages that are not there."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="copy")
        purpose = plain_spaces(clean_text(wanted.purpose))
        extracted = plain_spaces(clean_text(wanted.extracted))

        refuse_unless(LEAST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE, "documents.E802")
        refuse_if(len(extracted) > LONGEST_PURPOSE, "documents.E802")
        original_file = copied_file(document)
        original = original_of(blobs.payload(original_file))
        kind, pages = checked(wanted, original)

        basis = right_to_copy(by, at)
        row = DocumentCopy.objects.create(
            agency_id=by.agency_id,
            document=document,
            kind=kind,
            source=wanted.source,
            target=wanted.target,
            source_is_full_copy=wanted.source_is_full_copy,
            state=DocumentCopy.State.ALLOWED if basis else DocumentCopy.State.ASKED,
            pages=page_words(pages)[:1000],
            extracted=extracted,
            purpose=purpose,
            original_file=original_file,
            asked_by_id=by.posting_id,
            asked_at=at,
            decided_by_id=by.posting_id if basis else None,
            decided_at=at if basis else None,
            basis=basis,
        )
        if not basis:
            let_deciders_read(row, at)

        write_entry(
            "documents.copies.asked",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.27",
            details={"copy": row.id, "kind": kind.value, "basis": basis},
        )
    return row


def original_of_document(document: Document) -> Original:
    """What is known of the file that a copy of this document would be made from."""
    return original_of(blobs.payload(copied_file(document)))


def copied_file(document: Document) -> str:
    """The file a copy is made from: what was issued, or what was taken in; refuses others."""
    refuse_unless(document.state in COPYABLE, "documents.E801", state=document.get_state_display())
    main = Attachment.objects.filter(
        document=document, part=Attachment.Part.MAIN, removed_at=None
    ).first()
    is_pdf = bool(document.file) or (main is not None and main.mime == PDF)
    refuse_unless(is_pdf, "documents.E806")
    return document.file or main.sha256


def checked(wanted: Wanted, original: Original) -> tuple[CopyKind, tuple[int, ...]]:
    """The kind and, for an extract, its pages; refuses what the rules of copies do not know."""
    known = (
        wanted.kind in set(CopyKind)
        and wanted.source in set(Medium)
        and wanted.target in set(Medium)
    )
    refuse_unless(known, "documents.E803", said="Hãy chọn hình thức sao và định dạng.")
    kind, source = CopyKind(wanted.kind), Medium(wanted.source)
    allowed = copy_allowed(
        kind, source, Medium(wanted.target), source_is_full_copy=wanted.source_is_full_copy
    )
    refuse_unless(allowed.value, "documents.E803", said=allowed.explanation)
    refuse_if(
        source is Medium.PAPER and not original.is_scan,
        "documents.E803",
        said="Tệp này không phải bản quét của văn bản giấy: hãy chọn bản gốc là văn bản điện tử.",
    )
    whole = tuple(range(1, len(original.pages) + 1))
    if kind is not CopyKind.EXTRACT:
        return kind, whole
    asked = read_pages(wanted.pages) or ()
    refuse_unless(asked and asked[-1] <= len(whole), "documents.E807", pages=len(whole))
    return kind, extract_pages(asked, pages=len(whole), signed_on=original.signed_on)

"""What every page that shows a document needs: its pages, files, and judged signatures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from congvu.documents import access
from congvu.documents.models import Attachment, Document, Sensitivity
from congvu.documents.queries.reports import file_report
from congvu.orgs.types import Actor
from congvu.rules.document_types import document_type
from congvu.signing import queries as signing
from congvu.signing.describe import STATE_ADVICE, VerificationWords, describe, failing
from congvu.signing.queries.custody import Doubt, doubt_about
from congvu.signing.types import FileState, Verification
from congvu.web.environment import size
from congvu.web.shell.signature_cards import verification_cards

WIDTH, HEIGHT = 900, 1273  # A4 at the width we draw


@dataclass(frozen=True)
class DocumentView:
    """A document ready for the components: viewer pages, file list, signature cards."""

    document: Document
    type_name: str
    pages: list[dict[str, Any]]
    pdf_url: str
    files: list[dict[str, Any]]
    signatures: list[dict[str, Any]]
    verification: Verification | None
    words: VerificationWords | None  # the same, for the reader
    tone: str
    level_note: str
    legal_value: Any
    can_check: bool = False  # a PDF that was not checked yet
    doubts: tuple[str, ...] = ()  # what the clerk should look at before taking it in
    may_relabel: bool = False
    levels: tuple[tuple[int, str], ...] = tuple(Sensitivity.choices)
    doubt: Doubt | None = None  # a signature made after its key was reported lost
    protected: tuple[tuple[str, str], ...] = ()  # restricted: (id, name) of what can be taken away


def document_view(by: Actor, document_id: int) -> DocumentView:
    """Gather it for somebody who may read the document (else a refusal)."""
    document = access.document_for(by, document_id, to="read")
    attachments = list(access.files_of(by, document))
    main = next((one for one in attachments if one.part == Attachment.Part.MAIN), None)
    sha256 = document.file or (main.sha256 if main else "")
    is_pdf = bool(document.file) or (main is not None and main.mime == "application/pdf")
    found = file_report(document, sha256) if sha256 and is_pdf else None
    return DocumentView(
        document=document,
        type_name=document_type(document.type_code).name,
        pages=_pages(document) if is_pdf else [],
        pdf_url=reverse("document_pdf", args=[document.id])
        if sha256 and not document.is_restricted
        else "",
        files=[_file(document, one) for one in attachments],
        verification=found.verification if found else None,
        legal_value=found.value if found else None,
        doubts=_doubts(found.verification) if found else (),
        can_check=found is None and bool(sha256) and is_pdf,
        **verification_cards(found.verification if found else None),
        level_note=_level_note(sha256),
        doubt=doubt_about(document.file),
        may_relabel=access.may(by, document, "relabel"),
        protected=_protected(document, attachments, sha256) if document.is_restricted else (),
    )


def _doubts(found: Verification) -> tuple[str, ...]:
    """What is neither good nor failed: the clerk looks, nothing is sent back by itself."""
    told = [] if found.state is FileState.INTACT else [STATE_ADVICE[found.state]]
    told += [f"{one.signer}: {one.reason}" for one in failing(found)]
    told += [f"{one.what}: {one.words}." for one in describe(found).requirements if not one.is_met]
    return tuple(dict.fromkeys(told))


def _level_note(sha256: str) -> str:
    """Why signatures made here reached a lower level than wanted; empty when they did not."""
    level = signing.level_of(sha256) if sha256 else None
    return level[1] if level else ""


def _protected(
    document: Document, attachments: list[Attachment], sha256: str
) -> tuple[tuple[str, str], ...]:
    beside = [(str(one.id), one.name) for one in attachments if one.part != Attachment.Part.MAIN]
    return (*([("", "Văn bản chính")] if sha256 else []), *beside)


def _pages(document: Document) -> list[dict[str, Any]]:
    # The file changes with signature, number and seal: its mark keeps the browser from showing
    # the pictures of the former one.
    mark = f"&b={document.file[:16]}" if document.file else ""
    return [
        {
            "url": reverse("document_page", args=[document.id, number]) + f"?rong=2{mark}",
            "thumb": reverse("document_page", args=[document.id, number]) + f"?rong=0{mark}",
            "width": WIDTH,
            "height": HEIGHT,
        }
        for number in range(1, (document.page_count or 1) + 1)
    ]


def _file(document: Document, one: Attachment) -> dict[str, Any]:
    return {
        "name": one.name,
        "size": size(one.size),
        "kind": one.get_part_display(),
        "url": ""
        if document.is_restricted
        else reverse("attachment_file", args=[document.id, one.id]) + "?tai=1",
    }

"""Files of documents: page images, the PDF, attachments. Object access through access.py only."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.export import export_protected
from congvu.documents.models import Arrival, Attachment, Document
from congvu.documents.relabel import relabel_document
from congvu.kit import blobs, clock
from congvu.kit.page_images import page_image
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, LEADER
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs

INLINE = frozenset({"application/pdf", "image/png", "image/jpeg"})


@require_GET
def document_pdf(request: HttpRequest, document_id: int) -> HttpResponse:
    """The newest file of a document, byte for byte."""
    document = _open_document(request, document_id)
    sha256, name, mime = _main_file(document)
    return _send(request, document, sha256, name, mime)


@require_GET
def document_page(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """One page of the document as a picture (a derivative: the original is never touched)."""
    document = _open_document(request, document_id)
    sha256, _, _ = _main_file(document)
    width = {"0": 300, "2": 1240}.get(request.GET.get("rong", ""), 900)
    picture = page_image(sha256, number, width)
    refuse_if(picture is None, "documents.E001")
    answer = HttpResponse(picture, content_type="image/png")
    keeps = "no-store" if document.is_restricted else "max-age=86400, immutable"
    answer["Cache-Control"] = f"private, {keeps}"
    return answer


@require_GET
def attachment_file(request: HttpRequest, document_id: int, attachment_id: int) -> HttpResponse:
    """An attachment, byte for byte as it was taken in."""
    document = _open_document(request, document_id)
    attachment = access.files_of(request.actor, document).filter(id=attachment_id).first()
    refuse_if(attachment is None, "documents.E001")
    return _send(request, document, attachment.sha256, attachment.name, attachment.mime)


@require_POST
def protected_file(request: HttpRequest, document_id: int) -> HttpResponse:
    """Tải có mật khẩu: a file of a restricted document inside an encrypted PDF."""
    document = _open_document(request, document_id)
    sha256, name, _ = _main_file(document)
    if chosen := number_or_none(request.POST.get("file", "")):
        attachment = access.files_of(request.actor, document).filter(id=chosen).first()
        refuse_if(attachment is None, "documents.E001")
        sha256, name = attachment.sha256, attachment.name
    protected = export_protected(
        document_id=document_id,
        sha256=sha256,
        name=name,
        password=request.POST.get("password", ""),
        by=request.actor,
        at=clock.now(),
    )
    answer = HttpResponse(protected, content_type="application/pdf")
    return _named(answer, "attachment", f"{name.rsplit('.', 1)[0]}-co-mat-khau.pdf")


@needs(CLERK, LEADER)
@require_POST
def relabel(request: HttpRequest, document_id: int) -> HttpResponse:
    """Đổi mức độ nhạy cảm."""
    document = relabel_document(
        document_id=document_id,
        sensitivity=number_or_none(request.POST.get("sensitivity", "")) or 0,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = f"Đã chuyển văn bản sang {document.get_sensitivity_display().lower()}."
    answer = done(request, said, "outgoing_document", document_id)
    back = request.POST.get("back", "")
    return redirect(back) if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else answer


def _open_document(request: HttpRequest, document_id: int) -> Document:
    document = access.document_for(request.actor, document_id, to="read")
    arrival = Arrival.objects.filter(document=document, agency_id=request.actor.agency_id).first()
    refuse_unless(access.file_is_open(document, arrival), "documents.E001")
    return document


def _main_file(document: Document) -> tuple[str, str, str]:
    """The hash, the name and the MIME type of the document's main file."""
    name = (document.symbol or f"van-ban-{document.id}").replace("/", "-")
    if document.file:
        return document.file, f"{name}.pdf", "application/pdf"
    main = Attachment.objects.filter(
        document=document, part=Attachment.Part.MAIN, removed_at=None
    ).first()
    refuse_if(main is None, "documents.E001")
    return main.sha256, main.name, main.mime


def _send(
    request: HttpRequest, document: Document, sha256: str, name: str, mime: str
) -> HttpResponse:
    refuse_if(document.is_restricted, "documents.E703")
    write_entry(
        "documents.downloaded",
        by=request.actor,
        at=clock.now(),
        on=("document", document.id),
        details={"file": sha256, "name": name},
    )
    shown = "inline" if mime in INLINE and "tai" not in request.GET else "attachment"
    given = blobs.payload(sha256)
    stream = io.BytesIO(given) if isinstance(given, bytes) else given.open("rb")
    return _named(FileResponse(stream, content_type=mime), shown, name)


def _named(answer: HttpResponse | FileResponse, shown: str, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer

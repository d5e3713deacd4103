"""Orders on a copy, and its file: each view gives one order, or gives the bytes."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.documents.copies.decide_copy import decide_on_copy
from congvu.documents.copies.make_copy import make_copy
from congvu.documents.export import export_protected
from congvu.documents.models import Document
from congvu.documents.queries.copies import CopyRow
from congvu.kit import blobs, clock
from congvu.kit.page_images import page_image
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK
from congvu.signing import queries as signing
from congvu.signing.verify import verify_pdf
from congvu.web.desk.copies import STAFF, found_copy
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs
from congvu.web.shell.signature_cards import signature_card


@needs(*STAFF)
@require_POST
def decide(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Cho sao, or không cho sao."""
    is_allowed = request.POST.get("answer") == "allow"
    decide_on_copy(
        copy_id=copy_id,
        is_allowed=is_allowed,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã cho sao; văn thư sẽ sao." if is_allowed else "Đã trả lời không cho sao."
    return done(request, said, "copy", copy_id)


@needs(CLERK)
@require_POST
def make(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Sao: number and signature, or the print for hand and seal."""
    made = make_copy(copy_id=copy_id, by=request.actor, at=clock.now())
    return done(request, f"Đã sao, số {made.symbol}.", "copy", copy_id)


@needs(*STAFF)
@require_GET
def copy_file(request: HttpRequest, copy_id: int) -> HttpResponse:
    """The copy, byte for byte."""
    row, document = _made(request, copy_id)
    refuse_if(document.is_restricted, "documents.E703")
    name = file_name(row)
    write_entry(
        "documents.downloaded",
        by=request.actor,
        at=clock.now(),
        on=("document", row.document_id),
        details={"file": row.file, "name": name},
    )
    answer = FileResponse(io.BytesIO(blobs.read(row.file)), content_type="application/pdf")
    shown = "attachment" if "tai" in request.GET else "inline"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@needs(*STAFF)
@require_POST
def protected_copy(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Tải có mật khẩu: the copy of a restricted document inside an encrypted PDF."""
    row, _ = _made(request, copy_id)
    name = file_name(row)
    protected = export_protected(
        document_id=row.document_id,
        sha256=row.file,
        name=name,
        password=request.POST.get("password", ""),
        by=request.actor,
        at=clock.now(),
    )
    answer = HttpResponse(protected, content_type="application/pdf")
    given = f"{name.removesuffix('.pdf')}-co-mat-khau.pdf"
    answer["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(given)}"
    answer["Cache-Control"] = "private, no-store"
    return answer


@needs(*STAFF)
@require_GET
def copy_page(request: HttpRequest, copy_id: int, number: int) -> HttpResponse:
    """One page of the copy as a picture."""
    row, document = _made(request, copy_id)
    width = {"0": 300, "2": 1240}.get(request.GET.get("rong", ""), 900)
    picture = page_image(row.file, number, width)
    refuse_if(picture is None, "documents.E001")
    answer = HttpResponse(picture, content_type="image/png")
    keeps = "no-store" if document.is_restricted else "max-age=86400, immutable"
    answer["Cache-Control"] = f"private, {keeps}"
    return answer


@needs(*STAFF)
@require_POST
def check_copy(request: HttpRequest, copy_id: int) -> HttpResponse:
    """Kiểm tra chữ ký số of the copy anew, and show the cards."""
    row, _ = _made(request, copy_id)
    verify_pdf(blobs.payload(row.file), at=clock.now())
    report = signing.newest_report(row.file)
    signatures = report.signatures if report else ()
    cards = [signature_card(place, one) for place, one in enumerate(signatures)]
    return render(request, "desk/copies/cards.html", {"row": row, "report": report, "cards": cards})


def file_name(row: CopyRow) -> str:
    """What the copy is called when it is taken away."""
    return f"{row.symbol.replace('/', '-')}.pdf"


def _made(request: HttpRequest, copy_id: int) -> tuple[CopyRow, Document]:
    row = found_copy(request.actor, copy_id)
    refuse_unless(row.file, "documents.E001")
    return row, Document.objects.get(id=row.document_id)

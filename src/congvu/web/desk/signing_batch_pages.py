"""The pages of a document in a sitting: what the server delivers to this browser it records.

A picture asked for ahead of time (`prepare`) is drawn but not delivered, and counts for nothing.
"""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.documents import access
from congvu.documents.batch.note_shown import note_shown
from congvu.documents.models import Document
from congvu.kit import blobs, clock
from congvu.kit.page_images import page_image
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.web.shell.doors import needs, quiet

SIGNERS = (LEADER, UNIT_HEAD, CLERK, OFFICIAL)  # as on the page of one document
DRAWN_AHEAD = 3
PICTURE_WIDTH = 1240


@needs(*SIGNERS)
@require_GET
def picture(request: HttpRequest, batch_id: int, ordinal: int, number: int) -> HttpResponse:
    """A page of the document; that it was delivered is recorded. Never kept by the browser: a
    stay later it must be delivered again."""
    document = _document(request, batch_id, ordinal)
    drawn = page_image(document.file, number, PICTURE_WIDTH) if document.file else None
    refuse_if(drawn is None, "documents.E001")
    _note(request, document, [number])
    answer = HttpResponse(drawn, content_type="image/png")
    answer["Cache-Control"] = "private, no-store"
    return answer


@needs(*SIGNERS)
@require_GET
def pdf(request: HttpRequest, batch_id: int, ordinal: int) -> HttpResponse:
    """The whole file in the browser's own reader: every page counts as shown."""
    document = _document(request, batch_id, ordinal)
    refuse_unless(document.file and not document.is_restricted, "documents.E703")
    given = blobs.payload(document.file)
    _note(request, document, None)
    stream = io.BytesIO(given) if isinstance(given, bytes) else given.open("rb")
    answer = FileResponse(stream, content_type="application/pdf")
    answer["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(f'van-ban-{ordinal}.pdf')}"
    answer["Cache-Control"] = "private, no-store"
    return answer


@quiet
@needs(*SIGNERS)
@require_GET
def prepare(request: HttpRequest, batch_id: int, ordinal: int) -> HttpResponse:
    """Draw the next document's first pages ahead; nothing is delivered, nothing is recorded."""
    document = _document(request, batch_id, ordinal)
    if document.file and not document.is_restricted:
        for number in range(1, min(document.page_count or 1, DRAWN_AHEAD) + 1):
            page_image(document.file, number, PICTURE_WIDTH)
    return HttpResponse("", content_type="text/plain")


def session_of(request: HttpRequest) -> int:
    """The stay in the system that this request belongs to."""
    return int(request.session_row.session_id)


def _document(request: HttpRequest, batch_id: int, ordinal: int) -> Document:
    """The document at a place of this person's own sitting."""
    by: Actor = request.actor
    row = access.batch_for(by, batch_id).items.filter(ordinal=ordinal).first()
    refuse_if(row is None, "documents.E880")
    document = access.document_for(by, row.document_id, to="sign")
    refuse_unless(access.file_is_open(document, None), "documents.E001")
    # A page of a newer file is never shown among those of the former one.
    refuse_unless(document.file.startswith(request.GET.get("b", "")), "documents.E201")
    return document


def _note(request: HttpRequest, document: Document, pages: list[int] | None) -> None:
    """Record what is delivered; a browser that fetches by guess shows it to nobody yet."""
    if "prefetch" in request.headers.get("Sec-Purpose", "").lower():
        return
    note_shown(
        document_id=document.id,
        sha256=document.file,
        pages=pages,
        session_id=session_of(request),
        by=request.actor,
        at=clock.now(),
    )

"""Files and evidence of messages that came in: the PDF, its pages, the raw message, the sheet."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.access import READERS
from congvu.channels.types import MAIL
from congvu.channels.typeset_sheet import typeset_inbound
from congvu.kit import blobs, clock
from congvu.kit.page_images import page_image
from congvu.kit.refusal import refuse_if
from congvu.web.desk.files import INLINE
from congvu.web.shell.doors import needs

WIDTHS = {"0": 300, "2": 1240}


@needs(*READERS)
@require_GET
def inbound_file(request: HttpRequest, inbound_id: int, ordinal: int) -> FileResponse:
    """A file byte for byte as it came; one that waits for the scanner is refused (kit)."""
    file = access.file_for(request.actor, inbound_id, ordinal)
    shown = "inline" if file.mime in INLINE and "tai" not in request.GET else "attachment"
    answer = _sent(request, inbound_id, file.sha256, file.mime)
    return _named(answer, shown, file.name)


@needs(*READERS)
@require_GET
def inbound_file_page(
    request: HttpRequest, inbound_id: int, ordinal: int, number: int
) -> HttpResponse:
    """One page of a PDF that came, as a picture."""
    file = access.file_for(request.actor, inbound_id, ordinal)
    picture = page_image(file.sha256, number, WIDTHS.get(request.GET.get("rong", ""), 900))
    refuse_if(picture is None, "channels.E001")
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, max-age=86400, immutable"
    return answer


@needs(*READERS)
@require_GET
def inbound_raw(request: HttpRequest, inbound_id: int) -> FileResponse:
    """The message word for word as it entered our account: the evidence itself."""
    inbound = access.inbound_for(request.actor, inbound_id, to="read")
    ending = "eml" if inbound.channel == MAIL else "txt"
    # Never shown inside a page of ours, whatever is in it.
    answer = _sent(request, inbound_id, inbound.raw, "application/octet-stream")
    return _named(answer, "attachment", f"{inbound.reference}.{ending}")


@needs(*READERS)
@require_GET
def inbound_evidence(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Phiếu chứng cứ thông tin đến."""
    by, at = request.actor, clock.now()
    inbound = access.inbound_for(by, inbound_id, to="read")
    pdf = typeset_inbound(inbound, by=by, at=at)
    write_entry("channels.evidence_printed", by=by, at=at, on=("inbound_message", inbound.id))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="chung-cu-{inbound.reference}.pdf"'
    return answer


def _sent(request: HttpRequest, inbound_id: int, sha256: str, mime: str) -> FileResponse:
    given = blobs.payload(sha256)
    write_entry(
        "channels.file_opened",
        by=request.actor,
        at=clock.now(),
        on=("inbound_message", inbound_id),
        details={"file": sha256},
    )
    stream = io.BytesIO(given) if isinstance(given, bytes) else given.open("rb")
    return FileResponse(stream, content_type=mime)


def _named(answer: FileResponse, shown: str, name: str) -> FileResponse:
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer

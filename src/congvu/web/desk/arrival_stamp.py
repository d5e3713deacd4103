"""Dấu Đến: the clerk's order, and the archived copy with the stamp beside the original."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.incoming.stamp_arrival import stamp_arrival, stamp_of
from congvu.documents.models import Arrival, ArrivalStamp
from congvu.kit import blobs, clock
from congvu.kit.page_images import page_image
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import CLERK
from congvu.web.desk.document_view import HEIGHT, WIDTH
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs


@needs(CLERK)
@require_POST
def stamp(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Đóng dấu Đến."""
    stamp_arrival(
        arrival_id=arrival_id,
        handed_to=request.POST.get("handed_to", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã đóng dấu Đến trên bản lưu.", "arrival", arrival_id)


@needs()
@require_GET
def stamped_file(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Bản lưu có dấu Đến, byte for byte."""
    arrival, row = _stamped(request, arrival_id)
    refuse_if(arrival.document.is_restricted, "documents.E703")
    name = f"{(arrival.document.symbol or f'van-ban-den-{arrival_id}').replace('/', '-')}-den.pdf"
    write_entry(
        "documents.downloaded",
        by=request.actor,
        at=clock.now(),
        on=("document", arrival.document_id),
        details={"file": row.file, "name": name},
    )
    answer = FileResponse(io.BytesIO(blobs.read(row.file)), content_type="application/pdf")
    shown = "attachment" if "tai" in request.GET else "inline"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(name)}"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@needs()
@require_GET
def stamped_page(request: HttpRequest, arrival_id: int, number: int) -> HttpResponse:
    """One page of the stamped copy as a picture."""
    arrival, row = _stamped(request, arrival_id)
    width = {"0": 300, "2": 1240}.get(request.GET.get("rong", ""), 900)
    picture = page_image(row.file, number, width)
    refuse_if(picture is None, "documents.E001")
    answer = HttpResponse(picture, content_type="image/png")
    keeps = "no-store" if arrival.document.is_restricted else "max-age=86400, immutable"
    answer["Cache-Control"] = f"private, {keeps}"
    return answer


def stamped_pages(arrival_id: int, row: ArrivalStamp, pages: int) -> list[dict[str, Any]]:
    """The pages of the stamped copy for the viewer."""
    mark = f"&b={row.file[:16]}"
    return [
        {
            "url": reverse("stamped_page", args=[arrival_id, number]) + f"?rong=2{mark}",
            "thumb": reverse("stamped_page", args=[arrival_id, number]) + f"?rong=0{mark}",
            "width": WIDTH,
            "height": HEIGHT,
        }
        for number in range(1, pages + 1)
    ]


def _stamped(request: HttpRequest, arrival_id: int) -> tuple[Arrival, ArrivalStamp]:
    arrival = access.arrival_for(request.actor, arrival_id, to="read")
    row = stamp_of(arrival)
    refuse_unless(access.file_is_open(arrival.document, arrival), "documents.E001")
    if row is None:
        raise refusal("documents.E001")
    return arrival, row

"""The print of a draft while it is written: typeset as it will be, shown as pictures of pages.

The print is a derivative: one file per draft and person, overwritten by the next look at it.
"""

from __future__ import annotations

import hashlib
import io
import os
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from congvu.documents.drafting.typeset_draft import preview_draft
from congvu.documents.queries.document import document_page
from congvu.documents.queries.draft_lists import autosave_of
from congvu.documents.types import draft_from_json
from congvu.kit import clock
from congvu.kit.page_drawing import draw_page
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.kit.typeset import Typeset
from congvu.kit.vault import open_bytes, seal_bytes
from congvu.orgs.types import Actor
from congvu.web.desk.differences import differences
from congvu.web.desk.draft_conflict import version_text
from congvu.web.desk.draft_form import number_or_none, typed_co_signers, typed_content, typed_values
from congvu.web.desk.frame import show
from congvu.web.shell.doors import needs

WIDTH, HEIGHT = 900, 1273  # A4 at the width we draw
MOST_PAGES = 60


@needs()
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, document_id: int) -> HttpResponse:
    """The pages of what is typed now (POST), or of what is saved (GET), as a part of the page."""
    by, at = request.actor, clock.now()
    error: Refusal | None = None
    pages = []
    try:
        typeset = _typeset(request, document_id, by, at)
        mark = _keep(document_id, by, typeset.pdf)
        pages = [
            {
                "url": reverse("draft_preview_page", args=[document_id, number]) + f"?b={mark}",
                "width": WIDTH,
                "height": HEIGHT,
            }
            for number in range(1, min(typeset.pages, MOST_PAGES) + 1)
        ]
    except Refusal as refusal:
        if refusal.not_found:
            raise
        error = refusal
    context = {"pages": pages, "error": error, "document_id": document_id}
    return render(request, "desk/drafts/preview.html", context)


def _typeset(request: HttpRequest, document_id: int, by: Actor, at: datetime) -> Typeset:
    if request.method == "GET":
        autosave = autosave_of(by, document_id)
        content = draft_from_json(autosave.content) if autosave else None
        return preview_draft(document_id=document_id, by=by, at=at, content=content)
    values = typed_values(request.POST)
    return preview_draft(
        document_id=document_id,
        by=by,
        at=at,
        content=typed_content(values),
        subject=values["subject"],
        urgency=number_or_none(values["urgency"]),
        signer_posting_id=number_or_none(values["signer"]),
        co_signers=typed_co_signers(values),
    )


@needs()
@require_GET
def preview_page(request: HttpRequest, document_id: int, number: int) -> HttpResponse:
    """One page of the newest look at the draft by this person."""
    pdf = _kept(document_id, request.actor)
    picture = draw_page(io.BytesIO(pdf), {"page": number, "width": 1240})
    refuse_unless(picture, "documents.E001")
    answer = HttpResponse(picture, content_type="image/png")
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer


@needs()
@require_GET
def preview_pdf(request: HttpRequest, document_id: int) -> HttpResponse:
    """Bản in: the draft as a PDF, marked as a draft."""
    by = request.actor
    typeset = _typeset(request, document_id, by, clock.now())
    answer = HttpResponse(typeset.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="du-thao-{document_id}.pdf"'
    return answer


def _place(document_id: int, by: Actor) -> Path:
    return Path(settings.VAR) / "previews" / f"{document_id}-{by.posting_id}.pdf"


def _keep(document_id: int, by: Actor, pdf: bytes) -> str:
    """Put the print, sealed, where its pages are drawn from; the rename makes it whole."""
    place = _place(document_id, by)
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_suffix(f".{os.getpid()}.{os.urandom(4).hex()}")
    fresh.write_bytes(seal_bytes(pdf))
    fresh.replace(place)
    return hashlib.sha256(pdf).hexdigest()[:16]


def _kept(document_id: int, by: Actor) -> bytes:
    """The kept print, for who may read the draft now; made again where it is gone."""
    document_page(by, document_id)
    place = _place(document_id, by)
    if not place.is_file():
        _keep(document_id, by, preview_draft(document_id=document_id, by=by, at=clock.now()).pdf)
    return open_bytes(place.read_bytes())


@needs()
@require_GET
def compare(request: HttpRequest, document_id: int) -> HttpResponse:
    """So sánh hai phiên bản."""
    page = document_page(request.actor, document_id)
    newest = page.newest_version
    new = number_or_none(request.GET.get("moi", "")) or newest
    old = number_or_none(request.GET.get("cu", "")) or max(1, new - 1)
    versions = {one.ordinal: one for one in page.document.versions.filter(ordinal__in=[old, new])}
    refuse_unless({old, new} <= versions.keys(), "documents.E106", ordinal=max(old, new))
    lines = differences(version_text(versions[old]), version_text(versions[new]))
    return show(
        request,
        "desk/drafts/compare.html",
        title="So sánh phiên bản",
        active="drafts",
        draft_page=page,
        document=page.document,
        old=old,
        new=new,
        lines=lines,
        is_same=not any(one["kind"] in {"added", "removed"} for one in lines),
        options=[
            (one.ordinal, f"Phiên bản {one.ordinal} · {one.by_name}") for one in page.versions
        ],
    )

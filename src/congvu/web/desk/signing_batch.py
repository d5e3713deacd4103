"""Duyệt và ký nhiều văn bản: a sitting, document by document, then one confirmation.

Its pictures, and the record of what was delivered: `signing_batch_pages`.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from congvu.documents.batch.close import close_batch
from congvu.documents.batch.confirm import confirm_batch
from congvu.documents.batch.decide import agree_to_sign, leave_unsigned, send_back_item
from congvu.documents.batch.retry import retry_batch
from congvu.documents.batch.start import start_batch
from congvu.documents.models import SigningBatch
from congvu.documents.queries.batches import BatchPage, ItemRow, batch_page, open_lot_of
from congvu.documents.queries.document import document_page
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refusal
from congvu.signing.queries import key_of_person
from congvu.signing.queries.lots import lot_wait
from congvu.signing.types import LotWait
from congvu.web.desk.document_view import HEIGHT, WIDTH
from congvu.web.desk.draft_page import attachment_files
from congvu.web.desk.frame import done, show
from congvu.web.desk.signing_batch_pages import SIGNERS, session_of
from congvu.web.shell.doors import needs, quiet

TONES = {"waiting": "valid", "skipped": "quiet", "returned": "paused", "failed": "error"}


@needs(*SIGNERS)
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Begin, or come back: to the first document without a decision."""
    batch = start_batch(session_id=session_of(request), by=request.actor, at=clock.now())
    page = _page(request, batch.id)
    undecided = page.undecided if batch.is_open else []
    return _to(batch.id, undecided[0] if undecided else None)


@needs(*SIGNERS)
@require_GET
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The summary with its one confirmation; then how it goes; then the results."""
    return show_batch(request, batch_id)


@quiet
@needs(*SIGNERS)
@require_GET
def progress(request: HttpRequest, batch_id: int) -> HttpResponse:
    """How the signing goes, asked every second while it goes; at its end the page comes anew."""
    page = _page(request, batch_id)
    lot = open_lot(request, page.batch)
    answer = render(request, "desk/signing/batch_progress.html", {"sitting": page, "lot": lot})
    is_other = request.GET.get("lo", "") != (lot.mark if lot else "")
    if page.batch.state != SigningBatch.State.RUNNING or is_other:
        answer["HX-Refresh"] = "true"
    return answer


@needs(*SIGNERS)
@require_GET
def item(request: HttpRequest, batch_id: int, ordinal: int) -> HttpResponse:
    """Read one document and decide."""
    page = _page(request, batch_id)
    one = _item(page, ordinal)
    if not page.batch.is_open:
        return redirect(reverse("batch", args=[batch_id]))
    following = page.beside(ordinal, 1)
    draft = document_page(request.actor, one.document_id)
    return show(
        request,
        "desk/signing/batch_item.html",
        title=f"{ordinal}/{len(page.items)} {one.subject}",
        active="signing",
        fit=True,
        split={"name": "ky-nhieu", "showing": "document", "list_label": "Văn bản trong lượt ký"},
        sitting=page,
        one=one,
        previous=page.beside(ordinal, -1),
        following=following,
        prepare_url=reverse("batch_prepare", args=[batch_id, following.ordinal])
        if following and not following.is_viewed
        else "",
        pages=_pages(page, one),
        pdf_url=""
        if draft.document.is_restricted
        else reverse("batch_pdf", args=[batch_id, ordinal]) + f"?b={one.file[:16]}",
        tones=TONES,
        draft_page=draft,
        document=draft.document,
        files=attachment_files(draft),
    )


@needs(*SIGNERS)
@require_POST
def decide(request: HttpRequest, batch_id: int, ordinal: int) -> HttpResponse:
    """Đồng ý ký, or Để lại; then the next document without a decision."""
    by, at = request.actor, clock.now()
    if request.POST.get("decision") == "agree":
        agree_to_sign(
            batch_id=batch_id,
            ordinal=ordinal,
            seen_sha256=request.POST.get("seen_sha256", ""),
            session_id=session_of(request),
            by=by,
            at=at,
        )
    else:
        leave_unsigned(batch_id=batch_id, ordinal=ordinal, by=by, at=at)
    return _to(batch_id, _page(request, batch_id).next_undecided(ordinal))


@needs(*SIGNERS)
@require_POST
def send_back(request: HttpRequest, batch_id: int, ordinal: int) -> HttpResponse:
    """Trả lại, with its reason; then the next one."""
    send_back_item(
        batch_id=batch_id,
        ordinal=ordinal,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return _to(batch_id, _page(request, batch_id).next_undecided(ordinal))


@needs(*SIGNERS)
@require_POST
@sensitive_post_parameters("pin")
def confirm(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Ký số N văn bản: one confirmation, one PIN."""
    try:
        confirm_batch(
            batch_id=batch_id,
            mark=request.POST.get("mark", ""),
            pin=request.POST.get("pin", "")[:64],
            session_id=session_of(request),
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as refused:
        if not refused.not_found:
            request.show_again = lambda said: show_batch(request, batch_id, said)
        raise
    return redirect(reverse("batch", args=[batch_id]))


@needs(*SIGNERS)
@require_POST
def retry(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Ký lại những văn bản lỗi: what has changed is shown again first."""
    retry_batch(batch_id=batch_id, session_id=session_of(request), by=request.actor, at=clock.now())
    page = _page(request, batch_id)
    return _to(batch_id, page.undecided[0] if page.undecided else None)


@needs(*SIGNERS)
@require_POST
def close(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Kết thúc lượt ký."""
    close_batch(batch_id=batch_id, by=request.actor, at=clock.now())
    return done(request, "Đã kết thúc lượt ký; văn bản chưa ký vẫn chờ ở Trình ký.", "signing")


def show_batch(request: HttpRequest, batch_id: int, error: Refusal | None = None) -> HttpResponse:
    """The page of the sitting; `error`: why what was sent was refused."""
    page = _page(request, batch_id)
    key = key_of_person(request.actor.person_id, clock.now())
    return show(
        request,
        "desk/signing/batch.html",
        title="Ký nhiều văn bản",
        active="signing",
        sitting=page,
        error=error,
        key=key,
        lot=open_lot(request, page.batch),
        asks_pin=page.batch.is_open and key.wants_pin,
    )


def open_lot(request: HttpRequest, batch: SigningBatch) -> LotWait | None:
    """What this sitting's person is to confirm at a remote service now."""
    lot_id = open_lot_of(batch)
    if lot_id is None:
        return None
    return lot_wait(lot_id, person_id=request.actor.person_id, at=clock.now())


def _page(request: HttpRequest, batch_id: int) -> BatchPage:
    return batch_page(request.actor, batch_id, session_of(request))


def _item(page: BatchPage, ordinal: int) -> ItemRow:
    found = next((one for one in page.items if one.ordinal == ordinal), None)
    if found is None:
        raise refusal("documents.E880")
    return found


def _to(batch_id: int, one: ItemRow | None) -> HttpResponse:
    """To this document, or to the summary when there is none left."""
    if one is None:
        return redirect(reverse("batch", args=[batch_id]))
    return redirect(reverse("batch_item", args=[batch_id, one.ordinal]))


def _pages(page: BatchPage, one: ItemRow) -> list[dict[str, Any]]:
    """The pages for the viewer; all but the first are asked for when they come on the screen."""
    if not one.file:
        return []
    return [
        {
            "url": reverse("batch_picture", args=[page.batch.id, one.ordinal, number])
            + f"?b={one.file[:16]}",
            "thumb": "",
            "width": WIDTH,
            "height": HEIGHT,
            "on_screen": number > 1,
        }
        for number in range(1, one.page_count + 1)
    ]

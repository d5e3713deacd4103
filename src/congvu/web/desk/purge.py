"""Tiêu hủy dữ liệu: propose, confirm or decline, and the certificate (QC.4.1)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.accounts.queries import has_factor
from congvu.documents import access
from congvu.documents.decide_purge import confirm_purge, decline_purge, may_decide
from congvu.documents.models import Purge
from congvu.documents.propose_purge import may_propose, propose_purge
from congvu.kit import blobs, clock
from congvu.kit.refusal import Refusal, refusal, refuse_unless
from congvu.web.desk.frame import done, show
from congvu.web.desk.signing_in import to_prove
from congvu.web.shell.doors import needs

TONES = {"proposed": "due", "confirmed": "due", "done": "valid"}


@needs()
@require_GET
def purge(request: HttpRequest, document_id: int) -> HttpResponse:
    """What it means, who has asked for it, and the orders."""
    return _page(request, document_id)


def _page(request: HttpRequest, document_id: int, error: Refusal | None = None) -> HttpResponse:
    by, at = request.actor, clock.now()
    document = access.document_for(by, document_id, to="read")
    refuse_unless(document.agency_id == by.agency_id, "documents.E001")
    asked = (
        Purge.objects.filter(document=document)
        .exclude(state=Purge.State.DECLINED)
        .select_related("by__person", "decided_by__person")
        .first()
    )
    is_waiting = asked is not None and asked.state == Purge.State.PROPOSED
    return show(
        request,
        "desk/purge.html",
        title="Tiêu hủy dữ liệu",
        active="incidents",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        document=document,
        purge=asked,
        tone=TONES.get(asked.state, "") if asked else "",
        prove_url=to_prove(request, request.path) if is_waiting else "",
        has_factor=has_factor(request.session_row.account_id) if is_waiting else True,
        may_propose=asked is None and may_propose(by, at),
        may_decide=is_waiting and may_decide(asked, by, at),
    )


@needs()
@require_POST
def propose(request: HttpRequest, document_id: int) -> HttpResponse:
    """Đề nghị tiêu hủy."""
    access.document_for(request.actor, document_id, to="read")
    request.show_again = lambda said: _page(request, document_id, said)
    basis = request.POST.get("basis", "")
    propose_purge(document_id=document_id, basis=basis, by=request.actor, at=clock.now())
    return done(request, "Đã đề nghị tiêu hủy; chờ xác nhận.", "purge", document_id)


@needs()
@require_POST
def confirm(request: HttpRequest, document_id: int) -> HttpResponse:
    """Xác nhận tiêu hủy: with the second factor proved just now."""
    access.document_for(request.actor, document_id, to="purge")
    if proving := to_prove(request, reverse("purge", args=[document_id])):
        return HttpResponseRedirect(proving)
    confirm_purge(document_id=document_id, by=request.actor, at=clock.now())
    return done(request, "Đã xác nhận; Hệ thống đang tiêu hủy.", "purge", document_id)


@needs()
@require_POST
def decline(request: HttpRequest, document_id: int) -> HttpResponse:
    """Không xác nhận."""
    decline_purge(document_id=document_id, by=request.actor, at=clock.now())
    return done(request, "Đã bỏ đề nghị; văn bản giữ nguyên.", "purge", document_id)


@needs()
@require_GET
def certificate(request: HttpRequest, document_id: int) -> HttpResponse:
    """Biên bản tiêu hủy, as typeset when it was done."""
    document = access.document_for(request.actor, document_id, to="read")
    ended = Purge.objects.filter(
        document=document, agency_id=request.actor.agency_id, state=Purge.State.DONE
    ).first()
    if ended is None:
        raise refusal("documents.E848")
    answer = HttpResponse(blobs.read(ended.certificate), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="bien-ban-tieu-huy-{ended.id}.pdf"'
    return answer

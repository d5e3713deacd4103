"""Orders on an outgoing document: each view gives one order (or the two of one button)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from congvu.documents import access
from congvu.documents.keep_report import keep_report_sheet
from congvu.documents.outgoing.issue import issue_document
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.outgoing.replace import replace_document
from congvu.documents.outgoing.return_doubtful import return_doubtful
from congvu.documents.outgoing.void_number import void_number
from congvu.documents.queries.reports import main_pdf
from congvu.kit import blobs, clock
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import CLERK, LEADER
from congvu.signing.verify import verify_pdf
from congvu.web.desk.days import read_day
from congvu.web.desk.document_view import document_view
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs


@needs(CLERK)
@require_POST
def number(request: HttpRequest, document_id: int) -> HttpResponse:
    """Cấp số."""
    given = number_document(
        document_id=document_id,
        on=read_day(request.POST.get("on", ""), field="on"),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, f"Đã cấp số {given.symbol}.", "outgoing_document", document_id)


@needs(CLERK)
@require_POST
def issue(request: HttpRequest, document_id: int) -> HttpResponse:
    """Phát hành."""
    issued = issue_document(document_id=document_id, by=request.actor, at=clock.now())
    said = f"Đã phát hành tới {issued.recipient_count} nơi nhận."
    return done(request, said, "outgoing_document", document_id)


@needs(CLERK)
@require_POST
def number_and_issue(request: HttpRequest, document_id: int) -> HttpResponse:
    """Ban hành & Gửi: number and issue together; when the issue is refused no number is taken."""
    by, at = request.actor, clock.now()
    given = number_document(
        document_id=document_id, on=read_day(request.POST.get("on", ""), field="on"), by=by, at=at
    )
    issued = issue_document(document_id=document_id, by=by, at=at)
    said = f"Đã ban hành {given.symbol} và gửi tới {issued.recipient_count} nơi nhận."
    return done(request, said, "outgoing_document", document_id)


@needs(CLERK)
@require_POST
def void(request: HttpRequest, document_id: int) -> HttpResponse:
    """Hủy số."""
    void_number(
        document_id=document_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã hủy số; số vẫn ghi trong sổ và không cấp lại."
    return done(request, said, "outgoing_document", document_id)


@needs(CLERK, LEADER)
@require_POST
def send_back(request: HttpRequest, document_id: int) -> HttpResponse:
    """Trả lại người soạn văn bản có chữ ký bị nghi ngờ."""
    reason = request.POST.get("reason", "")
    return_doubtful(document_id=document_id, reason=reason, by=request.actor, at=clock.now())
    said = "Đã trả lại người soạn; chữ ký đã có không còn tính."
    return done(request, said, "draft", document_id)


@needs(CLERK, LEADER)
@require_POST
def recall(request: HttpRequest, document_id: int) -> HttpResponse:
    """Thu hồi."""
    recall_document(
        document_id=document_id,
        reason=request.POST.get("reason", ""),
        is_formal=request.POST.get("is_formal") == "1",
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã thu hồi; các nơi nhận được yêu cầu hủy và báo lại."
    return done(request, said, "outgoing_document", document_id)


@needs(CLERK, LEADER)
@require_POST
def replace(request: HttpRequest, document_id: int) -> HttpResponse:
    """Thay thế bằng một văn bản đã phát hành."""
    replace_document(
        document_id=document_id,
        replacement_id=number_or_none(request.POST.get("replacement", "")) or 0,
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã ghi văn bản thay thế.", "outgoing_document", document_id)


@needs()
@require_POST
def check_signatures(request: HttpRequest, document_id: int) -> HttpResponse:
    """Kiểm tra chữ ký số: judge the file that the page shows, keep the report, show the cards."""
    by = request.actor
    document = access.document_for(by, document_id, to="read")
    file = main_pdf(document)
    refuse_unless(file, "documents.E001")
    verify_pdf(blobs.payload(file), at=clock.now())
    keep_report_sheet.defer(document_id=document.id)
    view = document_view(by, document_id)
    return render(request, "desk/signatures.html", {"view": view})

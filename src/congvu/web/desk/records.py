"""Hồ sơ: the list, one record, opening, filing, closing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.kit import blobs, clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.records import access, queries
from congvu.records.close import close_record, reopen_record
from congvu.records.file import file_document
from congvu.records.open import open_record
from congvu.records.types import RETENTION
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show


@require_GET
def records(request: HttpRequest) -> HttpResponse:
    """The records that this official may see."""
    state = request.GET.get("tt", "")
    views = [
        {"label": label, "href": f"?tt={key}", "current": key == state}
        for key, label in (("", "Tất cả"), ("open", "Đang mở"), ("closed", "Đã kết thúc"))
    ]
    return show(
        request,
        "desk/records/list.html",
        title="Hồ sơ",
        active="records",
        rows=queries.records_of(request.actor, state=state),
        tabs=views,
    )


@require_GET
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record and the documents in it."""
    kept = access.record_for(request.actor, record_id)
    return show(
        request,
        "desk/records/record.html",
        title=kept.title,
        active="records",
        record=queries.records_of(request.actor, record_id=record_id)[0],
        has_index=bool(kept.index_file),
        filed=queries.filed_in(record_id),
    )


@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Mở hồ sơ; a document given in the address goes into it at once."""
    if request.method == "POST":
        request.show_again = lambda said: _opening_form(request, said)
        return _open(request)
    return _opening_form(request)


def _open(request: HttpRequest) -> HttpResponse:
    by, at, typed = request.actor, clock.now(), request.POST
    opened = open_record(
        title=typed.get("title", ""),
        code=typed.get("code", ""),
        retention_code=typed.get("retention_code", ""),
        description=typed.get("description", ""),
        by=by,
        at=at,
    )
    if document_id := read_id(typed.get("van-ban", "")):
        file_document(record_id=opened.id, document_id=document_id, by=by, at=at)
    return done(request, f"Đã mở hồ sơ {opened.code}.", "record", opened.id)


def _opening_form(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "desk/records/open.html",
        title="Mở hồ sơ",
        active="records",
        status=422 if error else 200,
        typed=request.POST if request.method == "POST" else request.GET,
        error=error,
        retention=list(RETENTION.items()),
    )


@require_POST
def put_document(request: HttpRequest, document_id: int) -> HttpResponse:
    """Đưa văn bản vào hồ sơ."""
    filing = file_document(
        record_id=read_id(request.POST.get("record", "")),
        document_id=document_id,
        by=request.actor,
        at=clock.now(),
    )
    answer = done(
        request, f"Đã đưa vào hồ sơ, số thứ tự {filing.ordinal}.", "record", filing.record_id
    )
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return redirect(back) if is_ours else answer


@require_POST
def close(request: HttpRequest, record_id: int) -> HttpResponse:
    """Kết thúc hồ sơ."""
    ended = read_day(request.POST.get("work_ended_on", ""), field="work_ended_on")
    close_record(
        record_id=record_id,
        work_ended_on=ended or clock.today(),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã kết thúc hồ sơ và lập mục lục.", "record", record_id)


@require_POST
def reopen(request: HttpRequest, record_id: int) -> HttpResponse:
    """Mở lại hồ sơ."""
    reopen_record(record_id=record_id, by=request.actor, at=clock.now())
    return done(request, "Đã mở lại hồ sơ.", "record", record_id)


@require_GET
def index(request: HttpRequest, record_id: int) -> HttpResponse:
    """Mục lục văn bản trong hồ sơ, as typeset when the record was closed."""
    kept = access.record_for(request.actor, record_id)
    refuse_unless(kept.index_file, "records.E001")
    answer = HttpResponse(blobs.read(kept.index_file), content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="muc-luc-{kept.year}-{record_id}.pdf"'
    return answer

"""Nhập văn bản đến: what came on paper, by post or e-mail, in one screen for the clerk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.documents.incoming.receive_by_hand import ByHand, receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_when_chosen
from congvu.documents.models.document import Urgency
from congvu.documents.queries.incoming import possible_duplicates
from congvu.incidents.queries import watch_words
from congvu.kit import clock
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import Refusal, refusal
from congvu.kit.screening import PDF
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK
from congvu.rules.document_types import types_on
from congvu.signing.describe import is_refutable
from congvu.signing.examine import examine_pdf
from congvu.tasks.present import present_arrival
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs
from congvu.web.shell.signature_cards import verification_cards
from congvu.web.shell.typed_secrets import reads_marks


@reads_marks
@needs(CLERK)
@require_http_methods(["GET", "POST"])
def intake(request: HttpRequest) -> HttpResponse:
    """The form; what was typed stays when something is refused, and nothing of it is done."""
    if request.method == "POST":
        request.show_again = lambda said: _form(request, said)
        return _take_in(request)
    return _form(request)


def _form(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    today = clock.today()
    return show(
        request,
        "desk/incoming/intake.html",
        title="Nhập văn bản đến",
        active="incoming",
        status=422 if error else 200,
        typed=request.POST,
        error=error,
        types=[(kind.code, kind.name) for kind in types_on(today)],
        urgencies=Urgency.choices,
        leaders=[
            (one.posting_id, f"{one.full_name}, {one.title}")
            for one in orgs.leaders_of(request.actor.agency_id, today)
        ],
        senders=[one.name for one in orgs.agencies_on(today)],
    )


@needs(CLERK)
@require_GET
def duplicates(request: HttpRequest) -> HttpResponse:
    """Cảnh báo trùng: asked while the clerk types the number and the issuer (R19)."""
    found = possible_duplicates(
        agency_id=request.actor.agency_id,
        symbol=request.GET.get("symbol", ""),
        issuer_name=request.GET.get("issuer_name", ""),
    )
    return show(request, "desk/incoming/duplicates.html", title="Văn bản trùng", found=found)


@needs(CLERK)
@require_POST
def check_file(request: HttpRequest) -> HttpResponse:
    """Kiểm tra ngay tệp vừa chọn: asked by the form itself; nothing is kept, nothing is done."""
    file = request.FILES.get("file")
    if file is None:
        return HttpResponse("")
    content, found, refused = file.read(), None, None
    words = watch_words(request.actor.agency_id, clock.today())
    try:
        passed = pass_gate(content, file.name, entrance=Entrance.INTAKE, words=words)
        found = examine_pdf(content, at=clock.now()) if passed.mime == PDF else None
    except Refusal as said:
        refused = said
    return render(
        request,
        "desk/incoming/file_check.html",
        {
            "refused": refused,
            "is_refutable": is_refutable(found),
            **verification_cards(found),
        },
    )


def _take_in(request: HttpRequest) -> HttpResponse:
    by, at, typed = request.actor, clock.now(), request.POST
    file = request.FILES.get("file")
    if file is None:
        raise refusal("documents.E315")
    arrival = receive_by_hand(
        described=_described(typed),
        content=file.read(),
        file_name=file.name,
        by=by,
        at=at,
        is_declared_open=typed.get("declared") == "1",
        is_for_reference=(for_reference := typed.get("reference") == "1"),
    )
    registration = register_arrival(
        arrival_id=arrival.id, by=by, at=at, is_for_reference=for_reference
    )
    stamp_when_chosen(arrival_id=arrival.id, by=by, at=at)
    if to := read_id(typed.get("to", "")):
        present_arrival(arrival_id=arrival.id, to_posting_id=to, by=by, at=at)
    return done(request, f"Đã đăng ký số đến {registration.number}.", "arrival", arrival.id)


def _described(typed: Mapping[str, Any]) -> ByHand:
    return ByHand(
        type_code=typed.get("type_code", ""),
        symbol=typed.get("symbol", ""),
        issued_on=read_day(typed.get("issued_on", ""), field="issued_on"),
        issuer_name=typed.get("issuer_name", ""),
        subject=typed.get("subject", ""),
        sender_name=typed.get("sender_name", ""),
        signer_name=typed.get("signer_name", ""),
        urgency=read_id(typed.get("urgency", "0")),
        due_on=read_day(typed.get("due_on", ""), field="due_on"),
    )

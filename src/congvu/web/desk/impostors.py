"""Vụ mạo danh: an account that takes the agency's name, step by step (QC.12.3.b)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, LEADER
from congvu.systems import access
from congvu.systems.notify_account import notice_receiver
from congvu.systems.report_impostor import (
    ask_verification,
    forward_case,
    note_verification,
    report_impostor,
)
from congvu.web.desk.days import read_day
from congvu.web.desk.frame import done, show
from congvu.web.desk.zalo_accounts import CASE_TONES
from congvu.web.shell.doors import needs

KEEPERS = (CLERK, LEADER, AGENCY_ADMIN)


@needs(*KEEPERS)
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Báo tài khoản mạo danh."""
    typed = request.POST
    made = report_impostor(
        name=typed.get("name", ""),
        link=typed.get("link", ""),
        said=typed.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã ghi nhận và báo người phụ trách sự cố. Bước tiếp theo: đề nghị xác minh."
    return done(request, said, "impostor_case", made.id)


@needs(*KEEPERS)
@require_GET
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """One case: what was seen, where it stands, the next step."""
    there = access.case_for(request.actor, case_id)
    return show(
        request,
        "desk/zalo/case.html",
        title=f"Tài khoản mạo danh: {there.name}",
        active="zalo",
        case=there,
        tone=CASE_TONES.get(there.state, ""),
        authority=notice_receiver(clock.today()),
        reporter=orgs.posting(there.by_id),
    )


@needs(*KEEPERS)
@require_POST
def ask(request: HttpRequest, case_id: int) -> HttpResponse:
    """Đề nghị xác minh."""
    ask_verification(case_id=case_id, **_letter(request), by=request.actor, at=clock.now())
    return done(request, "Đã ghi nhận văn bản đề nghị xác minh.", "impostor_case", case_id)


@needs(*KEEPERS)
@require_POST
def answer(request: HttpRequest, case_id: int) -> HttpResponse:
    """Kết quả xác minh."""
    note_verification(
        case_id=case_id,
        **_letter(request),
        is_impostor=request.POST.get("found") == "1",
        text=request.POST.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã ghi kết quả xác minh.", "impostor_case", case_id)


@needs(*KEEPERS)
@require_POST
def forward(request: HttpRequest, case_id: int) -> HttpResponse:
    """Báo cáo Ủy ban nhân dân."""
    forward_case(case_id=case_id, **_letter(request), by=request.actor, at=clock.now())
    return done(request, "Đã ghi nhận báo cáo.", "impostor_case", case_id)


def _letter(request: HttpRequest) -> dict[str, Any]:
    on = read_day(request.POST.get("on", ""), field="on")
    return {"number": request.POST.get("number", ""), "on": on}

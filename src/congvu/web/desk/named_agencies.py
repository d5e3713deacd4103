"""Nơi nhận báo: the agency told of losses, and the one that answers for the public pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.incidents import queries as incidents
from congvu.incidents.models import PublicWatch
from congvu.incidents.name_public_watch import name_public_watch
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.signing.models import ReportAuthority
from congvu.signing.name_authority import name_authority
from congvu.signing.queries import custody
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

LOSS, WATCH = "bao-mat", "cong-khai"


@needs(SYSTEM_ADMIN)
@require_GET
def named_agencies(request: HttpRequest) -> HttpResponse:
    """Who is named today, since when and by what right; the forms to name another."""
    return _page(request)


@needs(SYSTEM_ADMIN)
@require_POST
def for_losses(request: HttpRequest) -> HttpResponse:
    """Chỉ định cơ quan tiếp nhận báo mất."""
    request.show_again = lambda said: _page(request, said, LOSS)
    name_authority(
        agency_id=read_id(request.POST.get("agency", "")),
        valid_from=_since(request),
        basis=request.POST.get("basis", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã chỉ định cơ quan tiếp nhận báo mất.", "named_agencies")


@needs(SYSTEM_ADMIN)
@require_POST
def for_public_pages(request: HttpRequest) -> HttpResponse:
    """Chỉ định cơ quan phụ trách sự cố từ trang công khai."""
    request.show_again = lambda said: _page(request, said, WATCH)
    since = _since(request)
    chosen = read_id(request.POST.get("agency", ""))
    codes = {one.id: one.code for one in orgs.agencies_on(since)}
    name_public_watch(
        agency_code=codes.get(chosen, ""),
        valid_from=since,
        basis=request.POST.get("basis", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã chỉ định cơ quan phụ trách.", "named_agencies")


def agency_choices() -> list[tuple[str, list[tuple[int, str]]]]:
    """Every agency of today, by the groups of the province."""
    groups = orgs.recipient_groups(clock.today())
    return [(group.name, [(one.id, one.name) for one in group.agencies]) for group in groups]


def _since(request: HttpRequest) -> date:
    return read_day(request.POST.get("valid_from", ""), field="valid_from") or clock.today()


def _page(request: HttpRequest, error: Refusal | None = None, form: str = "") -> HttpResponse:
    at = clock.now()
    authority, watch = custody.report_authority(at), incidents.public_watch(at)
    return show(
        request,
        "desk/admin/named_agencies.html",
        title="Nơi nhận báo",
        active="named_agencies",
        status=422 if error else 200,
        error=error,
        opened=form,
        typed=request.POST,
        agencies=agency_choices(),
        authority=authority.name if authority else "",
        authorities=_rows(custody.named_authorities()),
        watch=orgs.agency(watch).name if watch else "",
        watches=_rows(incidents.named_watches()),
    )


def _rows(named: Iterable[ReportAuthority | PublicWatch]) -> list[dict[str, Any]]:
    return [
        {"agency": one.agency.name, "since": one.valid_from, "basis": one.basis} for one in named
    ]

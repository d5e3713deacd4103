"""Thẩm quyền sao, cách thể hiện: what the head decides about copies and stamps, by dated rows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.documents.copies.choose_stamps import choice_on, choose_stamps
from congvu.documents.copies.competence import let_decide_on_copies
from congvu.documents.copies.withdraw_authority import withdraw_authority
from congvu.documents.models import StampChoice
from congvu.documents.queries import copies as queries
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

TYPED = (
    "posting",
    "basis",
    "valid_from",
    "valid_to",
    "look",
    "when_registered",
    "stamps_from",
    "stamp_basis",
)


@needs(CLERK, LEADER)
@require_GET
def copy_settings(request: HttpRequest) -> HttpResponse:
    """Who may decide on copies, and how stamps look: leaders change it, clerks read it."""
    return _page(request)


def _page(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by, today = request.actor, clock.today()
    people = orgs.people_of_agency(by.agency_id or 0, today)
    choice = choice_on(by.agency_id or 0, today)
    return show(
        request,
        "desk/copies/settings.html",
        title="Thẩm quyền sao, cách thể hiện",
        active="copies",
        status=422 if error else 200,
        today=today,
        authorities=queries.authorities(by),
        choices=queries.stamp_choices(by),
        choice=choice,
        look_now=choice.get_look_display() if choice else StampChoice.Look.LINE.label,
        looks=StampChoice.Look.choices,
        people=[
            (one.posting_id, f"{one.full_name}, {one.title}")
            for one in people
            if not one.has(LEADER)
        ],
        may_change=by.has(LEADER),
        values={name: request.POST.get(name, "") for name in TYPED},
        was_typed=request.method == "POST",
        error=error,
    )


@needs(LEADER)
@require_POST
def give(request: HttpRequest) -> HttpResponse:
    """Giao quyết định việc sao."""
    try:
        let_decide_on_copies(
            posting_id=read_id(request.POST.get("posting", "")),
            basis=request.POST.get("basis", ""),
            valid_from=read_day(request.POST.get("valid_from", ""), field="valid_from")
            or clock.today(),
            valid_to=read_day(request.POST.get("valid_to", ""), field="valid_to"),
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as refused:
        return _page(request, refused)
    return done(request, "Đã giao thẩm quyền sao.", "copy_settings")


@needs(LEADER)
@require_POST
def withdraw(request: HttpRequest, authority_id: int) -> HttpResponse:
    """Thôi giao."""
    withdraw_authority(authority_id=authority_id, by=request.actor, at=clock.now())
    return done(request, "Đã thôi giao thẩm quyền sao.", "copy_settings")


@needs(LEADER)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Chọn cách thể hiện bản số hóa, dấu Đến từ một ngày."""
    try:
        choose_stamps(
            valid_from=read_day(request.POST.get("stamps_from", ""), field="stamps_from")
            or clock.today(),
            look=request.POST.get("look", ""),
            stamps_when_registered=request.POST.get("when_registered") == "1",
            basis=request.POST.get("stamp_basis", ""),
            by=request.actor,
            at=clock.now(),
        )
    except Refusal as refused:
        return _page(request, refused)
    return done(request, "Đã chọn cách thể hiện.", "copy_settings")

"""Mẫu trả lời không thuộc phạm vi: the agency's own words, and the words of a chosen way on."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels.keep_decline_text import end_decline_text, keep_decline_text
from congvu.channels.models import DeclineText
from congvu.channels.queries.where_to_turn import ways_on
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs


@needs(CLERK, LEADER, UNIT_HEAD)
@require_GET
def words(request: HttpRequest) -> HttpResponse:
    """The words of one way on, ready to be corrected: asked by the form when one is chosen."""
    wanted = request.GET.get("way", "")
    chosen = [
        way.text
        for _, ways in ways_on(request.actor, clock.now())
        for way in ways
        if way.key == wanted
    ]
    return render(request, "desk/inbound/words.html", {"text": chosen[0] if chosen else ""})


@needs(CLERK, LEADER, UNIT_HEAD)
@require_http_methods(["GET", "POST"])
def decline_texts(request: HttpRequest) -> HttpResponse:
    """The agency's own words, and what the province's scopes offer; posting keeps new words."""
    if request.method == "GET":
        return _page(request)
    request.show_again = lambda said: _page(request, said)
    typed = request.POST
    kept = keep_decline_text(
        name=typed.get("name", ""), text=typed.get("text", ""), by=request.actor, at=clock.now()
    )
    return done(request, f"Đã lưu mẫu “{kept.name}”.", "decline_texts")


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def end(request: HttpRequest, text_id: int) -> HttpResponse:
    """Bỏ mẫu."""
    end_decline_text(text_id=text_id, by=request.actor, at=clock.now())
    return done(request, "Đã bỏ mẫu; tin đã gửi không thay đổi.", "decline_texts")


def _page(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by, at = request.actor, clock.now()
    own = DeclineText.objects.filter(agency_id=by.agency_id, ended_at__isnull=True)
    return show(
        request,
        "desk/inbound/texts.html",
        title="Mẫu trả lời không thuộc phạm vi",
        active="inbound",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        own=list(own.select_related("by__person")),
        ways=[way for label, ways in ways_on(by, at) if label != "Mẫu của cơ quan" for way in ways],
    )

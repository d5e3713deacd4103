"""Số liệu trực tiếp của các kênh, và địa chỉ nào thuộc cơ quan nào."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels.models import CHANNELS, Provider
from congvu.channels.queries.figures import MOST_ADDRESSES, address_rows, live_figures
from congvu.channels.register_address import choose_marks, end_address, register_address
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs, quiet


@needs(SYSTEM_ADMIN)
@require_GET
def channels_page(request: HttpRequest) -> HttpResponse:
    """The page; the figures in it ask again every five seconds."""
    at = clock.now()
    return show(
        request,
        "desk/admin/channels.html",
        title="Các kênh liên lạc",
        active="channels",
        channels=live_figures(at),
        at=at,
    )


@quiet
@needs(SYSTEM_ADMIN)
@require_GET
def figures(request: HttpRequest) -> HttpResponse:
    """The figures alone."""
    at = clock.now()
    return render(request, "desk/admin/figures.html", {"channels": live_figures(at), "at": at})


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
def own_addresses(request: HttpRequest) -> HttpResponse:
    """Which address is whose; posting registers one."""
    if request.method == "GET":
        return _addresses(request)
    request.show_again = lambda said: _addresses(request, said)
    typed = request.POST
    register_address(
        agency_id=read_id(typed.get("agency", "")),
        channel=typed.get("channel", ""),
        address=typed.get("address", ""),
        can_answer=typed.get("can_answer") == "1",
        with_marks=typed.get("with_marks") == "1",
        provider_id=read_id(typed.get("provider", "")) or None,
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã ghi nhận địa chỉ.", "own_addresses")


@needs(SYSTEM_ADMIN)
@require_POST
def end_own_address(request: HttpRequest, address_id: int) -> HttpResponse:
    """Kết thúc dùng địa chỉ."""
    end_address(address_id=address_id, by=request.actor, at=clock.now())
    return done(request, "Đã kết thúc; tin gửi đến địa chỉ này sẽ bị từ chối.", "own_addresses")


@needs(SYSTEM_ADMIN)
@require_POST
def choose_address_marks(request: HttpRequest, address_id: int) -> HttpResponse:
    """Tin tự động từ đầu số này có dấu hay không."""
    with_marks = request.POST.get("with_marks") == "1"
    choose_marks(address_id=address_id, with_marks=with_marks, by=request.actor, at=clock.now())
    said = "Tin tự động từ đầu số này " + ("gửi có dấu." if with_marks else "gửi không dấu.")
    return done(request, said, "own_addresses")


def _addresses(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    words = request.GET.get("tim", "")
    rows = address_rows(words)
    return show(
        request,
        "desk/admin/addresses.html",
        title="Địa chỉ của các cơ quan",
        active="channels",
        status=422 if said else 200,
        rows=rows[:MOST_ADDRESSES],
        has_more=len(rows) > MOST_ADDRESSES,
        words=words,
        typed=request.POST,
        said=said,
        channels=CHANNELS,
        agencies=[(one.id, one.name) for one in orgs.agencies_on(clock.today())],
        providers=[
            (one.id, f"{one.name} ({one.get_channel_display()})")
            for one in Provider.objects.defer("secrets")
        ],
    )

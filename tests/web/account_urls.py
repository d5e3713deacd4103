"""A little address book for tests of the doors: the account pages and some sample views."""

from __future__ import annotations

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.orgs.types import CLERK, LEADER
from congvu.web.desk.urls import urlpatterns as desk_pages
from congvu.web.desk.urls_account import urlpatterns as account_pages
from congvu.web.shell.doors import admins_too, needs, public, quiet


def unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"trang của {request.actor.full_name}")


@needs(CLERK)
def for_clerks(request: HttpRequest) -> HttpResponse:
    return HttpResponse("sổ văn bản đến")


@public
def for_everybody(request: HttpRequest) -> HttpResponse:
    return HttpResponse("trang công khai")


@quiet
@admins_too
@needs()
def live_counts(request: HttpRequest) -> HttpResponse:
    return HttpResponse("3")


@needs()
def write_then_refuse(request: HttpRequest) -> HttpResponse:
    write_entry("test.half_done", by=request.actor, at=clock.now())
    raise refusal("accounts.E036")


@needs()
def write_then_fail(request: HttpRequest) -> HttpResponse:
    write_entry("test.half_done", by=request.actor, at=clock.now())
    raise RuntimeError("SELECT secret FROM /srv/congvu")


@needs()
def write_then_lose(request: HttpRequest) -> HttpResponse:
    write_entry("test.half_done", by=request.actor, at=clock.now())
    raise Http404


@needs()
def refuse_to_find(request: HttpRequest) -> HttpResponse:
    raise refusal("accounts.E030")


@needs()
def form(request: HttpRequest) -> HttpResponse:
    request.show_again = lambda said: HttpResponse(f"{said.code}|{request.POST['subject']}")
    raise refusal("accounts.E036")


@needs(LEADER, CLERK)
def which_role(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.agency_id', true)")
        role, agency = cursor.fetchone()
    return HttpResponse(f"{role} {agency}")


def _stub(request: HttpRequest, **_: object) -> HttpResponse:
    return HttpResponse("")


KEPT = {page.name for page in account_pages}
# The rest of the desk has its addresses and nothing behind them.
REST = [one for one in desk_pages if one.name not in KEPT]
urlpatterns = [
    path("", unmarked, name="home"),
    *[path(f"khung/{one.pattern}", _stub, name=one.name) for one in REST],
    *account_pages,
    path("", include("congvu.web.public.urls")),
    path("thu/van-thu/", for_clerks, name="for_clerks"),
    path("thu/cong-khai/", for_everybody, name="for_everybody"),
    path("thu/so-luong/", live_counts, name="live_counts"),
    path("thu/tu-choi/", write_then_refuse, name="write_then_refuse"),
    path("thu/hong/", write_then_fail, name="write_then_fail"),
    path("thu/mat/", write_then_lose, name="write_then_lose"),
    path("thu/khong-thay/", refuse_to_find, name="refuse_to_find"),
    path("thu/bieu-mau/", form, name="form"),
    path("thu/vai-tro/", which_role, name="which_role"),
]
handler400 = "congvu.web.shell.problems.bad_request"
handler403 = "congvu.web.shell.problems.forbidden"
handler404 = "congvu.web.shell.problems.not_found"
handler500 = "congvu.web.shell.problems.failed"

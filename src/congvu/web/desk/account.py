"""One's own account: person, postings, password, second factors, sessions."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.accounts.enrol_key import enrol_key, offer_key
from congvu.accounts.queries import (
    code_generator,
    posting_choices,
    security_keys,
    sessions_of,
    unused_recovery_codes,
)
from congvu.accounts.remove_factor import remove_factor
from congvu.accounts.sign_out_everywhere import sign_out_everywhere
from congvu.accounts.switch_posting import switch_posting
from congvu.accounts.types import Visit
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refusal
from congvu.orgs.types import ROLES
from congvu.rules.clauses import clause
from congvu.web.desk.custody import my_devices
from congvu.web.desk.frame import show
from congvu.web.desk.signing_in import confirm_first, put_cookie, site
from congvu.web.shell.answers import status_of
from congvu.web.shell.doors import admins_too, needs

DONE = {
    "mat-khau": "Đã đổi mật khẩu. Các phiên khác của tài khoản đã kết thúc.",
    "go": "Đã gỡ cách xác thực.",
    "khoa": "Đã đăng ký khóa bảo mật.",
}


@admins_too
@needs()
@require_GET
def account(request: HttpRequest) -> HttpResponse:
    """The page of one's own account."""
    return _account_page(request)


def _account_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    visit: Visit = request.session_row
    at = clock.now()
    place = site()
    return show(
        request,
        "desk/account/account.html",
        title="Tài khoản và phiên đăng nhập",
        active="account",
        status=status_of(said) if said else 200,
        refusal=said,
        done=DONE.get(request.GET.get("xong", ""), ""),
        visit=visit,
        role_names=[ROLES[role] for role in sorted(visit.who.roles) if role in ROLES],
        choices=posting_choices(visit.who.person_id, visit.kind, at),
        role_words=ROLES,
        generator=code_generator(visit.account_id),
        keys=security_keys(visit.account_id),
        key_options=offer_key(visit=visit, site=place) if place else "",
        recovery_left=unused_recovery_codes(visit.account_id),
        sessions=[(line, browser_words(line.agent)) for line in sessions_of(visit.account_id, at)],
        idle_minutes=visit.idle_seconds // 60,
        devices=my_devices(visit.who, at),
    )


# The first word found names the browser; many carry their forerunners' names too.
BROWSERS = (("Edg", "Edge"), ("coc_coc", "Cốc Cốc"), ("OPR", "Opera"), ("Firefox", "Firefox"),
            ("Chrome", "Chrome"), ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
           ("Mac OS", "macOS"), ("Linux", "Linux"))  # fmt: skip


def browser_words(agent: str) -> str:
    """Say "Chrome trên Windows" for the long line a browser sends, or the line as it is."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((name for mark, name in SYSTEMS if mark in agent), "")
    if not browser or not system:
        return agent[:80] or "không rõ trình duyệt"
    return f"{browser} trên {system}"


@admins_too
@needs()
@require_POST
@clause("S.08")
def switch(request: HttpRequest, posting_id: int) -> HttpResponse:
    """Work in another of one's postings, from the top bar or the account page."""
    switch_posting(visit=request.session_row, posting_id=posting_id, at=clock.now())
    return HttpResponseRedirect("/")


@admins_too
@needs()
@require_POST
@clause("S.06")
def everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out of every device, this one included."""
    sign_out_everywhere(visit=request.session_row, at=clock.now())
    response = HttpResponseRedirect(reverse("sign_in"))
    response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'
    return response


@admins_too
@needs()
@require_POST
@clause("S.05")
def add_key(request: HttpRequest) -> HttpResponse:
    """Keep the security key whose answer the browser posts."""
    place = site()
    if place is None:
        raise refusal("accounts.E012")
    if (to_factor := confirm_first(request)) is not None:
        return to_factor
    request.show_again = lambda said: _account_page(request, said)
    enrolment = enrol_key(
        visit=request.session_row,
        answer=request.POST.get("key_answer", ""),
        name=request.POST.get("name", ""),
        site=place,
        at=clock.now(),
    )
    if enrolment.recovery_codes:
        context = {
            "page": {"title": "Mã khôi phục"},
            "codes": enrolment.recovery_codes,
            "tiep": reverse("account"),
        }
        response = render(request, "desk/account/recovery_codes.html", context)
    else:
        response = HttpResponseRedirect(reverse("account") + "?xong=khoa")
    put_cookie(response, settings.SESSION_COOKIE, enrolment.token)
    return response


@admins_too
@needs()
@require_POST
@clause("S.05")
def drop_factor(request: HttpRequest) -> HttpResponse:
    """Remove a security key (`key`) or the code generator (no key named)."""
    if (to_factor := confirm_first(request)) is not None:
        return to_factor
    request.show_again = lambda said: _account_page(request, said)
    key = request.POST.get("key", "")
    remove_factor(
        visit=request.session_row,
        key_id=int(key) if key.isdecimal() and len(key) < 19 else None,
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("account") + "?xong=go")

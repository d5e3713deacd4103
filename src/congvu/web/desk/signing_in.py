"""Signing in: name and password, second factor, first password, locked pages, signing out."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from congvu.accounts.access import zone_of
from congvu.accounts.change_password import change_password as change_own_password
from congvu.accounts.confirm_factor import confirm_factor, must_confirm_first
from congvu.accounts.confirm_key import ask_key, confirm_key
from congvu.accounts.enrol_key import Site
from congvu.accounts.enrol_totp import enrol_totp, offer_totp
from congvu.accounts.first_admin import open_first_admin
from congvu.accounts.keep_input import kept_input
from congvu.accounts.queries import code_generator, has_factor, policy, security_keys
from congvu.accounts.sign_in import sign_in as open_session
from congvu.accounts.sign_out import sign_out as end_session
from congvu.accounts.trust_device import trust_device
from congvu.accounts.types import Attempt, Entrance, Visit
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.rules.clauses import clause
from congvu.web.shell.answers import FIELD_NAMES, status_of
from congvu.web.shell.doors import admins_too, at_stage, needs, public

DEVICE_COOKIE = f"{settings.SESSION_COOKIE}-device"
YEAR = 365 * 86_400


def site() -> Site | None:
    """The host a security key answers to; None where the address is a bare number (WebAuthn
    knows host names only)."""
    parts = urlsplit(settings.PUBLIC_ADDRESS)
    host = parts.hostname or ""
    is_number = host.replace(".", "").isdigit() or ":" in host
    return None if is_number or not host else Site(host, f"{parts.scheme}://{parts.netloc}")


def put_cookie(response: HttpResponse, name: str, value: str, seconds: int | None = None) -> None:
    """A cookie that scripts cannot read and other sites cannot send (S.27)."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings.CSRF_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def next_address(request: HttpRequest) -> str:
    """Where to go after signing in: a page of ours, never another site."""
    wanted = request.POST.get("tiep") or request.GET.get("tiep") or "/"
    own = wanted.startswith("/") and url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if own else "/"


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@clause("S.04", "S.06")
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password. A locked session's owner comes back to the page that was open."""
    visit: Visit | None = request.session_row
    if visit is not None and visit.stage == "ready" and request.method == "GET":
        return HttpResponseRedirect(next_address(request))
    if request.method == "GET":
        return _sign_in_page(request)
    request.show_again = lambda said: _sign_in_page(request, said)
    address = request.origin.address
    attempt = open_session(
        username=request.POST.get("username", ""),
        password=request.POST.get("password", ""),
        entrance=Entrance(
            address=address,
            zone=zone_of(address),
            agent=request.headers.get("User-Agent", ""),
            device=request.COOKIES.get(DEVICE_COOKIE, ""),
        ),
        at=clock.now(),
    )
    if attempt.refusal is not None:
        return _sign_in_page(request, attempt.refusal)
    return _come_in(request, attempt, visit)


def _come_in(request: HttpRequest, attempt: Attempt, before: Visit | None) -> HttpResponse:
    # The forms still open in this browser stay valid when the same person comes back; anybody
    # else gets a new CSRF secret.
    name = request.POST.get("username", "").strip().lower()
    if before is None or before.username != name:
        rotate_token(request)
    response = _next_step(request, attempt)
    put_cookie(response, settings.SESSION_COOKIE, attempt.token)
    return response


def _next_step(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    pages = {"factor": "factor", "enrol": "enrol_factor", "password": "change_password"}
    after = next_address(request)
    if attempt.stage not in pages:
        return HttpResponseRedirect(after)
    query = "" if after == "/" else f"?{urlencode({'tiep': after})}"
    return HttpResponseRedirect(reverse(pages[attempt.stage]) + query)


def _sign_in_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    visit: Visit | None = request.session_row
    locked = visit if visit is not None and visit.stage == "idle" else None
    after = next_address(request)
    context = {
        "page": {"title": "Đăng nhập"},
        "refusal": said,
        "locked": locked,
        "username": request.POST.get("username") or (locked.username if locked else ""),
        "tiep": after,
        "text_is_kept": "/tiep-tuc/" in after,
    }
    status = status_of(said) if said else 200
    return render(request, "desk/account/sign_in.html", context, status=status)


@at_stage("factor", "ready")
@require_http_methods(["GET", "POST"])
@clause("S.05")
def factor(request: HttpRequest) -> HttpResponse:
    """The second factor: a code, or the security key when its answer is posted."""
    visit: Visit = request.session_row
    if request.method == "GET":
        return _factor_page(request)
    at, place = clock.now(), site()
    if request.POST.get("key_answer") and place is not None:
        answer = request.POST["key_answer"]
        attempt = confirm_key(visit=visit, answer=answer, site=place, at=at)
    else:
        attempt = confirm_factor(visit=visit, code=request.POST.get("code", ""), at=at)
    if attempt.refusal is not None:
        if attempt.refusal.code == "accounts.E011":
            return _sign_in_page(request, attempt.refusal)
        return _factor_page(request, attempt.refusal)
    response = _next_step(request, attempt)
    put_cookie(response, settings.SESSION_COOKIE, attempt.token)
    if request.POST.get("trust"):
        days = policy(at)["device.days"]
        token = trust_device(visit=visit, at=at)
        put_cookie(response, DEVICE_COOKIE, token, days * 86_400)
    return response


def _factor_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    visit: Visit = request.session_row
    place = site()
    keys = security_keys(visit.account_id)
    context = {
        "page": {"title": "Xác thực hai lớp"},
        "refusal": said,
        "visit": visit,
        "tiep": next_address(request),
        "has_codes": code_generator(visit.account_id) is not None,
        "key_options": ask_key(visit=visit, site=place) if keys and place else "",
        "days": policy(clock.now())["device.days"],
    }
    return render(
        request, "desk/account/factor.html", context, status=status_of(said) if said else 200
    )


def confirm_first(request: HttpRequest, back: str = "") -> HttpResponse | None:
    """To the page of the second factor and back (to `back`, else to the account), where it was
    proved too long ago."""
    if not must_confirm_first(request.session_row, clock.now()):
        return None
    query = urlencode({"tiep": back or reverse("account")})
    return HttpResponseRedirect(f"{reverse('factor')}?{query}")


@clause("S.10", "S.34")
def to_prove(request: HttpRequest, back: str) -> str:
    """Where a second factor is proved before what cannot be undone, and enrolled by whoever has
    none; empty: it was proved just now."""
    visit: Visit = request.session_row
    if not has_factor(visit.account_id):
        return f"{reverse('enrol_factor')}?{urlencode({'tiep': back})}"
    must = must_confirm_first(visit, clock.now())
    return f"{reverse('factor')}?{urlencode({'tiep': back})}" if must else ""


@at_stage("enrol", "ready")
@require_http_methods(["GET", "POST"])
@clause("S.05")
def enrol_factor(request: HttpRequest) -> HttpResponse:
    """Enrol the code generator: scan, type the first code, keep the recovery codes."""
    visit: Visit = request.session_row
    at = clock.now()
    if (to_factor := confirm_first(request)) is not None:
        return to_factor
    if request.method == "GET":
        return _enrol_page(request)
    request.show_again = lambda said: _enrol_page(request, said)
    enrolment = enrol_totp(visit=visit, code=request.POST.get("code", ""), at=at)
    response = render(
        request,
        "desk/account/recovery_codes.html",
        {
            "page": {"title": "Mã khôi phục"},
            "codes": enrolment.recovery_codes,
            "tiep": next_address(request),
        },
    )
    put_cookie(response, settings.SESSION_COOKIE, enrolment.token)
    return response


def _enrol_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    offer = offer_totp(visit=request.session_row, at=clock.now())
    picture = segno.make(offer.address, error="m").svg_data_uri(scale=5, border=2, dark="#111")
    secret = " ".join(offer.secret[start : start + 4] for start in range(0, len(offer.secret), 4))
    context = {
        "page": {"title": "Đăng ký xác thực hai lớp"},
        "refusal": said,
        "visit": request.session_row,
        "picture": picture,
        "secret": secret,
        "tiep": next_address(request),
    }
    return render(request, "desk/account/enrol_factor.html", context)


@at_stage("password", "ready")
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@clause("S.01", "S.02", "S.03")
def change_password(request: HttpRequest) -> HttpResponse:
    """Change one's password; forced at the first sign-in and when an administrator's is old."""
    visit: Visit = request.session_row
    if request.method == "GET":
        return _password_page(request)
    request.show_again = lambda said: _password_page(request, said)
    new = request.POST.get("new_password", "")
    refuse_unless(new == request.POST.get("repeat_password", ""), "accounts.E024")
    old = request.POST.get("old_password", "")
    change_own_password(visit=visit, old_password=old, new_password=new, at=clock.now())
    after = next_address(request)
    if visit.stage == "ready" and after == "/":
        after = reverse("account") + "?xong=mat-khau"
    return HttpResponseRedirect(after)


def _password_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    visit: Visit = request.session_row
    rules = policy(clock.now())
    with_factor = visit.kind == "admin" or has_factor(visit.account_id)
    which = "password.length_with_factor" if with_factor else "password.length_without_factor"
    context = {
        "page": {"title": "Đổi mật khẩu"},
        "refusal": said,
        "visit": visit,
        "length": rules[which],
        "with_factor": with_factor,
        "history": rules[
            "password.admin_history" if visit.kind == "admin" else "password.staff_history"
        ],
        "tiep": next_address(request),
    }
    return render(request, "desk/account/change_password.html", context)


@at_stage("factor", "enrol", "password", "ready")
@require_POST
@clause("S.06")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this session and forget its pages in the browser."""
    end_session(visit=request.session_row, at=clock.now())
    response = HttpResponseRedirect(reverse("sign_in"))
    response.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Lax")
    response["Clear-Site-Data"] = '"cache"'
    return response


@admins_too
@needs()
@require_http_methods(["GET"])
@clause("S.06")
def show_kept_input(request: HttpRequest, kept_id: int) -> HttpResponse:
    """What was typed when the session locked: shown again, to be sent again or copied."""
    path, fields = kept_input(kept_id=kept_id, visit=request.session_row, at=clock.now())
    pairs = [(name, value) for name, values in fields.items() for value in values]
    context = {
        "page": {"title": "Nội dung đang nhập vẫn còn"},
        "path": path,
        "pairs": pairs,
        "shown": [(FIELD_NAMES.get(name, name), value) for name, value in pairs if value.strip()],
    }
    return render(request, "desk/account/kept_input.html", context)


@public
@sensitive_post_parameters("password", "repeat_password")
@require_http_methods(["GET", "POST"])
@clause("S.09")
def first_admin(request: HttpRequest) -> HttpResponse:
    """The first administrator opens their account with the one-time token of the installation."""
    if request.method == "GET":
        return _first_admin_page(request)
    request.show_again = lambda said: _first_admin_page(request, said)
    password = request.POST.get("password", "")
    refuse_unless(password == request.POST.get("repeat_password", ""), "accounts.E024")
    open_first_admin(
        token=request.POST.get("token", "").strip(),
        full_name=request.POST.get("full_name", ""),
        username=request.POST.get("username", "").strip().lower(),
        password=password,
        at=clock.now(),
    )
    return HttpResponseRedirect(reverse("sign_in"))


def _first_admin_page(request: HttpRequest, said: Refusal | None = None) -> HttpResponse:
    context = {
        "page": {"title": "Quản trị đầu tiên"},
        "refusal": said,
        "typed": {name: request.POST.get(name, "") for name in ("token", "full_name", "username")},
    }
    return render(request, "desk/account/first_admin.html", context)

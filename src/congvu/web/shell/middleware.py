"""What happens around every request: headers, one transaction, refusals, who is signed in.

The order is in settings.MIDDLEWARE. Django turns an exception of a view into an answer before the
outer functions see it; therefore `refusals` hears of it through `process_exception` and leaves a
mark on the request, by which `one_transaction` rolls back.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from congvu.accounts.access import client_address
from congvu.accounts.keep_input import keep_input
from congvu.accounts.lock_idle import lock_idle, note_activity
from congvu.accounts.queries import signed_in
from congvu.accounts.types import Visit
from congvu.audit.write import Origin, coming_from, write_entry
from congvu.kit import clock, wall
from congvu.kit.afterwards import hearing
from congvu.kit.outside import asking_between
from congvu.kit.refusal import Refusal, refusal
from congvu.orgs.types import ROLES
from congvu.rules.clauses import clause
from congvu.web.shell.answers import is_script, refused, short_answer
from congvu.web.shell.doors import Door, door_of
from congvu.web.shell.problems import bad_request
from congvu.web.shell.typed_secrets import typed_secret

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger("congvu.web")

POLICY = (
    "default-src 'self'; img-src 'self' data:; font-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
PERMISSIONS = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)
STAGE_PAGES = {"factor": "factor", "enrol": "enrol_factor", "password": "change_password"}


@clause("S.27")
def security_headers(get_response: Answer) -> Answer:
    """Give the request its id, and every answer the headers that the browser enforces."""

    def around(request: HttpRequest) -> HttpResponse:
        request.request_id = secrets.token_hex(8)
        response = get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response["X-Content-Type-Options"] = "nosniff"
        response["X-Frame-Options"] = "SAMEORIGIN"
        response["Referrer-Policy"] = "same-origin"
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response["X-Request-Id"] = request.request_id
        response.setdefault("Cache-Control", "private, no-cache")
        if settings.SECURE_HSTS_SECONDS:
            seconds = settings.SECURE_HSTS_SECONDS
            response["Strict-Transport-Security"] = f"max-age={seconds}; includeSubDomains"
        return response

    return around


def origin_of(request: HttpRequest) -> Origin:
    """Where the request came from: the browser's address, past our own proxies only (S.05)."""
    remote = request.META.get("REMOTE_ADDR", "")
    forwarded = request.headers.get("X-Forwarded-For", "")
    address = client_address(remote, forwarded, settings.TRUSTED_PROXIES)
    port = str(request.META.get("REMOTE_PORT", "")) if address == remote else ""
    known_port = int(port) if port.isdigit() else None
    return Origin(address, known_port, str(getattr(request, "request_id", "")))


def one_transaction(get_response: Answer) -> Answer:
    """One transaction around the whole request: an exception or a refusal leaves nothing behind
    but its own audit entry, and what must be heard all the same (kit.afterwards). A request that
    asks somebody outside runs again with the answer (kit.outside)."""

    def around(request: HttpRequest) -> HttpResponse:
        request.origin = origin_of(request)
        who = partial(getattr, request, "actor", None)
        with coming_from(request.origin), hearing(who):
            response = asking_between(lambda: _run(request, get_response))
            _record_refusal(request)
            if response.status_code >= 500:
                _record_failure(request, response.status_code)
        return response

    return around


def _run(request: HttpRequest, get_response: Answer) -> HttpResponse:
    """The request from its beginning, in a transaction of its own."""
    inside_another = connection.in_atomic_block  # only in tests
    _as_it_came(request)
    with transaction.atomic():
        response = get_response(request)
        if request.rolls_back or response.status_code >= 500:
            transaction.set_rollback(True)
        elif inside_another:
            _leave_wall()
    return response


def _as_it_came(request: HttpRequest) -> None:
    """Nothing that an earlier run left on the request counts; its files are read from the start."""
    request.rolls_back, request.refusal, request.show_again = False, None, None
    for _, files in request.FILES.lists() if hasattr(request, "_files") else ():
        for file in files:
            file.seek(0)


def _leave_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', 'none', true), set_config('app.agency_id', '', true),"
            " set_config('app.person_id', '', true)"
        )


@clause("S.13")
def _record_refusal(request: HttpRequest) -> None:
    """A refused act of a signed-in person is an event too, written after the roll-back."""
    said: Refusal | None = getattr(request, "refusal", None)
    actor = getattr(request, "actor", None)
    if said is None or actor is None:
        return
    place = request.resolver_match
    with transaction.atomic():
        write_entry(
            "act.refused",
            by=actor,
            at=clock.now(),
            outcome="refused",
            clause=said.clause,
            details={
                "code": said.code,
                "page": place.view_name if place else "",
                "method": request.method,
            },
        )


@clause("S.13")
def _record_failure(request: HttpRequest, status: int) -> None:
    """An act that broke left nothing behind; that somebody tried it is an event all the same."""
    actor = getattr(request, "actor", None)
    if actor is None:
        return
    place = request.resolver_match
    with transaction.atomic():
        write_entry(
            "act.failed",
            by=actor,
            at=clock.now(),
            outcome="failed",
            details={
                "page": place.view_name if place else "",
                "method": request.method,
                "status": status,
            },
        )


def refusals(get_response: Answer) -> Answer:
    """Turn a Refusal into a message with its code and clause.

    A view that can show its form again sets `request.show_again`, a function from the Refusal to
    the page with what was typed; every other view gets the general page.
    """

    def around(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        request.rolls_back = True
        if not isinstance(exception, Refusal):
            if not isinstance(exception, Http404 | PermissionDenied | BadRequest):
                log.error("request %s failed", getattr(request, "request_id", ""))
            return None
        request.refusal = exception
        again = getattr(request, "show_again", None)
        if again is None:
            return refused(request, exception)
        page: HttpResponse = again(exception)
        page.status_code = 422 if page.status_code == 200 else page.status_code
        return page

    around.process_exception = process_exception  # type: ignore[attr-defined]
    return around


@clause("S.02", "S.05", "S.06", "S.11")
def sign_in_state(get_response: Answer) -> Answer:
    """Read the session cookie, set `request.actor` and `request.session_row`, enter the wall of
    row security, and open the view's door or not."""

    def around(request: HttpRequest) -> HttpResponse:
        token = request.COOKIES.get(settings.SESSION_COOKIE, "")
        visit = signed_in(token, clock.now()) if token else None
        actor = visit.actor if visit else None
        request.session_row = visit
        request.actor = actor
        wall.enter_agency(actor.agency_id if actor else None, actor.person_id if actor else None)
        return get_response(request)

    def process_view(
        request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        door = door_of(view)
        visit: Visit | None = request.session_row
        is_asleep = visit is None or visit.stage == "idle"  # then what was typed may be kept
        if (is_asleep or not door.reads_marks) and (secret := typed_secret(request)) is not None:
            request.rolls_back, request.refusal = True, secret
            return refused(request, secret)
        if not door.is_open and (answer := _stop(request, door, visit)) is not None:
            return answer
        if _has_unreadable_text(request):
            return bad_request(request)
        is_life = not (door.is_quiet or door.is_by_token)
        if visit is not None and visit.stage != "idle" and is_life:
            note_activity(visit=visit, at=clock.now())
        return None

    around.process_view = process_view  # type: ignore[attr-defined]
    return around


def _has_unreadable_text(request: HttpRequest) -> bool:
    """No keyboard types the letter NUL, and the database cannot hold it."""
    if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
        return True
    return any("\x00" in one for _, values in request.POST.lists() for one in values)


def _stop(request: HttpRequest, door: Door, visit: Visit | None) -> HttpResponse | None:
    """The answer instead of the view, or None when the door opens."""
    if visit is None:
        return _to_sign_in(request, kept_id=None)
    if visit.stage == "idle":
        return _locked(request, visit)
    if visit.stage not in door.stages:
        if visit.stage == "ready":
            return HttpResponseRedirect("/")
        return HttpResponseRedirect(reverse(STAGE_PAGES[visit.stage]))
    if visit.stage == "ready" and not door.admits(visit.kind):
        request.rolls_back = True
        request.refusal = refusal("web.E410")
        return refused(request, request.refusal, status=403)
    if visit.stage == "ready" and door.roles and not visit.who.has(*door.roles):
        request.rolls_back = True
        names = ", ".join(ROLES.get(role, role).lower() for role in sorted(door.roles))
        request.refusal = refusal("web.E403", roles=names)
        return refused(request, request.refusal, status=403)
    return None


@clause("S.06")
def _locked(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The idle time is over: the cookie acts no more, what was typed is kept for its owner."""
    at = clock.now()
    lock_idle(visit=visit, at=at)
    kept_id = None
    if request.method == "POST" and not is_script(request):
        fields = {name: request.POST.getlist(name) for name in request.POST}
        kept_id = keep_input(visit=visit, path=request.path, fields=fields, at=at)
    return _to_sign_in(request, kept_id)


def _to_sign_in(request: HttpRequest, kept_id: int | None) -> HttpResponse:
    if is_script(request):
        # The page stays as it is, with everything typed; its dialog asks to sign in again.
        return short_answer(refusal("web.E401").say, 401, code="web.E401")
    if kept_id is not None:
        back = reverse("kept_input", args=[kept_id])
    else:
        back = request.get_full_path() if request.method == "GET" else "/"
    return HttpResponseRedirect(f"{reverse('sign_in')}?{urlencode({'tiep': back})}")

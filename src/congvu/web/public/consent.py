"""Rút lại đồng ý nhận tin: one click from a link in a message, on any phone, without an account.

The link is 69 random bits and the whole right to end this one consent; it tells what was agreed to
and neither name nor address. A mail program posts to the one-click address by itself (RFC 8058).
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from congvu.channels.give_consent import withdraw_consent
from congvu.channels.queries.consents import HeldConsent, consent_by_key
from congvu.kit import clock, wall
from congvu.rules.clauses import clause
from congvu.web.shell.doors import by_token, public

PAGE = "public/consent.html"
TITLE = {"page": {"title": "Đồng ý nhận tin"}}


@public
@require_http_methods(["GET", "POST"])
def my_consent(request: HttpRequest, key: str) -> HttpResponse:
    """What was agreed to; posting ends it."""
    held = consent_by_key(key)
    if held is None:
        return render(request, PAGE, {**TITLE, "held": None}, status=404)
    if request.method == "POST":
        _end(held, key, "liên kết trong tin")
        return redirect("my_consent", key=key)
    return render(request, PAGE, {**TITLE, "held": held, "key": key})


@public
@require_GET
def short_link(request: HttpRequest, key: str) -> HttpResponse:
    """What stands in a text message; opening it ends nothing, for programs look at links too."""
    return redirect("my_consent", key=key)


@by_token
@require_http_methods(["GET", "POST"])
@clause("QC.6.2.b")
def withdraw_at_once(request: HttpRequest, key: str) -> HttpResponse:
    """A mail program posts here; a person who opens it is led to the page."""
    held = consent_by_key(key)
    if held is None:
        return render(request, PAGE, {**TITLE, "held": None}, status=404)
    if request.method == "GET":
        return redirect("my_consent", key=key)
    _end(held, key, "một lần bấm trong chương trình thư (RFC 8058)")
    return HttpResponse("Đã rút lại đồng ý.", content_type="text/plain; charset=utf-8")


def _end(held: HeldConsent, key: str, origin: str) -> None:
    with wall.inside_agency(held.agency_id):
        withdraw_consent(withdrawal_key=key, origin=origin, at=clock.now())

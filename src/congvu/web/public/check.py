"""Kiểm tra văn bản: anybody checks a document by its QR code, its number and day, or its PDF.

Reveals nothing that the paper in the visitor's hand does not say, and nothing of documents that
are not issued; by number and day only of documents that are public. What is uploaded is examined
in the sandbox and forgotten.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.documents.queries.public import (
    IssuedDocument,
    issued_by_code,
    issued_by_file,
    issued_by_number,
)
from congvu.kit import clock
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import Refusal, refusal, refuse_if
from congvu.rules.clauses import clause
from congvu.rules.legal_effect import value_of_document
from congvu.signing.examine import examine_pdf
from congvu.signing.queries.custody import doubt_about
from congvu.signing.types import Verification
from congvu.web.public.take_home import sealed_result
from congvu.web.shell.answers import status_of
from congvu.web.shell.days import read_day
from congvu.web.shell.doors import public
from congvu.web.shell.middleware import PERMISSIONS, POLICY
from congvu.web.shell.signature_cards import verification_cards

PURPOSE = "public-check"
UPLOADS = "public-upload"
# This page alone may use the camera, and compile the reader of QR codes.
SCANNING = {
    "Content-Security-Policy": f"{POLICY}; script-src 'self' 'wasm-unsafe-eval'",
    "Permissions-Policy": PERMISSIONS.replace("camera=()", "camera=(self)"),
}


@public
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form; a code leads to its address, number and day or a file are judged at once."""
    if request.method == "POST" and request.POST.get("code", "").strip():
        return redirect("check_code", code=_code_in(request.POST["code"]))
    try:
        if request.method == "POST":
            return _judge(request)
        if "so" in request.GET or "ngay" in request.GET:
            return _by_number(request)
    except Refusal as refused:
        return _page(request, error=refused, status=status_of(refused))
    return _page(request)


@public
@clause("S.46")
@require_http_methods(["GET"])
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address inside the QR code. Wrong guesses are counted per network address."""
    found = _asked(request, lambda: [one] if (one := issued_by_code(code.upper())) else [])
    return _page(request, code=code, found=found, asked="code", status=200 if found else 404)


@clause("S.46", "S.11")
def _by_number(request: HttpRequest) -> HttpResponse:
    """By number, symbol and day: "not found" and "not public" are one answer."""
    symbol, typed = request.GET.get("so", "").strip(), request.GET.get("ngay", "")
    day = read_day(typed, field="ngay")
    if not symbol or day is None:
        raise refusal("web.E040")
    found = _asked(request, lambda: issued_by_number(symbol[:80], day))
    return _page(request, found=found, asked="number", status=200 if found else 404)


def _asked(
    request: HttpRequest, question: Callable[[], list[IssuedDocument]]
) -> list[IssuedDocument]:
    """Ask within the limit of wrong guesses of this network address."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    refuse_past_limit(purpose=PURPOSE, address=address, policy=policy, at=at)
    found = question()
    if not found:
        count_failure(purpose=PURPOSE, address=address, policy=policy, at=at)
    return found


def _code_in(typed: str) -> str:
    """The code alone, also where the whole address beside the QR code was copied."""
    words = "".join(typed.split()).strip("/")
    return words.rsplit("/", 1)[-1].upper()[:40] or "-"


@clause("S.46")
def _judge(request: HttpRequest) -> HttpResponse:
    """Judge an uploaded file. Reading a file costs much, so every upload of an address counts."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    refuse_past_limit(purpose=UPLOADS, address=address, policy=policy, at=at)
    count_failure(purpose=UPLOADS, address=address, policy=policy, at=at)
    file = request.FILES.get("file")
    refuse_if(file is None, "web.E020")
    refuse_if(
        file.size > settings.MAX_UPLOAD_BYTES,
        "web.E021",
        limit=settings.MAX_UPLOAD_BYTES // 1024 // 1024,
    )
    content = file.read()
    pass_gate(content, file.name, entrance=Entrance.PUBLIC)
    same = issued_by_file(hashlib.sha256(content).hexdigest())
    # What was issued here has been in this house since then: that proves its signatures existed.
    judged = examine_pdf(content, at=at, seen_at=same.issued_at if same else None)
    return _page(
        request,
        found=[same] if same else [],
        judged=judged,
        asked="file",
        name=file.name,
        value=value_of_document(judged.for_law, through_document_system=same is not None),
        take_home=sealed_result(judged, name=file.name, same=same),
    )


def _page(
    request: HttpRequest,
    *,
    status: int = 200,
    found: Sequence[IssuedDocument] = (),
    judged: Verification | None = None,
    **context: Any,
) -> HttpResponse:
    answer = render(
        request,
        "public/check.html",
        {
            "page": {"title": "Kiểm tra văn bản"},
            "public_home_url": "/kiem-tra/",
            "code": "",
            "asked": "",
            "error": None,
            "name": "",
            "value": None,
            "take_home": "",
            "typed": request.GET,
            "found": found,
            "doubts": {one.sha256: doubt_about(one.sha256) for one in found},
            "judged": judged,
            **verification_cards(judged),
            **context,
        },
        status=status,
    )
    for header, value in SCANNING.items():
        answer[header] = value
    return answer

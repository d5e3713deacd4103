"""Kiểm tra văn bản: anybody checks a document by its QR code or by uploading the PDF.

Reveals nothing that the paper in the visitor's hand does not say, and nothing of documents that
are not issued. What is uploaded is examined in the sandbox and forgotten.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from congvu.accounts import queries as accounts
from congvu.accounts.limit_attempts import count_failure, refuse_past_limit
from congvu.documents.queries.public import IssuedDocument, issued_by_code, issued_by_file
from congvu.kit import clock
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import Refusal, refuse_if
from congvu.rules.clauses import clause
from congvu.signing.examine import examine_pdf
from congvu.signing.queries.custody import doubt_about
from congvu.signing.types import Verification
from congvu.web.shell.answers import status_of
from congvu.web.shell.doors import public
from congvu.web.shell.signature_cards import signature_card

PURPOSE = "public-check"
UPLOADS = "public-upload"


@public
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """The form; a code leads to its address, a file is judged at once."""
    if request.method == "POST" and request.POST.get("code", "").strip():
        return redirect("check_code", code=_code_in(request.POST["code"]))
    if request.method == "POST":
        try:
            return _judge(request)
        except Refusal as refused:
            return _page(request, error=refused, status=status_of(refused))
    return _page(request)


@public
@clause("S.46")
@require_http_methods(["GET"])
def check_code(request: HttpRequest, code: str) -> HttpResponse:
    """The address inside the QR code. Wrong guesses are counted per network address."""
    at, address = clock.now(), request.origin.address
    policy = accounts.policy(at)
    refuse_past_limit(purpose=PURPOSE, address=address, policy=policy, at=at)
    found = issued_by_code(code.upper())
    if found is None:
        count_failure(purpose=PURPOSE, address=address, policy=policy, at=at)
    return _page(request, code=code, found=found, asked=True, status=200 if found else 404)


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
    found = issued_by_file(hashlib.sha256(content).hexdigest())
    # What was issued here has been in this house since then: that proves its signatures existed.
    judged = examine_pdf(content, at=at, seen_at=found.issued_at if found else None)
    return _page(request, found=found, judged=judged, asked=True, name=file.name)


def _page(
    request: HttpRequest,
    *,
    status: int = 200,
    found: IssuedDocument | None = None,
    judged: Verification | None = None,
    **context: Any,
) -> HttpResponse:
    return render(
        request,
        "public/check.html",
        {
            "page": {"title": "Kiểm tra văn bản"},
            "public_home_url": "/kiem-tra/",
            "code": "",
            "asked": False,
            "error": None,
            "name": "",
            "found": found,
            "doubt": doubt_about(found.sha256) if found else None,
            "judged": judged,
            "signatures": [
                signature_card(number, one)
                for number, one in enumerate(judged.signatures if judged else ())
            ],
            **context,
        },
        status=status,
    )

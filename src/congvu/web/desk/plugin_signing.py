"""Ký số bằng phần mềm trên máy: the orders of the sign page, and the page of one's way of signing.

The browser carries one message to the program and one back; what the program says of number, date
or success only moves the page. What happened is asked of this server.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.documents import access
from congvu.documents.outgoing.ask_plugin import ask_plugin_to_sign
from congvu.documents.outgoing.ask_to_sign import SUBJECT
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.signing import ports
from congvu.signing import queries as signing
from congvu.signing.end_waiting import end_waiting
from congvu.signing.models import Certificate, WaitingSignature
from congvu.signing.register_own_certificate import register_own_certificate
from congvu.web.desk.frame import done, show
from congvu.web.desk.number_way import number_ways
from congvu.web.desk.plugin_agency import after_agency, is_finished
from congvu.web.desk.signing_desk import after_signing
from congvu.web.shell.answers import is_script
from congvu.web.shell.doors import needs, quiet
from congvu.web.shell.plugin import errand_json, let_talk

LONGEST_CERTIFICATE = 90_000  # base64 of 64 KB
LONGEST_SAID = 300


@needs(LEADER, UNIT_HEAD, CLERK, OFFICIAL)
@require_POST
def sign_with_plugin(request: HttpRequest, document_id: int) -> HttpResponse:
    """Ký số: the request for the program, for exactly the file whose hash the page carried."""
    access.document_for(request.actor, document_id, to="sign")
    refuse_unless(is_script(request), "web.E060")
    errand = ask_plugin_to_sign(
        document_id=document_id,
        seen_sha256=request.POST.get("seen_sha256", ""),
        by=request.actor,
        at=clock.now(),
    )
    return JsonResponse(errand_json(errand))


@needs()
@quiet
@require_GET
def plugin_state(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """How a request of one's own stands, and where the page goes next."""
    waiting = _own(request.actor, waiting_id)
    is_done = waiting.state == WaitingSignature.State.COMPLETED and not waiting.said
    has_more = is_done and not is_finished(waiting)
    goes_on = is_done and not has_more
    return JsonResponse(
        {
            "state": waiting.state,
            "said": waiting.said,
            "more": has_more,
            "next": reverse("signed_with_plugin", args=[waiting_id]) if goes_on else "",
        }
    )


@needs()
@require_POST
def plugin_cancel(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """The program did not sign: its window was closed, or it is not there."""
    waiting = _own(request.actor, waiting_id)
    said = " ".join(request.POST.get("said", "").split())[:LONGEST_SAID]
    end_waiting(
        waiting_id=waiting.id,
        state=WaitingSignature.State.CANCELLED,
        said=waiting.said or said,
        at=clock.now(),
        by=request.actor,
    )
    return JsonResponse({"state": "cancelled"})


@needs()
@require_GET
def signed_with_plugin(request: HttpRequest, waiting_id: int) -> HttpResponse:
    """After the signature: say so, and show what waits next."""
    waiting = _own(request.actor, waiting_id)
    if waiting.state != WaitingSignature.State.COMPLETED or waiting.said:
        raise refusal("signing.E018")
    if waiting.subject_kind != SUBJECT:
        return after_agency(request, waiting)
    document = access.document_for(request.actor, waiting.subject_id, to="read")
    return after_signing(request, is_whole=document.state == DocumentState.SIGNED)


def _own(by: Actor, waiting_id: int) -> WaitingSignature:
    waiting = WaitingSignature.objects.filter(
        id=waiting_id, by_id=by.posting_id, road=WaitingSignature.Road.PLUGIN
    ).first()
    if waiting is None:
        raise refusal("signing.E018")
    return waiting


# --- one's way of signing ------------------------------------------------------------------------


@needs()
@require_GET
def signing_way(request: HttpRequest) -> HttpResponse:
    """Cách ký số: which certificates one signs with, how, and whether the program is there."""
    by, at = request.actor, clock.now()
    holders = [("Của tôi", by.full_name, signing.certificate_in_use(person_id=by.person_id, at=at))]
    if by.has(CLERK) and by.agency_id:
        agency = signing.certificate_in_use(agency_id=by.agency_id, at=at)
        holders.append(("Của cơ quan", by.agency_name, agency))
    page = show(
        request,
        "desk/signing/way.html",
        title="Cách ký số",
        active="account",
        ways=[_way(title, name, certificate) for title, name, certificate in holders],
        program=settings.PLUGIN_ADDRESS,
    )
    return let_talk(page)


def _way(title: str, name: str, certificate: Certificate | None) -> dict[str, Any]:
    first = signing.first_signature_with(certificate.id) if certificate else None
    return {
        "title": title,
        "name": name,
        "is_agency": title != "Của tôi",
        "certificate": certificate,
        "holder": ", ".join(signing.names_in(certificate.subject)) if certificate else "",
        "issuer": ", ".join(signing.names_in(certificate.issuer)) if certificate else "",
        "number_ways": number_ways([certificate]) if certificate else [],
        "road": ports.road_of(certificate.key_reference).value if certificate else "",
        "first_signed_at": first.signed_at if first else None,
    }


@needs()
@require_POST
def register_certificate(request: HttpRequest) -> HttpResponse:
    """Đăng ký chứng thư số that the program showed."""
    try:
        given = request.POST.get("certificate", "")[:LONGEST_CERTIFICATE]
        content = base64.b64decode("".join(given.split()), validate=True)
    except (binascii.Error, ValueError) as broken:
        raise refusal("signing.E193") from broken
    refuse_unless(content, "web.E061")
    certificate = register_own_certificate(
        content=content,
        for_agency=request.POST.get("holder") == "agency",
        by=request.actor,
        at=clock.now(),
    )
    said = f"Đã đăng ký chứng thư số {certificate.serial}; từ nay ký bằng phần mềm trên máy."
    return done(request, said, "signing_way")

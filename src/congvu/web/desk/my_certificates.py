"""Chứng thư số của tôi: with which key one signs, and how to register one at a remote service.

The service is asked while the person waits, at most fifteen seconds a call.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.rules.clauses import clause
from congvu.signing.enrol_remote import Offered, enrol_remote, is_anchored, offered
from congvu.signing.queries import active_providers, certificates_of_person
from congvu.signing.use_certificate import use_certificate
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs


@needs()
@require_GET
@clause("QC.10.3")
def certificates(request: HttpRequest) -> HttpResponse:
    """One's own certificates and the way to another."""
    return _page(request)


@needs()
@require_POST
def find(request: HttpRequest) -> HttpResponse:
    """Ask the service which certificates this identifier has."""
    request.show_again = lambda said: _page(request, said=said)
    at = clock.now()
    found = offered(
        provider_id=read_id(request.POST.get("provider", "")) or 0,
        user=request.POST.get("user", ""),
        by=request.actor,
        at=at,
    )
    return _page(request, found=[(one, is_anchored(one, at)) for one in found])


@needs()
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register the chosen one; from now on it signs."""
    request.show_again = lambda said: _page(request, said=said)
    enrol_remote(
        provider_id=read_id(request.POST.get("provider", "")) or 0,
        user=request.POST.get("user", "").strip(),
        credential=request.POST.get("credential", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã đăng ký chứng thư số; từ nay Ông/Bà ký bằng khóa này."
    return done(request, said, "my_certificates")


@needs()
@require_POST
def use(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Dùng chứng thư này."""
    use_certificate(certificate_id=certificate_id, by=request.actor, at=clock.now())
    return done(request, "Từ nay Ông/Bà ký bằng chứng thư số này.", "my_certificates")


def _page(
    request: HttpRequest,
    said: Refusal | None = None,
    found: list[tuple[Offered, bool]] | None = None,
) -> HttpResponse:
    return show(
        request,
        "desk/account/certificates.html",
        title="Chứng thư số của tôi",
        active="account",
        status=422 if said else 200,
        rows=certificates_of_person(request.actor.person_id),
        now=clock.now(),
        providers=[(one.id, one.name) for one in active_providers()],
        typed=request.POST,
        said=said,
        found=found,
    )

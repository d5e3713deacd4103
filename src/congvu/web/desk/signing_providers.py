"""Dịch vụ ký số từ xa: the system administrator enters, tries and switches services.

Trying calls the service while the administrator waits, at most fifteen seconds a call.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.signing.keep_provider import ProviderForm, keep_provider, provider_for
from congvu.signing.models import SigningProvider
from congvu.signing.queries import providers_with_keys
from congvu.signing.switch_provider import switch_provider
from congvu.signing.try_provider import try_provider
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

FORM = "desk/admin/provider.html"


@needs(SYSTEM_ADMIN)
@require_GET
def providers(request: HttpRequest) -> HttpResponse:
    """All services, and how many people have a key there."""
    return show(
        request,
        "desk/admin/providers.html",
        title="Dịch vụ ký số từ xa",
        active="providers",
        rows=providers_with_keys(),
    )


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("service_password")
def add(request: HttpRequest) -> HttpResponse:
    """A new service."""
    if request.method == "GET":
        return _form(request, None)
    request.show_again = lambda said: _form(request, None, said)
    kept = keep_provider(_typed(request), by=request.actor, at=clock.now())
    return done(request, f"Đã lưu {kept.name}. Hãy kiểm tra kết nối.", "signing_provider", kept.id)


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters("service_password")
def provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """One service: what it is, its test, its switch; posting changes it."""
    there = provider_for(request.actor, provider_id)
    if request.method == "GET":
        return _form(request, there)
    request.show_again = lambda said: _form(request, there, said)
    keep_provider(_typed(request), provider_id=there.id, by=request.actor, at=clock.now())
    said = "Đã lưu. Dịch vụ tạm ngừng dùng cho đến khi kiểm tra kết nối thành công."
    return done(request, said, "signing_provider", there.id)


@needs(SYSTEM_ADMIN)
@require_POST
def try_it(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Kiểm tra kết nối."""
    there = provider_for(request.actor, provider_id)
    request.show_again = lambda said: _form(request, there, said)
    tried = try_provider(
        provider_id=there.id, user=request.POST.get("user", ""), by=request.actor, at=clock.now()
    )
    said = "Kết nối thành công." if tried.test_passed else "Kết nối không thành công."
    return done(request, said, "signing_provider", there.id)


@needs(SYSTEM_ADMIN)
@require_POST
def switch(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Đưa vào dùng, hoặc tạm ngừng dùng."""
    there = provider_for(request.actor, provider_id)
    request.show_again = lambda said: _form(request, there, said)
    switched = switch_provider(
        provider_id=there.id,
        is_active=request.POST.get("on") == "1",
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã đưa dịch vụ vào dùng." if switched.is_active else "Đã tạm ngừng dùng dịch vụ."
    return done(request, said, "signing_provider", there.id)


def _typed(request: HttpRequest) -> ProviderForm:
    typed = request.POST
    return ProviderForm(
        kind=typed.get("kind", ""),
        name=typed.get("name", ""),
        base_url=typed.get("base_url", ""),
        client_id=typed.get("client_id", ""),
        secret=typed.get("service_password", ""),
        profile_id=typed.get("profile_id", ""),
        answers=typed.get("answers", SigningProvider.Answers.RAW),
        most_at_once=int(most) if (most := typed.get("most_at_once", "50")).isdecimal() else 0,
        hashes=typed.get("hashes", ""),
        issuers=typed.get("issuers", ""),
    )


def _form(
    request: HttpRequest, there: SigningProvider | None, said: Refusal | None = None
) -> HttpResponse:
    is_typed = request.method == "POST" and "base_url" in request.POST
    return show(
        request,
        FORM,
        title=there.name if there else "Thêm dịch vụ ký số",
        active="providers",
        status=422 if said else 200,
        provider=there,
        typed=_typed(request) if is_typed else None,
        said=said,
        kinds=SigningProvider.Kind.choices,
        answers=SigningProvider.Answers.choices,
        hashes=[("", "theo loại dịch vụ"), *SigningProvider.Hashes.choices],
    )

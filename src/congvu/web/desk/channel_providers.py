"""Nhà cung cấp kênh: the system administrator enters, tries, ranks and switches ways out.

Secrets are written and never shown again; whoever writes them has proved the second factor lately.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels.keep_provider import ProviderForm, keep_provider, provider_for
from congvu.channels.models import CHANNELS, Provider
from congvu.channels.ports import fields_of, kind_of
from congvu.channels.switch_provider import switch_provider
from congvu.channels.try_provider import TAKEN, try_provider
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.desk.signing_in import confirm_first
from congvu.web.shell.doors import needs

KEPT = "Đã lưu. Hãy gửi thử trước khi đưa vào dùng."
View = Callable[..., HttpResponse]


def freshly_confirmed(view: View) -> View:
    """Only who has proved the second factor lately; else there first, and back to this page."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        return confirm_first(request, request.get_full_path()) or view(request, *args, **named)

    return asked


@needs(SYSTEM_ADMIN)
@require_GET
def channel_providers(request: HttpRequest) -> HttpResponse:
    """All providers, channel by channel, in the order in which they are tried."""
    return show(
        request,
        "desk/admin/channel_providers.html",
        title="Nhà cung cấp kênh",
        active="channels",
        rows=[(one, _words(one.adapter)) for one in Provider.objects.defer("secrets")],
    )


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@freshly_confirmed
def add_channel_provider(request: HttpRequest) -> HttpResponse:
    """A new provider; first its channel and adapter, which decide what it must be told."""
    if request.method == "GET":
        return _form(request, None)
    request.show_again = lambda said: _form(request, None, said)
    kept = keep_provider(_typed(request), by=request.actor, at=clock.now())
    return done(request, KEPT, "channel_provider", kept.id)


@needs(SYSTEM_ADMIN)
@require_http_methods(["GET", "POST"])
@sensitive_post_parameters()
@freshly_confirmed
def channel_provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """One provider: what it is, its trial, its switch; posting changes it."""
    there = provider_for(request.actor, provider_id)
    if request.method == "GET":
        return _form(request, there)
    request.show_again = lambda said: _form(request, there, said)
    kept = keep_provider(_typed(request), provider_id=there.id, by=request.actor, at=clock.now())
    return done(request, "Đã lưu." if kept.tested_at else KEPT, "channel_provider", there.id)


@needs(SYSTEM_ADMIN)
@require_POST
def try_channel_provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Gửi thử: one message to an address of the administrator's choice, answered at once."""
    there, typed = provider_for(request.actor, provider_id), request.POST
    request.show_again = lambda said: _form(request, there, said)
    _, outcome = try_provider(
        provider_id=there.id,
        address=typed.get("address", ""),
        sender=typed.get("sender", ""),
        by=request.actor,
        at=clock.now(),
    )
    if outcome.result in TAKEN:
        return done(request, "Nhà cung cấp đã nhận tin thử.", "channel_provider", there.id)
    messages.error(request, f"Chưa gửi thử được. {outcome.said}")
    return redirect("channel_provider", there.id)


@needs(SYSTEM_ADMIN)
@require_POST
def switch_channel_provider(request: HttpRequest, provider_id: int) -> HttpResponse:
    """Đưa vào dùng, hoặc tạm ngừng dùng."""
    there = provider_for(request.actor, provider_id)
    request.show_again = lambda said: _form(request, there, said)
    switched = switch_provider(
        provider_id=there.id,
        is_active=request.POST.get("on") == "1",
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã đưa vào dùng." if switched.is_active else "Đã tạm ngừng dùng."
    return done(request, said, "channel_provider", there.id)


def _typed(request: HttpRequest) -> ProviderForm:
    typed = request.POST
    return ProviderForm(
        channel=typed.get("channel", ""),
        adapter=typed.get("adapter", ""),
        name=typed.get("name", ""),
        rank=read_id(typed.get("rank", "")),
        per_second=_number(typed.get("per_second", "")),
        secrets={
            name.removeprefix("s_"): value for name, value in typed.items() if name.startswith("s_")
        },
        lines=typed.get("lines", ""),
    )


def _words(adapter: str) -> str:
    """The kind of connection in words; one that is not installed any more by its own name."""
    return kind_of(adapter)[0] if adapter in settings.CHANNEL_ADAPTERS else adapter


def _number(text: str) -> float:
    try:
        return float(text.strip().replace(",", "."))
    except ValueError:
        return 0.0


def _form(
    request: HttpRequest, there: Provider | None, said: Refusal | None = None
) -> HttpResponse:
    typed = request.POST if request.method == "POST" and "per_second" in request.POST else {}
    adapter = there.adapter if there else typed.get("adapter", request.GET.get("loai", ""))
    known = adapter in settings.CHANNEL_ADAPTERS
    channel = kind_of(adapter)[1] if known else ""
    kept = dict(there.secrets) if there else {}
    fields = [
        {
            "field": one,
            "value": "" if one.is_hidden else typed.get(f"s_{one.name}", kept.get(one.name, "")),
            "is_kept": bool(kept.get(one.name)),
        }
        for one in (fields_of(adapter) if known else ())
    ]
    return show(
        request,
        "desk/admin/channel_provider.html",
        title=there.name if there else "Thêm nhà cung cấp kênh",
        active="channels",
        status=422 if said else 200,
        provider=there,
        typed=typed,
        said=said,
        adapter=adapter if known else "",
        adapters=[(name, _words(name)) for name in settings.CHANNEL_ADAPTERS],
        adapter_words=_words(adapter),
        channels=CHANNELS,
        channel=channel,
        channel_words=dict(CHANNELS).get(channel, ""),
        typed_channel=typed.get("channel", ""),
        fields=fields,
        kept_names=sorted(kept),
    )

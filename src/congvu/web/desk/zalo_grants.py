"""Cấp quyền: to Zalo's page and back; tokens are fetched by the worker, never by a page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.channels.ask_grant import ask_grant
from congvu.channels.take_grant import take_grant
from congvu.kit import clock
from congvu.systems import access
from congvu.web.desk.frame import done, show
from congvu.web.desk.zalo_accounts import USERS, callback_address
from congvu.web.shell.doors import needs


@needs(*USERS)
@require_POST
def ask(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """The address of Zalo's page, made for this once; it is shown and followed by a click."""
    there = access.account_for(request.actor, zalo_account_id, to="read")
    address = ask_grant(
        account_id=there.id, callback=callback_address(), by=request.actor, at=clock.now()
    )
    return show(
        request,
        "desk/zalo/ask.html",
        title="Cấp quyền dùng tài khoản Zalo",
        active="zalo",
        account=there,
        address=address,
    )


@needs(*USERS)
@require_GET
def returned(request: HttpRequest) -> HttpResponse:
    """Back from Zalo: a page changes nothing, so one more click takes the right."""
    said = {name: request.GET.get(name, "")[:500] for name in ("code", "oa_id", "state")}
    return show(
        request,
        "desk/zalo/returned.html",
        title="Hoàn tất cấp quyền Zalo",
        active="zalo",
        said=said,
        is_whole=all(said.values()),
    )


@needs(*USERS)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Hoàn tất."""
    typed = request.POST
    grant = take_grant(
        state=typed.get("state", ""),
        code=typed.get("code", ""),
        oa_id=typed.get("oa_id", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã nhận quyền từ Zalo; Hệ thống đang lấy mã truy cập, thường mất vài giây."
    return done(request, said, "zalo_account", grant.account_id)

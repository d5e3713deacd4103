"""Orders about an account on Zalo: notice, use, rest, end, name, who answers for it."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.documents.models import Document
from congvu.kit import clock
from congvu.systems.activate_account import activate_account
from congvu.systems.move_account import move_account, rename_account
from congvu.systems.name_keeper import end_keeper, name_keeper
from congvu.systems.notify_account import notify_account
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done
from congvu.web.desk.zalo_accounts import USERS
from congvu.web.shell.doors import needs

MOVED = {
    "suspend": "Đã tạm ngừng tài khoản; không gửi tin nào nữa.",
    "resume": "Tài khoản hoạt động trở lại.",
    "close": "Đã đóng tài khoản trong sổ.",
    "merge": "Đã ghi nhận sáp nhập tài khoản.",
}


@needs(*USERS)
@require_POST
def notify(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Ghi nhận thông báo: a document of ours by its symbol and day, else a reference."""
    typed, by = request.POST, request.actor
    number, on = typed.get("number", "").strip(), read_day(typed.get("on", ""), field="on")
    notify_account(
        account_id=zalo_account_id,
        number=number,
        notice_on=on,
        receiver=typed.get("receiver", ""),
        document_id=_own_document(by.agency_id, number, on),
        by=by,
        at=clock.now(),
    )
    said = "Đã ghi nhận thông báo; nay được tạo tài khoản trên Zalo."
    return done(request, said, "zalo_account", zalo_account_id)


def _own_document(agency_id: int | None, number: str, on: date | None) -> int | None:
    """The issued document of this agency with that symbol and day."""
    found = Document.objects.filter(
        agency_id=agency_id, agency_id__isnull=False, symbol=number, issued_at__isnull=False
    )
    one = found.filter(issued_on=on).first() if on else None
    return one.id if one else None


@needs(*USERS)
@require_POST
def activate(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Đưa vào hoạt động."""
    typed = request.POST
    activate_account(
        account_id=zalo_account_id,
        oa_id=typed.get("oa_id", ""),
        opened_on=read_day(typed.get("opened_on", ""), field="opened_on") or clock.today(),
        by=request.actor,
        at=clock.now(),
    )
    said = "Tài khoản đã hoạt động. Hãy cấp quyền để Hệ thống gửi, nhận tin."
    return done(request, said, "zalo_account", zalo_account_id)


@needs(*USERS)
@require_POST
def move(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Tạm ngừng, hoạt động trở lại, đóng, sáp nhập."""
    order = request.POST.get("move", "")
    move_account(
        account_id=zalo_account_id,
        move=order,
        text=request.POST.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, MOVED[order], "zalo_account", zalo_account_id)


@needs(*USERS)
@require_POST
def rename(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Đổi tên theo tên mới của cơ quan."""
    typed = request.POST
    rename_account(
        account_id=zalo_account_id,
        name=typed.get("name", ""),
        number=typed.get("number", ""),
        notice_on=read_day(typed.get("on", ""), field="on"),
        text=typed.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã đổi tên tài khoản trong sổ.", "zalo_account", zalo_account_id)


@needs(*USERS)
@require_POST
def add_keeper(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Cử người quản trị tài khoản."""
    typed = request.POST
    name_keeper(
        account_id=zalo_account_id,
        posting_id=read_id(typed.get("posting", "")),
        basis=typed.get("basis", ""),
        valid_from=read_day(typed.get("valid_from", ""), field="valid_from") or clock.today(),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã cử người quản trị tài khoản.", "zalo_account", zalo_account_id)


@needs(*USERS)
@require_POST
def drop_keeper(request: HttpRequest, zalo_account_id: int, keeper_id: int) -> HttpResponse:
    """Thôi quản trị tài khoản."""
    end_keeper(account_id=zalo_account_id, keeper_id=keeper_id, by=request.actor, at=clock.now())
    return done(request, "Đã ghi nhận thôi quản trị.", "zalo_account", zalo_account_id)

"""What is ordered on an order: laid before the leader, let go, held, ended."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.bulk import access
from congvu.bulk.release_order import release_order
from congvu.bulk.steer_order import cancel_order, pause_order, resume_order
from congvu.bulk.submit_order import send_back_order, submit_order
from congvu.kit import clock
from congvu.orgs.types import LEADER
from congvu.web.desk.bulk_orders import show_order, shown_after
from congvu.web.desk.bulk_words import ALL, PREPARERS
from congvu.web.desk.days import read_id, read_moment
from congvu.web.environment import count, moment
from congvu.web.shell.doors import needs


@needs(*PREPARERS)
@require_POST
def submit(request: HttpRequest, order_id: int) -> HttpResponse:
    """Trình duyệt N tin."""
    number, send_from = _typed(request, order_id)
    submit_order(
        order_id=order_id, count=number, send_from=send_from, by=request.actor, at=clock.now()
    )
    return shown_after(request, order_id, f"Đã trình lãnh đạo duyệt đợt gửi {count(number)} tin.")


@needs(*ALL)
@require_POST
def release(request: HttpRequest, order_id: int) -> HttpResponse:
    """Gửi N tin, by its author; Duyệt và gửi N tin, by the leader."""
    number, send_from = _typed(request, order_id)
    order = release_order(
        order_id=order_id, count=number, send_from=send_from, by=request.actor, at=clock.now()
    )
    later = f", bắt đầu lúc {moment(order.send_from)}" if order.send_from else ""
    return shown_after(request, order_id, f"Đang gửi {count(number)} tin{later}.")


def _typed(request: HttpRequest, order_id: int) -> tuple[int, datetime | None]:
    """The number in the button, and the hour if one was wished for."""
    found = access.order_for(request.actor, order_id, to="read")
    request.show_again = lambda said: show_order(request, found, said)
    day, hour = request.POST.get("send_from", ""), request.POST.get("send_from_time", "")
    send_from = None
    if day.strip() or hour.strip():
        send_from = read_moment(day, hour, default=clock.now(), field="send_from")
    return read_id(request.POST.get("count", "")), send_from


@needs(LEADER)
@require_POST
def send_back(request: HttpRequest, order_id: int) -> HttpResponse:
    """Trả lại để sửa."""
    reason = request.POST.get("reason", "")
    send_back_order(order_id=order_id, reason=reason, by=request.actor, at=clock.now())
    return shown_after(request, order_id, "Đã trả lại đợt gửi để sửa.")


@needs(*ALL)
@require_POST
def steer(request: HttpRequest, order_id: int) -> HttpResponse:
    """Tạm dừng, gửi tiếp, hoặc hủy phần còn lại."""
    by, at = request.actor, clock.now()
    act = request.POST.get("act", "")
    if act == "pause":
        pause_order(order_id=order_id, by=by, at=at)
        return shown_after(request, order_id, "Đã tạm dừng đợt gửi.")
    if act == "resume":
        resume_order(order_id=order_id, by=by, at=at)
        return shown_after(request, order_id, "Đợt gửi được gửi tiếp.")
    cancel_order(order_id=order_id, reason=request.POST.get("reason", ""), by=by, at=at)
    return shown_after(request, order_id, "Đã hủy phần còn lại của đợt gửi.")

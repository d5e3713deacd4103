"""Thông tin đến: what came by official mail, SMS or Zalo; ours, not ours, or nothing to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.channels import access, queries
from congvu.channels.decline import decline_inbound
from congvu.channels.take_up import set_aside, take_up
from congvu.kit import clock
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

LABELS = (
    ("", "Chờ phân loại"),
    ("da-nhan", "Thuộc phạm vi"),
    ("khong-thuoc", "Không thuộc phạm vi"),
    ("khac", "Không phải xử lý"),
)
TONES = {"waiting": "due", "taken": "active", "declined": "valid"}


@needs(CLERK, LEADER, UNIT_HEAD)
@require_GET
def inbound(request: HttpRequest) -> HttpResponse:
    """The list; those that wait carry the time left of their two working hours."""
    by, at = request.actor, clock.now()
    tab = request.GET.get("muc", "")
    page = queries.inbound_list(by, tab, request.GET.get("sau", ""))
    calendar = orgs.working_calendar(by.agency_id, at)
    return show(
        request,
        "desk/inbound/list.html",
        title="Thông tin đến",
        active="inbound",
        rows=[(row, deadline_of(row.due_at, calendar, at)) for row in page.rows],
        next_key=page.next_key,
        tab=tab,
        tabs=[
            {"label": label, "href": f"?muc={key}" if key else "?", "current": key == tab}
            for key, label in LABELS
        ],
    )


@needs(CLERK, LEADER, UNIT_HEAD)
@require_GET
def inbound_message(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """One message: its words, its legal moments, what was answered, what can be done."""
    by, at = request.actor, clock.now()
    message = access.inbound_for(by, inbound_id, to="read")
    page = queries.inbound_page(message)
    running = page.timer if page.timer and page.timer.stopped_at is None else None
    calendar = orgs.working_calendar(by.agency_id, at)
    return show(
        request,
        "desk/inbound/message.html",
        title=message.subject or message.reference,
        active="inbound",
        inbound=page,
        message=message,
        tone=TONES.get(message.state, ""),
        deadline=deadline_of(running.due_at, calendar, at) if running else None,
        may_decide=message.state == "waiting",
        can_answer=bool(message.facts.get("can_answer", True)),
    )


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def take_up_inbound(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Thuộc phạm vi giải quyết."""
    note = request.POST.get("note", "")
    take_up(inbound_id=inbound_id, note=note, by=request.actor, at=clock.now())
    said = "Đã ghi nhận thuộc phạm vi giải quyết; đồng hồ 02 giờ dừng."
    return done(request, said, "inbound_message", inbound_id)


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def decline(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Không thuộc phạm vi: the sender is told where to turn, over the same channel."""
    text = request.POST.get("text", "")
    decline_inbound(inbound_id=inbound_id, text=text, by=request.actor, at=clock.now())
    said = "Đã trả lời người gửi; tin đang được chuyển."
    return done(request, said, "inbound_message", inbound_id)


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def set_aside_inbound(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Không phải xử lý."""
    note = request.POST.get("note", "")
    set_aside(inbound_id=inbound_id, note=note, by=request.actor, at=clock.now())
    return done(request, "Đã ghi nhận không phải xử lý.", "inbound_message", inbound_id)

"""Thông tin đến: what came by official mail, SMS or Zalo; ours, not ours, or nothing to do.

After each decision the page goes on to the message that has waited longest: two hundred of them are
worked off without the mouse.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.channels import access, queries
from congvu.channels.access import READERS
from congvu.channels.decline import decline_inbound
from congvu.channels.models import InboundMessage
from congvu.channels.queries.inbound import MINE
from congvu.channels.queries.where_to_turn import ways_on
from congvu.channels.take_in_zalo import WAITS
from congvu.channels.take_up import set_aside, take_up
from congvu.kit import clock
from congvu.kit.paging import PAGE_SIZE
from congvu.kit.screening import PDF
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD, Actor
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.document_view import HEIGHT, WIDTH
from congvu.web.desk.frame import done, show
from congvu.web.desk.incoming import leader_options
from congvu.web.environment import size
from congvu.web.shell.days import read_id
from congvu.web.shell.doors import needs

MOST = 200  # of one page, and of what is worked on together
LABELS = (
    ("", "Chờ phân loại"),
    (MINE, "Giao cho tôi"),
    ("da-nhan", "Thuộc phạm vi"),
    ("da-tra-loi", "Đã trả lời"),
    ("khong-thuoc", "Không thuộc phạm vi"),
    ("khac", "Không phải xử lý"),
)
TONES = {"waiting": "due", "taken": "active", "answered": "valid", "declined": "valid"}


@needs(*READERS)
@require_GET
def inbound(request: HttpRequest) -> HttpResponse:
    """The list; those that wait carry the time left of their two working hours."""
    return show(
        request,
        "desk/inbound/list.html",
        title="Thông tin đến",
        active="inbound",
        fit=True,
        split={"name": "thong-tin-den", "showing": "list", "side": False},
        **list_context(request),
    )


@needs(*READERS)
@require_GET
def inbound_message(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """One message: its words and files, its legal moments, what was answered, what can be done."""
    by, at = request.actor, clock.now()
    message = access.inbound_for(by, inbound_id, to="read")
    page = queries.inbound_page(message)
    running = page.timer if page.timer and page.timer.stopped_at is None else None
    due_at = running.due_at if running else (page.handling.due_at if page.handling else None)
    calendar = orgs.working_calendar(by.agency_id, at)
    orders = _orders(by, page)
    return show(
        request,
        "desk/inbound/message.html",
        title=message.subject or message.reference,
        active="inbound",
        fit=True,
        split={
            "name": "thong-tin-den",
            "showing": "document",
            "document_label": "Nội dung",
            "list_label": "Thông tin đến",
        },
        inbound=page,
        message=message,
        tone=TONES.get(message.state, ""),
        deadline=deadline_of(due_at, calendar, at),
        orders=orders,
        ways=ways_on(by, at) if orders["decline"] else [],
        people=people_options(by, at) if orders["assign"] else [],
        leaders=leader_options(by, at) if orders["answer"] else [],
        files=[_file(message.id, one) for one in page.files],
        **_viewer(request, message, page),
        **list_context(request),
    )


def _orders(by: Actor, page: queries.InboundPage) -> dict[str, bool]:
    """Which orders the page offers: by the state, and by the same roles as access.py."""
    message, handling = page.message, page.handling
    waits, decides = message.state == "waiting", by.has(*access.ORDERS["decide"])
    is_ours = message.state in {"taken", "answered"}
    can_answer = bool(message.facts.get("can_answer", True))
    is_handler = handling is not None and handling.to_id == by.posting_id
    return {
        "take_up": waits and decides,
        "decline": waits and decides and can_answer,
        "set_aside": waits and decides,
        "assign": (waits or is_ours) and decides,
        "answer": (waits or is_ours) and can_answer and (decides or is_handler),
        "approve": page.proposed is not None and by.has(*access.ORDERS["approve"]),
        "convert": (waits or is_ours) and message.became_id is None and by.has(CLERK),
    }


def _file(inbound_id: int, one: Any) -> dict[str, Any]:
    told = {"name": one.name, "size": size(one.size), "kind": one.mime or "tệp"}
    if one.said == WAITS:
        return {**told, "verdict": {"state": "warning", "text": one.said}}
    if not one.sha256:
        return {**told, "verdict": {"state": "refused", "text": f"Không nhận: {one.said}"}}
    if one.is_held:
        held = "Chờ quét mã độc; mở được sau khi quét xong."
        return {**told, "verdict": {"state": "warning", "text": held}}
    doubt = {"verdict": {"state": "warning", "text": one.said}} if one.said else {}
    return {
        **told,
        **doubt,
        "url": reverse("inbound_file", args=[inbound_id, one.ordinal]) + "?tai=1",
    }


def _viewer(
    request: HttpRequest, message: InboundMessage, page: queries.InboundPage
) -> dict[str, Any]:
    """The PDF that is shown beside the orders: the chosen one, else the first."""
    shown = [one for one in page.files if one.is_open and one.mime == PDF]
    wanted = read_id(request.GET.get("tep", ""))
    file = next((one for one in shown if one.ordinal == wanted), shown[0] if shown else None)
    if file is None:
        return {"shown_files": [], "shown_file": None, "pages": [], "pdf_url": ""}
    pages = [
        {
            "url": reverse("inbound_file_page", args=[message.id, file.ordinal, number])
            + "?rong=2",
            "thumb": reverse("inbound_file_page", args=[message.id, file.ordinal, number])
            + "?rong=0",
            "width": WIDTH,
            "height": HEIGHT,
        }
        for number in range(1, (file.pages or 1) + 1)
    ]
    pdf_url = reverse("inbound_file", args=[message.id, file.ordinal])
    return {"shown_files": shown, "shown_file": file, "pages": pages, "pdf_url": pdf_url}


def people_options(by: Actor, at: datetime) -> list[tuple[str, list[tuple[int, str]]]]:
    """The agency's people by unit, for a select."""
    units: dict[str, list[tuple[int, str]]] = {}
    for one in orgs.people_of_agency(by.agency_id or 0, clock.local(at).date()):
        units.setdefault(one.unit_name or "Lãnh đạo, văn phòng", []).append(
            (one.posting_id, f"{one.full_name}, {one.title}")
        )
    return list(units.items())


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The list pane, the same alone and beside a message."""
    by, at = request.actor, clock.now()
    tab, words = request.GET.get("muc", ""), request.GET.get("tim", "").strip()[:80]
    size = MOST if request.GET.get("so") == str(MOST) else PAGE_SIZE
    page = queries.inbound_list(by, tab, request.GET.get("sau", ""), words=words, size=size)
    asked = {"muc": tab, "tim": words, "so": str(size) if size == MOST else ""}
    query = {key: value for key, value in asked.items() if value}
    counts = queries.tab_counts(by)
    calendar = orgs.working_calendar(by.agency_id, at)
    decides = by.has(*access.ORDERS["decide"])
    return {
        "rows": [(row, deadline_of(row.due_at, calendar, at)) for row in page.rows],
        "tab": tab,
        "words": words,
        "query": urlencode(query),
        "next_query": urlencode({**query, "sau": page.next_key}) if page.next_key else "",
        "more_query": urlencode({**query, "so": MOST}) if page.next_key and size < MOST else "",
        "may_decide": decides,
        "tabs": [
            {
                "label": label,
                "href": reverse("inbound") + (f"?muc={key}" if key else ""),
                "current": key == tab,
                "count": counts.get(key) or None,
            }
            for key, label in LABELS
            if decides or key == MINE
        ],
    }


def onward(request: HttpRequest, inbound_id: int, said: str) -> HttpResponse:
    """To the message that has waited longest; to the list when none waits."""
    following = queries.next_waiting(request.actor, inbound_id)
    if following is None:
        return done(request, said, "inbound_message", inbound_id)
    return done(request, f"{said} Tin chờ lâu nhất tiếp theo:", "inbound_message", following)


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def take_up_inbound(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Thuộc phạm vi giải quyết."""
    note = request.POST.get("note", "")
    taken = take_up(inbound_id=inbound_id, note=note, by=request.actor, at=clock.now())
    said = f"{taken.reference}: đã ghi nhận thuộc phạm vi giải quyết."
    return onward(request, inbound_id, said)


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def decline(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Không thuộc phạm vi: the sender is told where to turn, over the same channel."""
    text = request.POST.get("text", "")
    told = decline_inbound(inbound_id=inbound_id, text=text, by=request.actor, at=clock.now())
    return onward(request, inbound_id, f"{told.reference}: đã trả lời không thuộc phạm vi.")


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def set_aside_inbound(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Không phải xử lý."""
    note = request.POST.get("note", "")
    left = set_aside(inbound_id=inbound_id, note=note, by=request.actor, at=clock.now())
    return onward(request, inbound_id, f"{left.reference}: đã ghi nhận không phải xử lý.")

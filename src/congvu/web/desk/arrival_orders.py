"""Orders on an arrival: each view gives one order (or the two of one button) and shows the page."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.documents.incoming.answer_recall import agree_to_recall, refuse_recall
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.register import register_arrival
from congvu.documents.incoming.stamp_arrival import stamp_when_chosen
from congvu.documents.models import Arrival
from congvu.kit import clock
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.tasks.assign import Parts, assign_task
from congvu.tasks.direct import write_direction
from congvu.tasks.present import present_arrival
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done
from congvu.web.shell.doors import needs


@needs(CLERK)
@require_POST
def register(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Tiếp nhận: register, and present to a leader where one was chosen."""
    at, to = clock.now(), read_id(request.POST.get("to", ""))
    registration = register_arrival(
        arrival_id=arrival_id,
        by=request.actor,
        at=at,
        is_for_reference=request.POST.get("reference") == "1",
    )
    stamp_when_chosen(arrival_id=arrival_id, by=request.actor, at=at)
    if to:
        present_arrival(arrival_id=arrival_id, to_posting_id=to, by=request.actor, at=at)
    return done(request, f"Đã đăng ký số đến {registration.number}.", "arrival", arrival_id)


@needs(CLERK)
@require_POST
def hand_back(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Trả lại."""
    hand_back_arrival(
        arrival_id=arrival_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã trả lại văn bản cho bên gửi.", "arrival", arrival_id)


@needs(CLERK)
@require_POST
def present(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Trình lãnh đạo."""
    present_arrival(
        arrival_id=arrival_id,
        to_posting_id=read_id(request.POST.get("to", "")),
        note=request.POST.get("note", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã trình lãnh đạo.", "arrival", arrival_id)


@needs(LEADER, UNIT_HEAD)
@require_POST
def direct(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Bút phê & Phân công: the direction, the work, or both in one."""
    at, text = clock.now(), request.POST.get("text", "").strip()
    parts = _parts(request)
    direction = None
    if text or not parts:
        direction = write_direction(arrival_id=arrival_id, text=text, by=request.actor, at=at)
    if parts:
        assign_task(
            arrival_id=arrival_id,
            title=_title(arrival_id),
            parts=parts,
            due_on=_due_on(request),
            direction_id=direction.id if direction else None,
            by=request.actor,
            at=at,
        )
    return done(request, "Đã bút phê." if not parts else "Đã giao xử lý.", "arrival", arrival_id)


@needs(CLERK)
@require_POST
def agree(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Đồng ý thu hồi."""
    agree_to_recall(arrival_id=arrival_id, by=request.actor, at=clock.now())
    return done(request, "Đã hủy văn bản và báo cho bên gửi.", "incoming")


@needs(CLERK)
@require_POST
def refuse(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """Từ chối yêu cầu lấy lại."""
    refuse_recall(
        arrival_id=arrival_id,
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã từ chối yêu cầu lấy lại.", "arrival", arrival_id)


def _parts(request: HttpRequest) -> Parts | None:
    """What the people picker posts: part-<posting id> = lead, support or info."""
    chosen: dict[str, list[int]] = {"lead": [], "support": [], "info": []}
    for name, value in request.POST.items():
        prefix, _, posting_id = name.partition("-")
        if prefix == "part" and read_id(posting_id) and value in chosen:
            chosen[value].append(read_id(posting_id))
    if not any(chosen.values()):
        return None
    lead = chosen["lead"][0] if chosen["lead"] else 0
    return Parts(lead=lead, support=chosen["support"], info=chosen["info"])


def _due_on(request: HttpRequest) -> date | None:
    return read_day(request.POST.get("due_on", ""), field="due_on")


def _title(arrival_id: int) -> str:
    """The task is called as its document is."""
    found: datetime | str | None = (
        Arrival.objects.filter(id=arrival_id).values_list("document__subject", flat=True).first()
    )
    return str(found or "")

"""Giao trả lời, trả lời, trình duyệt trả lời: what is ours is answered over its own channel."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from congvu.channels.access import READERS
from congvu.channels.answer import answer_inbound
from congvu.channels.assign import assign_inbound
from congvu.channels.decide_answer import approve_answer, send_back_answer
from congvu.channels.propose_answer import propose_answer
from congvu.kit import clock
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done
from congvu.web.desk.inbound import onward
from congvu.web.shell.doors import needs


@needs(CLERK, LEADER, UNIT_HEAD)
@require_POST
def assign(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Giao trả lời."""
    typed = request.POST
    handling = assign_inbound(
        inbound_id=inbound_id,
        to_posting_id=read_id(typed.get("to", "")),
        note=typed.get("note", ""),
        due_on=read_day(typed.get("due_on", ""), field="due_on"),
        by=request.actor,
        at=clock.now(),
    )
    said = f"{handling.inbound.reference}: đã giao {handling.to.person.full_name} trả lời."
    return onward(request, inbound_id, said)


@needs(*READERS)
@require_POST
def answer(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Trả lời người gửi: at once, or to a leader first."""
    typed, by, at = request.POST, request.actor, clock.now()
    text = typed.get("text", "")
    if to := read_id(typed.get("to", "")):
        propose_answer(inbound_id=inbound_id, text=text, to_posting_id=to, by=by, at=at)
        return done(request, "Đã trình lãnh đạo duyệt trả lời.", "inbound_message", inbound_id)
    answer_inbound(inbound_id=inbound_id, text=text, by=by, at=at)
    said = "Đã trả lời người gửi; tin đang được chuyển."
    return done(request, said, "inbound_message", inbound_id)


@needs(LEADER)
@require_POST
def approve(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Duyệt, gửi trả lời."""
    text = request.POST.get("text", "")
    approve_answer(inbound_id=inbound_id, text=text, by=request.actor, at=clock.now())
    said = "Đã duyệt; tin trả lời đang được chuyển."
    return done(request, said, "inbound_message", inbound_id)


@needs(LEADER)
@require_POST
def send_back(request: HttpRequest, inbound_id: int) -> HttpResponse:
    """Trả lại dự thảo trả lời."""
    reason = request.POST.get("reason", "")
    send_back_answer(inbound_id=inbound_id, reason=reason, by=request.actor, at=clock.now())
    return done(request, "Đã trả lại dự thảo trả lời.", "inbound_message", inbound_id)

"""Xử lý nhiều thông tin đến một lần: the same words, the same person, or nothing to do."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from congvu.channels.access import inbound_seen_by
from congvu.channels.assign import assign_inbound
from congvu.channels.decline import decline_inbound
from congvu.channels.models import InboundMessage
from congvu.channels.queries.where_to_turn import ways_on
from congvu.channels.take_up import set_aside
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import show
from congvu.web.desk.inbound import MOST, people_options
from congvu.web.shell.doors import needs

DONE = {
    "decline": "đã trả lời không thuộc phạm vi",
    "aside": "không phải xử lý",
    "assign": "đã giao",
}


@needs(CLERK, LEADER, UNIT_HEAD)
@require_http_methods(["GET", "POST"])
def inbound_many(request: HttpRequest) -> HttpResponse:
    """What was ticked, and the three orders; posting carries one out for each, one by one."""
    ids = [read_id(one) for one in (request.POST or request.GET).getlist("select")][:MOST]
    by, at = request.actor, clock.now()
    rows = list(inbound_seen_by(by).filter(id__in=ids, state="waiting").order_by("received_at"))
    if request.method == "GET" and not rows:
        return redirect("inbound")
    refuse_unless(rows, "channels.E318")
    if request.method == "GET":
        return show(
            request,
            "desk/inbound/many.html",
            title=f"Xử lý {len(rows)} thông tin đến",
            active="inbound",
            rows=rows,
            ways=ways_on(by, at),
            people=people_options(by, at),
        )
    order = request.POST.get("order", "")
    refuse_unless(order in DONE, "channels.E318")
    failed = _each(rows, _order(request, order))
    count = len(rows) - len(failed)
    if count:
        messages.success(request, f"{count} thông tin: {DONE[order]}.")
    for reference, said in failed[:10]:
        messages.error(request, f"{reference}: {said}")
    return redirect("inbound")


def _order(request: HttpRequest, order: str) -> Callable[[InboundMessage], object]:
    typed, by, at = request.POST, request.actor, clock.now()
    if order == "decline":
        text = typed.get("text", "")
        return lambda one: decline_inbound(inbound_id=one.id, text=text, by=by, at=at)
    if order == "aside":
        note = typed.get("note", "")
        return lambda one: set_aside(inbound_id=one.id, note=note, by=by, at=at)
    to, due_on = read_id(typed.get("to", "")), read_day(typed.get("due_on", ""), field="due_on")
    note = typed.get("note", "")
    return lambda one: assign_inbound(
        inbound_id=one.id, to_posting_id=to, note=note, due_on=due_on, by=by, at=at
    )


def _each(
    rows: list[InboundMessage], act: Callable[[InboundMessage], object]
) -> list[tuple[str, str]]:
    """Carry the order out for each; who is refused is named, the others are done."""
    failed = []
    for one in rows:
        try:
            with transaction.atomic():
                act(one)
        except Refusal as refused:
            failed.append((one.reference, refused.say))
    return failed

"""Đợt gửi: from a list to its result, on one page that shows the next step."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from congvu.bulk import access, queries
from congvu.bulk.estimate_cost import estimate_cost
from congvu.bulk.match_columns import missing_uses
from congvu.bulk.models import BulkOrder
from congvu.bulk.open_order import open_order
from congvu.bulk.read_row import uses_of
from congvu.bulk.states import OrderState, RowState
from congvu.bulk.types import ADDRESS_WORDS, CONSENT
from congvu.channels.states import MessageState
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs.types import LEADER
from congvu.web.desk.bulk_words import ALL, PREPARERS, road_words, tabs_of, zalo_words
from congvu.web.desk.days import read_id
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs, quiet

TONES = {
    "preparing": "", "submitted": "due", "sending": "active", "paused": "paused",
    "done": "valid", "cancelled": "paused",
}  # fmt: skip
ROW_TONES = {"good": "valid", "queued": "valid", "wrong": "error", "refused": "error"}
MESSAGE_LABELS = dict(MessageState.choices)
Waiting = tuple[str, datetime] | None  # a list that waits to be read: its name, since when


@needs(*ALL)
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """The orders one may see."""
    tab = request.GET.get("muc", "")
    tab = tab if tab in queries.TABS else ""
    page = queries.orders_of(request.actor, tab, request.GET.get("sau", ""))
    return show(
        request,
        "desk/bulk/orders.html",
        title="Đợt gửi tin",
        active="bulk",
        tabs=tabs_of(tab),
        tab=tab,
        rows=page.rows,
        next_key=page.next_key,
        tones=TONES,
        may_prepare=access.may(request.actor, "prepare"),
    )


@needs(*PREPARERS)
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the template and name the order."""
    if request.method == "POST":
        request.show_again = lambda said: _new(request, said)
        opened = open_order(
            template_id=read_id(request.POST.get("template", "")),
            title=request.POST.get("title", ""),
            by=request.actor,
            at=clock.now(),
        )
        return redirect(reverse("bulk_order", args=[opened.id]))
    return _new(request)


def _new(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    found = queries.usable_templates(request.actor)
    return show(
        request,
        "desk/bulk/new_order.html",
        title="Đợt gửi mới",
        active="bulk",
        status=422 if error else 200,
        error=error,
        typed=request.POST or {"template": request.GET.get("mau", "")},
        templates=[(one.id, one.name) for one in found],
    )


@needs(*ALL)
@require_GET
def order(request: HttpRequest, order_id: int) -> HttpResponse:
    """The order at its present step."""
    return show_order(request, access.order_for(request.actor, order_id, to="read"))


@quiet
@needs(*ALL)
@require_GET
def progress(request: HttpRequest, order_id: int) -> HttpResponse:
    """How far it is, asked by the page itself; at a turn the page comes anew."""
    found = access.order_for(request.actor, order_id, to="read")
    now = standing(found)
    answer = render(request, "desk/bulk/progress.html", {"order": found, **now})
    if request.GET.get("luc", "") not in ("", now["moment_key"]):
        answer["HX-Refresh"] = "true"
    return answer


def _moment_of(found: BulkOrder, waits: Waiting) -> str:
    """What the page is about: it comes anew when this changes."""
    if found.state != OrderState.PREPARING:
        return found.state
    if waits is not None:
        return "reading"
    return "checking" if _unchecked(found) else found.state


def _unchecked(found: BulkOrder) -> bool:
    return (
        bool(found.header)
        and not missing_uses(found)
        and (found.rows_by_state.get(RowState.NEW, 0) > 0 or not found.rows_by_state)
    )


def standing(found: BulkOrder) -> dict[str, Any]:
    """The numbers of an order, for its page and its live part."""
    rows, messages = found.rows_by_state, found.messages_by_state
    waits = queries.waiting_file(found) if found.state == OrderState.PREPARING else None
    settled = sum(number for state, number in messages.items() if state != MessageState.WAITING)
    to_go = rows.get(RowState.GOOD, 0)
    whole = to_go + sum(messages.values())
    return {
        "moment_key": _moment_of(found, waits),
        "reading": waits,
        "is_checking": waits is not None or _unchecked(found),
        "total": sum(rows.values()),
        "good": to_go,
        "bad": sum(rows.get(one, 0) for one in (RowState.WRONG, RowState.REPEATED)),
        "wrong_rows": rows.get(RowState.WRONG, 0),
        "repeated": rows.get(RowState.REPEATED, 0),
        "refused": rows.get(RowState.REFUSED, 0),
        "checked": sum(rows.values()) - rows.get(RowState.NEW, 0),
        "settled": settled,
        "whole": whole,
        "in_queue": messages.get(MessageState.WAITING, 0),
        "ends": [
            (MESSAGE_LABELS[state], messages[state], tone)
            for state, tone in (
                ("received", "valid"), ("seen", "valid"), ("sent", "active"),
                ("failed", "error"), ("cancelled", "paused"),
            )
            if messages.get(state)
        ],
    }  # fmt: skip


def show_order(
    request: HttpRequest, found: BulkOrder, error: Refusal | None = None
) -> HttpResponse:
    """The page of an order; `error`: what was refused stays beside what was typed."""
    by = request.actor
    tab = request.GET.get("muc", "")
    tab = tab if tab in queries.GRID_TABS else ""
    after = read_id(request.GET.get("sau", ""))
    page = queries.grid_page(found, tab, after)
    preview = queries.preview_of(found, read_id(request.GET.get("xem", "")))
    version = found.version
    is_preparing = found.state == OrderState.PREPARING
    is_ahead = is_preparing or found.state == OrderState.SUBMITTED
    return show(
        request,
        "desk/bulk/order.html",
        title=found.title,
        active="bulk",
        status=422 if error else 200,
        error=error,
        order=found,
        version=version,
        tone=TONES[found.state],
        roads=road_words(version.roads),
        ground="Có đồng ý của từng người nhận" if version.basis == CONSENT else version.basis[5:],
        uses=[(use, ADDRESS_WORDS.get(use, use.strip("{}"))) for use in uses_of(version)],
        missing=[ADDRESS_WORDS.get(use, use.strip("{}")) for use in missing_uses(found)],
        used={place: use for use, place in found.columns.items()},
        rows=page.rows,
        next_key=page.next_key,
        tab=tab,
        row_tones=ROW_TONES,
        preview=preview,
        road_words=road_words,
        zalo_words=zalo_words,
        estimate=estimate_cost(found, clock.now()) if is_ahead and found.first_roads else None,
        failures=queries.failures_of(found) if found.released_at else [],
        may_prepare=is_preparing and access.may(by, "prepare"),
        may_release=is_preparing and access.may(by, "prepare") and not version.needs_approval,
        may_decide=found.state == OrderState.SUBMITTED and by.has(LEADER),
        typed=request.POST,
        **standing(found),
    )


def shown_after(request: HttpRequest, order_id: int, said: str) -> HttpResponse:
    """After an order on it: say it and show it."""
    return done(request, said, "bulk_order", order_id)

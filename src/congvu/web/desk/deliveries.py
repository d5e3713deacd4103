"""Theo dõi gửi, nhận: where an issued document is at each recipient, live."""

from __future__ import annotations

import hashlib
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.documents.queries.document import document_page
from congvu.exchange.queries import DeliveryRow, deliveries_of
from congvu.exchange.states import DeliveryState
from congvu.kit.refusal import refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import moments
from congvu.rules.clauses import clause
from congvu.web.environment import moment
from congvu.web.shell.doors import needs, quiet

TONES = {
    DeliveryState.QUEUED: "paused",
    DeliveryState.ARRIVED: "active",
    DeliveryState.HANDED_BACK: "error",
    DeliveryState.REGISTERED: "valid",
    DeliveryState.ASSIGNED: "valid",
    DeliveryState.IN_WORK: "valid",
    DeliveryState.DONE: "valid",
    DeliveryState.RECALL_ASKED: "due",
    DeliveryState.RECALLED: "paused",
    DeliveryState.RECALL_REFUSED: "error",
    DeliveryState.FAILED: "error",
}
# What needs the clerk's eye stands first.
FIRST = (
    DeliveryState.FAILED,
    DeliveryState.HANDED_BACK,
    DeliveryState.RECALL_REFUSED,
    DeliveryState.RECALL_ASKED,
    DeliveryState.QUEUED,
)
FINISHED = frozenset(
    {
        DeliveryState.HANDED_BACK,
        DeliveryState.DONE,
        DeliveryState.RECALLED,
        DeliveryState.RECALL_REFUSED,
        DeliveryState.FAILED,
    }
)


def delivery_view(by: Actor, document_id: int) -> dict[str, Any]:
    """What the delivery table shows: rows, sums, and whether to ask again."""
    found = deliveries_of(document_id, by.agency_id or 0)
    found.sort(key=lambda one: FIRST.index(one.state) if one.state in FIRST else len(FIRST))
    seen = "".join(f"{one.agency_id}{one.state}{one.state_at}{one.received_at}" for one in found)
    return {
        "document_id": document_id,
        "deliveries": [_row(document_id, one) for one in found],
        "sums": _sums(found),
        "mark": hashlib.sha256(seen.encode()).hexdigest()[:16],
        "is_live": any(one.state not in FINISHED for one in found),
    }


def _row(document_id: int, one: DeliveryRow) -> dict[str, Any]:
    notes = []
    if one.is_for_information:
        notes.append("Để biết")
    if one.state not in {DeliveryState.QUEUED, DeliveryState.ARRIVED}:
        notes.append(moment(one.state_at))
    if one.reason:
        notes.append(one.reason)
    return {
        "agency": one.agency_name,
        "state": one.state_label,
        "tone": TONES[DeliveryState(one.state)],
        "at": one.received_at or "chưa đến",
        "why_url": reverse("delivery_why", args=[document_id, one.agency_id])
        if one.received_at
        else "",
        "note": " · ".join(notes),
        "id": f"noi-nhan-{one.agency_id}",
    }


def _sums(found: list[DeliveryRow]) -> list[dict[str, Any]]:
    """How many recipients stand in each state, in the order of the road."""
    counts = {state: 0 for state in DeliveryState}
    for one in found:
        counts[DeliveryState(one.state)] += 1
    return [
        {"label": str(state.label), "count": count, "tone": TONES[state]}
        for state, count in counts.items()
        if count
    ]


@quiet
@needs()
@require_GET
def deliveries(request: HttpRequest, document_id: int) -> HttpResponse:
    """The table again, or 204 while nothing has moved."""
    document_page(request.actor, document_id)
    view = delivery_view(request.actor, document_id)
    if view["is_live"] and request.GET.get("dau") == view["mark"]:
        return HttpResponse(status=204)
    return render(request, "desk/outgoing/deliveries.html", {"delivery": view})


@needs()
@require_GET
@clause("QC.8.1", "QC.8.3.b")
def why(request: HttpRequest, document_id: int, agency_id: int) -> HttpResponse:
    """Vì sao: when the recipient counts as having received it, by its calendar of that moment.

    Calendars are versioned, so the count made again says what was said then.
    """
    document_page(request.actor, document_id)
    found = deliveries_of(document_id, request.actor.agency_id or 0)
    one = next((row for row in found if row.agency_id == agency_id), None)
    if one is None or one.entered_at is None:
        raise refusal("documents.E001")
    calendar = orgs.working_calendar(agency_id, one.entered_at)
    finding = moments.received_through_document_system(one.entered_at, calendar)
    return render(
        request,
        "desk/outgoing/why.html",
        {"finding": finding, "id": request.headers.get("HX-Target", "vi-sao"), "delivery": one},
    )

"""Văn bản đến: the list and one arrival beside it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.channels.access import SEE_ALL
from congvu.channels.queries.inbound import became_of
from congvu.documents import access
from congvu.documents.incoming.note_view import note_view
from congvu.documents.models import ArrivalStamp
from congvu.documents.models.document import Urgency
from congvu.documents.queries import incoming as queries
from congvu.documents.queries.incoming import TABS, ArrivalFilter, ArrivalRow
from congvu.documents.states import ArrivalState
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.mailboxes.queries.conversation import item_that_became
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.records import queries as records
from congvu.rules.calendar import WorkingCalendar
from congvu.rules.clauses import clause
from congvu.rules.document_types import types_on
from congvu.signing.describe import is_refutable, why_refutable
from congvu.tasks import queries as tasks
from congvu.web.desk.arrival_stamp import stamped_pages
from congvu.web.desk.copies import copies_around
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.document_view import DocumentView, document_view
from congvu.web.desk.frame import show
from congvu.web.desk.plugin_agency import program_of_agency
from congvu.web.desk.timeline import filters_of, moments_of, timeline_of
from congvu.web.shell.plugin import let_talk

GONE = frozenset({ArrivalState.HANDED_BACK, ArrivalState.RECALLED})
KNOWN_URGENCIES = frozenset(map(str, Urgency.values))


@require_GET
def incoming(request: HttpRequest) -> HttpResponse:
    """The list alone: on a phone the list, on a desk the list beside an invitation to choose."""
    return show(
        request,
        "desk/incoming/list.html",
        title="Văn bản đến",
        active="incoming",
        fit=True,
        split={"name": "van-ban-den", "showing": "list", "side": False},
        **_list_context(request),
    )


@require_GET
def arrival(request: HttpRequest, arrival_id: int) -> HttpResponse:
    """One arrival: the document, what can be done with it, and everything that happened."""
    by, at = request.actor, clock.now()
    row = queries.arrival_row(by, arrival_id)
    if row is None:
        raise refusal("documents.E001")
    note_view(document_id=row.document_id, by=by, at=at)
    view = None if row.state in GONE else document_view(by, row.document_id)
    message = became_of("arrival", row.id, by.agency_id)
    stamp = ArrivalStamp.objects.filter(arrival_id=row.id).first() if view else None
    entries = timeline_of(by, row.document_id, row)
    failed = _failed(view)
    orders = _orders(by, row) | _file_orders(by, row, view, stamp)
    program = program_of_agency(by) if orders["stamp"] else ""
    answer = show(
        request,
        "desk/incoming/arrival.html",
        title=row.symbol or row.subject,
        active="incoming",
        fit=True,
        split={"name": "van-ban-den", "showing": "document"},
        row=row,
        came_from=message,
        came_by=None if message else item_that_became("arrival", row.id, by.agency_id),
        may_see_message=by.has(*SEE_ALL),
        moments={entry.id: entry for entry in moments_of(row.id)},
        view=view,
        **_stamped(request, row, view, stamp),
        copies=copies_around(by, row.document_id) if view else [],
        failed=failed,
        hand_back_reason=f"Chữ ký số không đạt. {failed}"[:500] if failed else "",
        entries=entries,
        entry_filters=filters_of(entries),
        directions=tasks.directions_of(row.id, by.agency_id),
        tasks=tasks.tasks_of_arrival(by, row.id),
        in_records=records.records_with(row.document_id, by.agency_id),
        orders=orders,
        program=program,
        record_options=[
            (one.id, f"{one.code} · {one.title}") for one in records.records_of(by, state="open")
        ],
        people=people_by_unit(by, at),
        leader_options=leader_options(by, at),
        **_list_context(request),
    )
    return let_talk(answer) if program else answer


@clause("ND30.21.2.b")
def _failed(view: DocumentView | None) -> str:
    """Why the document should go back to its sender; empty when its signatures did not fail."""
    found = view.verification if view is not None else None
    return why_refutable(found) if found is not None and is_refutable(found) else ""


def _orders(by: Actor, row: ArrivalRow) -> dict[str, bool]:
    """Which orders the page offers here: by the state, and by the same roles as access.py."""
    waits = row.state == "arrived"
    is_open = row.state in {"registered", "presented", "assigned", "in_work"}
    recall = row.recall_asked_at is not None and row.state not in {"recalled", "handed_back"}
    allowed = {order: not by.roles.isdisjoint(roles) for order, roles in access.ORDERS.items()}
    return {
        "register": waits and not recall and allowed["register"],
        "hand_back": waits and not recall and allowed["hand_back"],
        "answer_recall": recall and allowed["hand_back"],
        "present": is_open and allowed["present"],
        "direct": is_open and allowed["direct"],
        "assign": is_open and allowed["assign"],
        "answer": (is_open or row.state == "done") and by.has(OFFICIAL, UNIT_HEAD, LEADER, CLERK),
        "file": (is_open or row.state == "done") and allowed["file"],
    }


def _file_orders(
    by: Actor, row: ArrivalRow, view: DocumentView | None, stamp: ArrivalStamp | None
) -> dict[str, bool]:
    """Orders on the file that came: a stamp for what is registered, copies of what is a PDF."""
    is_pdf = view is not None and bool(view.pages)
    return {
        "stamp": is_pdf and row.number is not None and stamp is None and by.has(CLERK),
        "copy": is_pdf,
    }


def _stamped(
    request: HttpRequest, row: ArrivalRow, view: DocumentView | None, stamp: ArrivalStamp | None
) -> dict[str, Any]:
    """The archived copy with the stamp: offered beside the original, shown when asked for."""
    if view is None or stamp is None:
        return {"stamp": None, "shows_stamp": False, "pages": view.pages if view else []}
    shows = request.GET.get("ban") == "dau-den"
    pages = stamped_pages(row.id, stamp, len(view.pages)) if shows else view.pages
    return {"stamp": stamp, "shows_stamp": shows, "pages": pages}


def leader_options(by: Actor, at: datetime) -> list[tuple[int, str]]:
    """The agency's leaders, the head first."""
    leaders = orgs.leaders_of(by.agency_id or 0, clock.local(at).date())
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in leaders]


def people_by_unit(by: Actor, at: datetime) -> list[dict[str, Any]]:
    """The agency's people for the picker, grouped by unit; oneself stays out."""
    units: dict[str, list[dict[str, Any]]] = {}
    for person in orgs.people_of_agency(by.agency_id or 0, clock.local(at).date()):
        if person.posting_id == by.posting_id:
            continue
        units.setdefault(person.unit_name or "Lãnh đạo, văn phòng", []).append(
            {"id": person.posting_id, "name": person.full_name, "title": person.title}
        )
    return [{"label": label, "people": people} for label, people in units.items()]


def _list_context(request: HttpRequest) -> dict[str, Any]:
    by, at = request.actor, clock.now()
    wanted = _filter(request)
    page = queries.arrivals(by, wanted, request.GET.get("sau", ""))
    counts = queries.tab_counts(by)
    calendar = orgs.working_calendar(by.agency_id, at)
    kept = {key: value for key, value in request.GET.items() if key not in {"tab", "sau"} and value}
    return {
        "rows": [(row, _deadline(row, at, calendar)) for row in page.rows],
        "wanted": wanted,
        "address": reverse("incoming"),
        "query": urlencode({**kept, **({"tab": wanted.tab} if wanted.tab else {})}),
        "next_query": urlencode({**kept, "tab": wanted.tab, "sau": page.next_key})
        if page.next_key
        else "",
        "tabs": _tabs(wanted.tab, counts, kept),
        "types": [(kind.code, kind.name) for kind in types_on(clock.today())],
        "urgencies": Urgency.choices,
    }


def _tabs(current: str, counts: dict[str, int], kept: dict[str, str]) -> list[dict[str, Any]]:
    views = [{"label": "Tất cả", "href": "?" + urlencode(kept), "current": not current}]
    for key, (label, _) in TABS.items():
        views.append(
            {
                "label": label,
                "href": "?" + urlencode({**kept, "tab": key}),
                "current": key == current,
                "count": counts[key] or None,
            }
        )
    return views


def _deadline(row: ArrivalRow, at: datetime, calendar: WorkingCalendar) -> dict[str, object] | None:
    due_at = row.register_by if row.state == "arrived" else row.due_at
    if row.state in {"done", "handed_back", "recalled"}:
        return None
    return deadline_of(due_at, calendar, at)


def _filter(request: HttpRequest) -> ArrivalFilter:
    given = request.GET
    return ArrivalFilter(
        tab=given.get("tab", "") if given.get("tab") in TABS else "",
        urgency=int(given["khan"]) if given.get("khan") in KNOWN_URGENCIES else None,
        from_day=read_filter_day(given.get("tu", "")),
        to_day=read_filter_day(given.get("den", "")),
        type_code=given.get("loai", ""),
        symbol=given.get("so", ""),
        unread=given.get("chua-doc") == "1",
    )


def read_filter_day(text: str) -> date | None:
    """A day of a filter; what cannot be read filters nothing."""
    try:
        return datetime.strptime(text.strip(), "%d/%m/%Y").date()  # noqa: DTZ007
    except ValueError:
        return None

"""Văn bản đi: the list with its tabs, and one outgoing document with everything around it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.documents.models.document import Urgency
from congvu.documents.outgoing.seal import appendices_to_sign
from congvu.documents.queries import outgoing_lists as queries
from congvu.documents.queries.document import DocumentPage, document_page
from congvu.documents.queries.outgoing_lists import TABS, OutgoingFilter, OutgoingRow
from congvu.exchange.queries import tallies_of
from congvu.exchange.states import DeliveryState
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, Actor
from congvu.rules import deadlines
from congvu.rules.calendar import WorkingCalendar
from congvu.rules.deadlines import Priority
from congvu.rules.document_types import types_on
from congvu.rules.paper_copies import Addressee, may_send_paper
from congvu.web.desk.copies import copies_around
from congvu.web.desk.deadline_words import deadline_words
from congvu.web.desk.deliveries import delivery_view
from congvu.web.desk.document_view import document_view
from congvu.web.desk.draft_page import DRAFT_STATES, attachment_files
from congvu.web.desk.frame import show
from congvu.web.desk.incoming import KNOWN_URGENCIES, read_filter_day
from congvu.web.desk.plugin_agency import program_of_agency, unfinished_issue
from congvu.web.desk.timeline import TimelineEntry, filters_of, timeline_of
from congvu.web.shell.doors import needs
from congvu.web.shell.plugin import let_talk

TONES = {
    "signed": "due",
    "numbered": "due",
    "issued": "valid",
    "recalled": "error",
    "replaced": "paused",
    "cancelled": "paused",
}
ON_THE_WAY = (DeliveryState.QUEUED, DeliveryState.ARRIVED)


@needs()
@require_GET
def outgoing(request: HttpRequest) -> HttpResponse:
    """The list alone."""
    return show(
        request,
        "desk/outgoing/list.html",
        title="Văn bản đi",
        active="outgoing",
        fit=True,
        split={"name": "van-ban-di", "showing": "list", "side": False},
        **_list(request),
    )


@needs()
@require_GET
def document(request: HttpRequest, document_id: int) -> HttpResponse:
    """One outgoing document, from the signature on; before it, the page of its draft."""
    by, at = request.actor, clock.now()
    page = document_page(by, document_id)
    if page.document.state in DRAFT_STATES and not page.document.symbol:
        return redirect(reverse("draft", args=[document_id]))
    issue_by = _issue_by(page, at)
    entries = timeline_of(by, document_id, None) + _moments(issue_by)
    entries.sort(key=lambda entry: entry.at, reverse=True)
    view = document_view(by, document_id)
    orders = _orders(by, page)
    orders["return"] = orders["return"] and view is not None and view.doubt is not None
    program = program_of_agency(by) if orders["number"] or orders["issue"] else ""
    answer = show(
        request,
        "desk/outgoing/document.html",
        title=page.document.symbol or page.document.subject,
        active="outgoing",
        fit=True,
        split={"name": "van-ban-di", "showing": "document"},
        draft_page=page,
        document=page.document,
        tone=TONES.get(page.document.state, "active"),
        view=view,
        files=attachment_files(page),
        copies=copies_around(by, document_id) if page.document.issued_file else [],
        delivery=delivery_view(by, document_id),
        outside=[one for one in page.recipients if one.to_agency_id is None],
        issue_by=issue_by,
        issue_latest=issue_deadline(issue_by) if issue_by else None,
        orders=orders,
        entries=entries,
        entry_filters=filters_of(entries),
        replacements=[
            (one.id, f"{one.symbol} · {one.subject[:90]}")
            for one in (queries.recently_issued(by, but=document_id) if orders["recall"] else [])
        ],
        program=program,
        unfinished=unfinished_issue(page.document) if orders["issue"] else None,
        appendix_count=len(appendices_to_sign(page.document)) if program else 0,
        **_issuing(page, orders, at),
        **_list(request),
    )
    return let_talk(answer) if program else answer


def _orders(by: Actor, page: DocumentPage) -> dict[str, bool]:
    """Which orders the page offers here: by the state, and by the same roles as access.py."""
    state = page.document.state
    return {
        "number": state == "signed" and "number" in page.orders,
        "issue": state == "numbered" and "issue" in page.orders,
        "return": state == "signed" and "return" in page.orders,
        "recipients": state in {"signed", "numbered"} and by.has(CLERK),
        "recall": state == "issued" and "recall" in page.orders,
        "file": state in {"issued", "recalled", "replaced"} and "file" in page.orders,
        "copy": state in {"issued", "replaced"} and "copy" in page.orders,
    }


def _issuing(page: DocumentPage, orders: dict[str, bool], at: datetime) -> dict[str, Any]:
    """What the clerk is shown before numbering and issuing: the number, and what will happen."""
    if not (orders["number"] or orders["issue"]):
        return {"next_number": None, "refused": None, "sends": []}
    day = clock.local(at).date()
    number, refused = None, None
    if orders["number"]:
        try:
            number = queries.next_number(page.document, day)
        except Refusal as refusal:
            refused = refusal
    return {"next_number": number, "refused": refused, "sends": issue_sentences(page, day)}


def issue_sentences(page: DocumentPage, day: date) -> list[str]:
    """What an issue will do, in the words of the confirmation (QC.11.4)."""
    agencies = sum(1 for one in page.recipients if one.to_agency_id is not None)
    paper = may_send_paper(
        page.document.type_code,
        Addressee.PROVINCE_AGENCY,
        on=page.document.issued_on or day,
        is_signed_and_sent=True,
        can_receive=True,
        rules=(),
    )
    how = "kèm văn bản giấy theo danh mục" if paper.value else "không gửi bản giấy"
    sentences = [f"Phát hành tới {agencies} cơ quan, {how}"] if agencies else []
    outside = len(page.recipients) - agencies
    if outside:
        sentences.append(f"{outside} nơi nhận ngoài Hệ thống: văn thư gửi theo đường khác")
    return sentences


def _issue_by(page: DocumentPage, at: datetime) -> Any:
    """By when it has to leave: the finding kept with the issue, else the one of now."""
    if page.issue is not None and page.issue.deadline_finding:
        return page.issue.deadline_finding
    signed = [one.at for one in page.signings if one.part == "person" and not one.voided_at]
    if not signed or page.document.state not in {"signed", "numbered"}:
        return None
    calendar = orgs.working_calendar(page.document.agency_id, at)
    return deadlines.issue_by(signed[-1], Priority(page.document.urgency), calendar)


def issue_deadline(finding: Any) -> datetime:
    """The latest moment of an issue, of a finding or of its kept form."""
    value = finding["value"]["latest"] if isinstance(finding, dict) else finding.value.latest
    return datetime.fromisoformat(value) if isinstance(value, str) else value


def _moments(finding: Any) -> list[TimelineEntry]:
    if finding is None:
        return []
    latest = issue_deadline(finding)
    return [TimelineEntry("td-han", latest, "Hạn phát hành", "clock", why=finding)]


def _list(request: HttpRequest) -> dict[str, Any]:
    by, at = request.actor, clock.now()
    wanted = _filter(request)
    page = queries.outgoing_documents(by, wanted, request.GET.get("sau", ""))
    counts = queries.tab_counts(by)
    calendar = orgs.working_calendar(by.agency_id or 0, at)
    issued = [row.id for row in page.rows if row.issued_at is not None]
    tallies = tallies_of(issued, by.agency_id or 0) if issued else {}
    kept = {key: value for key, value in request.GET.items() if key not in {"tab", "sau"} and value}
    return {
        "rows": [(row, _deadline(row, at, calendar), tallies.get(row.id)) for row in page.rows],
        "wanted": wanted,
        "address": reverse("outgoing"),
        "query": urlencode({**kept, **({"tab": wanted.tab} if wanted.tab else {})}),
        "next_query": urlencode({**kept, "tab": wanted.tab, "sau": page.next_key})
        if page.next_key
        else "",
        "tabs": _tabs(wanted.tab, counts, kept),
        "types": [(kind.code, kind.name) for kind in types_on(clock.today())],
        "urgencies": Urgency.choices,
        "on_the_way": ON_THE_WAY,
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


def _deadline(
    row: OutgoingRow, at: datetime, calendar: WorkingCalendar
) -> dict[str, object] | None:
    """A signed document has to leave the same day, at the latest the next working morning."""
    if row.signed_at is None or row.state not in {"signed", "numbered"}:
        return None
    latest = deadlines.issue_by(row.signed_at, Priority(row.urgency), calendar).value.latest
    left = deadlines.time_left(latest, at, calendar).value
    return deadline_words(latest, left, calendar, at)


def _filter(request: HttpRequest) -> OutgoingFilter:
    given = request.GET
    return OutgoingFilter(
        tab=given.get("tab", "") if given.get("tab") in TABS else "",
        urgency=int(given["khan"]) if given.get("khan") in KNOWN_URGENCIES else None,
        from_day=read_filter_day(given.get("tu", "")),
        to_day=read_filter_day(given.get("den", "")),
        type_code=given.get("loai", ""),
        symbol=given.get("so", ""),
    )

"""Sự cố: what waits and how it ended, one incident with its steps, officers, words to watch."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.incidents import access, queries
from congvu.incidents.add_note import add_note
from congvu.incidents.appoint_officer import appoint_officer
from congvu.incidents.close import close_incident
from congvu.incidents.models import Incident
from congvu.incidents.note_secret import ENTRANCES
from congvu.incidents.report import report_incident
from congvu.incidents.take import take_incident
from congvu.incidents.watch_words import add_watch_word, end_watch_word, may_edit
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, INSPECTOR
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import done, show
from congvu.web.environment import day
from congvu.web.shell.doors import admins_too, needs

TONES = {"open": "error", "in_hand": "active", "closed": "valid"}


@admins_too
@needs()
@require_GET
def incidents(request: HttpRequest) -> HttpResponse:
    """The list, whom to tell, and for an inspector the numbers of every agency."""
    by = request.actor
    is_open = request.GET.get("xong") != "1"
    tabs = [
        {"label": "Chờ xử lý, đang xử lý", "href": "?", "current": is_open},
        {"label": "Đã kết thúc", "href": "?xong=1", "current": not is_open},
    ]
    return show(
        request,
        "desk/incidents/list.html",
        title="Sự cố",
        active="incidents",
        rows=queries.incidents_for(by, is_open=is_open),
        is_open=is_open,
        tabs=tabs,
        tones=TONES,
        officers=_officer_rows(request),
        kinds=Incident.Kind.choices,
        may_appoint=access.may_appoint(by),
        may_watch=may_edit(by, clock.now()),
        may_see_files=by.has(AGENCY_ADMIN, CLERK),
        counts=_count_rows() if by.has(INSPECTOR) else [],
    )


def _officer_rows(request: HttpRequest) -> list[dict[str, str]]:
    found = queries.officers_of(request.actor.agency_id or 0, clock.today())
    return [
        {
            "kind": one.label[0].upper() + one.label[1:],
            "who": f"{one.name}, {one.title}" if one.name else "chưa có người đứng đầu",
            "basis": f"{one.basis}, từ {day(one.since)}"
            if one.since
            else "người đứng đầu (chưa cử ai)",
        }
        for one in found
    ]


def _count_rows() -> list[dict[str, object]]:
    return [
        {
            "agency": one.agency_name,
            "kind": one.kind_label,
            "open": one.open,
            "in_hand": one.in_hand,
            "closed": one.closed,
        }
        for one in queries.counts_of_all()
    ]


@admins_too
@needs()
@require_GET
def incident(request: HttpRequest, incident_id: int) -> HttpResponse:
    """One incident: what is known, what was done, what can be done."""
    by = request.actor
    row = access.incident_for(by, incident_id)
    shown = queries.incidents_for(by, incident_id=incident_id)[0]
    handles = access.is_concerned(by, row)
    return show(
        request,
        "desk/incidents/incident.html",
        title=f"Sự cố số {incident_id}",
        active="incidents",
        incident=shown,
        tone=TONES[shown.state],
        facts=_known(shown),
        steps=queries.steps_of(incident_id),
        orders={
            "take": handles and shown.state == "open",
            "note": handles and shown.state != "closed",
            "close": handles and shown.state != "closed",
        },
        is_secret=shown.kind == Incident.Kind.STATE_SECRET,
    )


def _known(shown: queries.IncidentRow) -> list[tuple[str, Any]]:
    """What the facts say, in words; nothing of what caused the incident is among them."""
    words = {
        "entrance": ("Xảy ra", ENTRANCES.get(str(shown.facts.get("entrance")), "")),
        "malware": ("Mã độc", shown.facts.get("malware")),
        "level": ("Độ mật bị nghi", shown.facts.get("level")),
        "places": ("Dấu hiệu ở", ", ".join(map(str, shown.facts.get("places") or []))),
        "rules": ("Quy tắc phát hiện", ", ".join(map(str, shown.facts.get("rules") or []))),
    }
    return [pair for key, pair in words.items() if key in shown.facts and pair[1]]


@admins_too
@needs()
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Báo sự cố."""
    reported = report_incident(
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã báo sự cố tới người phụ trách.", "incident", reported.id)


@admins_too
@needs()
@require_POST
def take(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Nhận xử lý."""
    take_incident(incident_id=incident_id, by=request.actor, at=clock.now())
    return done(request, "Ông/Bà đã nhận xử lý sự cố.", "incident", incident_id)


@admins_too
@needs()
@require_POST
def note(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Ghi bước xử lý."""
    text = request.POST.get("text", "")
    add_note(incident_id=incident_id, text=text, by=request.actor, at=clock.now())
    return done(request, "Đã ghi bước xử lý.", "incident", incident_id)


@admins_too
@needs()
@require_POST
def close(request: HttpRequest, incident_id: int) -> HttpResponse:
    """Kết thúc sự cố."""
    outcome = request.POST.get("text", "")
    close_incident(incident_id=incident_id, outcome=outcome, by=request.actor, at=clock.now())
    return done(request, "Đã kết thúc sự cố.", "incident", incident_id)


@admins_too
@needs()
@require_http_methods(["GET", "POST"])
def officers(request: HttpRequest) -> HttpResponse:
    """Người phụ trách sự cố: who they are, and the form to appoint another."""
    refuse_unless(access.may_appoint(request.actor), "incidents.E015")
    if request.method == "POST":
        request.show_again = lambda said: _officers_page(request, said)
        typed = request.POST
        appoint_officer(
            kind=typed.get("kind", ""),
            posting_id=read_id(typed.get("posting", "")),
            basis=typed.get("basis", ""),
            valid_from=read_day(typed.get("valid_from", ""), field="valid_from") or clock.today(),
            by=request.actor,
            at=clock.now(),
        )
        return done(request, "Đã cử người phụ trách.", "incident_officers")
    return _officers_page(request)


def _officers_page(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    people = orgs.people_of_agency(request.actor.agency_id, clock.today())
    return show(
        request,
        "desk/incidents/officers.html",
        title="Người phụ trách sự cố",
        active="incidents",
        status=422 if error else 200,
        typed=request.POST,
        error=error,
        officers=_officer_rows(request),
        kinds=Incident.Kind.choices,
        people=[(one.posting_id, f"{one.full_name}, {one.title}") for one in people],
    )


@admins_too
@needs()
@require_http_methods(["GET", "POST"])
def words(request: HttpRequest) -> HttpResponse:
    """Từ ngữ cần xem xét: the agency's own list, for its officer."""
    by, at = request.actor, clock.now()
    refuse_unless(may_edit(by, at), "incidents.E015")
    if request.method == "POST":
        request.show_again = lambda said: _words_page(request, said)
        add_watch_word(word=request.POST.get("word", ""), by=by, at=at)
        return done(request, "Đã thêm từ ngữ.", "watch_words")
    return _words_page(request)


def _words_page(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    return show(
        request,
        "desk/incidents/words.html",
        title="Từ ngữ cần xem xét",
        active="incidents",
        status=422 if error else 200,
        typed=request.POST,
        error=error,
        rows=queries.watch_word_rows(request.actor.agency_id, clock.today()),
    )


@admins_too
@needs()
@require_POST
def end_word(request: HttpRequest, word_id: int) -> HttpResponse:
    """Bỏ từ ngữ."""
    end_watch_word(word_id=word_id, by=request.actor, at=clock.now())
    return done(request, "Đã bỏ từ ngữ khỏi danh mục.", "watch_words")

"""Dự thảo: the list, and the one screen on which a draft begins."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from congvu.documents import access
from congvu.documents.drafting.start import start_draft
from congvu.documents.models import Document
from congvu.documents.queries import draft_lists as queries
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.document_types import document_type
from congvu.web.desk.days import read_day
from congvu.web.desk.draft_form import (
    EMPTY,
    form_choices,
    number_or_none,
    signer_options,
    type_options,
    typed_co_signers,
    typed_content,
    typed_recipients,
    typed_values,
)
from congvu.web.desk.frame import DRAFTERS, done, show
from congvu.web.desk.recipients import picker_choices
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks


@needs()
@require_GET
def drafts(request: HttpRequest) -> HttpResponse:
    """The list alone."""
    return show(
        request,
        "desk/drafts/list.html",
        title="Dự thảo",
        active="drafts",
        fit=True,
        split={"name": "du-thao", "showing": "list", "side": False},
        **draft_list(request),
    )


def draft_list(request: HttpRequest) -> dict[str, Any]:
    """What the list pane shows, alone or beside a draft."""
    by, at = request.actor, clock.now()
    tab = request.GET.get("tab", "")
    tab = tab if tab in queries.TABS else ""
    postings = postings_for(by, at)
    page = queries.drafts(by, tab, postings, request.GET.get("sau", ""))
    counts = queries.tab_counts(by, postings)
    views = [{"label": "Tất cả", "href": "?", "current": not tab}]
    for key, (label, _) in queries.TABS.items():
        views.append(
            {
                "label": label,
                "href": "?" + urlencode({"tab": key}),
                "current": key == tab,
                "count": counts.get(key) or None,
            }
        )
    return {
        "rows": page.rows,
        "tabs": views,
        "type_names": {row.type_code: document_type(row.type_code).name for row in page.rows},
        "list_query": urlencode({"tab": tab}) if tab else "",
        "next_query": urlencode({"tab": tab, "sau": page.next_key}) if page.next_key else "",
    }


def postings_for(by: Actor, at: datetime) -> list[int]:
    """Whose work this official does now: the own posting, and absent holders it stands in for."""
    absent = orgs.substituted_by(by.posting_id, at) if by.posting_id else []
    return [*([by.posting_id] if by.posting_id else []), *(one.posting_id for one in absent)]


@reads_marks
@needs(*DRAFTERS)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Soạn văn bản: heading and recipients on one screen; the text follows in the editor."""
    by, at = request.actor, clock.now()
    answers = number_or_none(request.GET.get("tra-loi", ""))
    replaces = number_or_none(request.GET.get("thay-the", ""))
    error: Refusal | None = None
    if request.method == "POST":
        values = typed_values(request.POST)
        try:
            document = _start(values, by, at, answers, replaces)
            return done(request, "Đã lập dự thảo. Hãy soạn nội dung.", "draft", document.id)
        except Refusal as refusal:
            error = refusal
    else:
        values, sources = _prefilled(by, at, answers, replaces)
    return show(
        request,
        "desk/drafts/start.html",
        title="Soạn văn bản",
        active="drafts",
        status=422 if error else 200,
        values=values,
        sources=sources if request.method == "GET" else {},
        error=error,
        types=type_options(clock.local(at).date()),
        answers=answers,
        **form_choices(by, values["type_code"], at),
        **picker_choices(by, at),
    )


def _start(
    values: dict[str, Any], by: Actor, at: datetime, answers: int | None, replaces: int | None
) -> Document:
    return start_draft(
        type_code=values["type_code"],
        subject=values["subject"],
        content=typed_content(values),
        by=by,
        at=at,
        recipients=typed_recipients(values),
        signer_posting_id=number_or_none(values["signer"]),
        co_signers=typed_co_signers(values),
        urgency=number_or_none(values["urgency"]) or 0,
        in_force_on=read_day(values["in_force_on"], field="in_force_on"),
        reply_to_arrival_id=answers,
        replaces_document_id=replaces,
        is_declared_open=values["declared"] == "1",
    )


def _prefilled(
    by: Actor, at: datetime, answers: int | None, replaces: int | None
) -> tuple[dict[str, Any], dict[str, str]]:
    """The fields that are known already, and where each was taken from."""
    values = dict(EMPTY)
    signers = signer_options(by, values["type_code"], clock.local(at).date())
    values["signer"] = str(signers[0][0]) if signers else ""
    if answers is not None:
        return _answering(values, by, answers)
    if replaces is not None:
        older = access.document_for(by, replaces, to="read")
        values |= {"type_code": older.type_code, "subject": older.subject}
        values["to"] = list(
            older.recipients.filter(to_agency__isnull=False).values_list("to_agency_id", flat=True)
        )
        return values, {"subject": f"Lấy từ {older.symbol}", "to": f"Như {older.symbol}"}
    return values, {}


def _answering(
    values: dict[str, Any], by: Actor, arrival_id: int
) -> tuple[dict[str, Any], dict[str, str]]:
    arrival = access.arrival_for(by, arrival_id, to="read")
    asked = arrival.document
    kind = document_type(asked.type_code).name
    named = f"{kind} số {asked.symbol}" if asked.symbol else f"{kind.lower()} {asked.subject}"
    dated = f" ngày {asked.issued_on:%d/%m/%Y}" if asked.issued_on else ""
    values |= {
        "subject": f"trả lời {named}{dated} của {asked.issuer_name or arrival.sender_name}",
        "urgency": str(asked.urgency),
        "addressees": asked.issuer_name or arrival.sender_name,
    }
    if asked.agency_id != by.agency_id:
        values["to"] = [asked.agency_id]
    else:
        values["names"] = arrival.sender_name
    source = f"Lấy từ văn bản đến {asked.symbol}".strip()
    return values, dict.fromkeys(("subject", "urgency", "addressees", "to"), source)


@needs(*DRAFTERS)
@require_GET
def signers(request: HttpRequest) -> HttpResponse:
    """The fields that depend on the type, after another type was chosen."""
    code = request.GET.get("type_code", "")
    values = {
        **EMPTY,
        **{name: request.GET.get(name, "") for name in ("addressees", "signer")},
        "co_signers": typed_values(request.GET)["co_signers"],
    }
    return render(
        request,
        "desk/drafts/by_type.html",
        {
            "values": {**values, "in_force_on": request.GET.get("in_force_on", "")},
            "sources": {},
            "error": None,
            **form_choices(request.actor, code, clock.now()),
        },
    )

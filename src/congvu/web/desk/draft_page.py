"""One draft: its editor for who may change it, the print with the orders for everybody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from congvu.documents.drafting.autosave import stamp
from congvu.documents.drafting.check_draft import EDITABLE, is_editor
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.models import Attachment
from congvu.documents.queries.document import DocumentPage, SubmissionRow, document_page
from congvu.documents.queries.draft_lists import autosave_of
from congvu.documents.states import DocumentState
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, UNIT_HEAD, Actor
from congvu.web.desk.days import read_day
from congvu.web.desk.document_view import document_view
from congvu.web.desk.draft_conflict import CONFLICTS, conflict_of
from congvu.web.desk.draft_form import (
    form_choices,
    number_or_none,
    saved_values,
    typed_co_signers,
    typed_content,
    typed_values,
)
from congvu.web.desk.drafts import draft_list, postings_for
from congvu.web.desk.frame import DRAFTERS, done, show
from congvu.web.desk.incoming import people_by_unit
from congvu.web.desk.timeline import filters_of, timeline_of
from congvu.web.environment import size
from congvu.web.shell.doors import needs
from congvu.web.shell.typed_secrets import reads_marks

DRAFT_STATES = frozenset(
    {
        DocumentState.DRAFTING,
        DocumentState.SENT_BACK,
        DocumentState.IN_REVIEW,
        DocumentState.APPROVED,
        DocumentState.CANCELLED,
    }
)


@needs()
@require_GET
def draft(request: HttpRequest, document_id: int) -> HttpResponse:
    """One draft; from the signature on its page is the one of outgoing documents."""
    by = request.actor
    page = document_page(by, document_id)
    document = page.document
    if document.state not in DRAFT_STATES or document.symbol:
        return redirect(reverse("outgoing_document", args=[document_id]))
    if document.state in EDITABLE and is_editor(document, by):
        return show_editor(request, page)
    return show_draft(request, page)


@reads_marks
@needs(*DRAFTERS)
@require_http_methods(["POST"])
def save(request: HttpRequest, document_id: int) -> HttpResponse:
    """Lưu phiên bản: a new version, or the page again with both texts."""
    by, at = request.actor, clock.now()
    values = typed_values(request.POST)
    ordinal, known = version_typed(request.POST.get("version", ""))
    try:
        version = revise_draft(
            document_id=document_id,
            base_ordinal=ordinal,
            content=typed_content(values),
            by=by,
            at=at,
            subject=values["subject"],
            signer_posting_id=number_or_none(values["signer"]),
            co_signers=typed_co_signers(values),
            urgency=number_or_none(values["urgency"]),
            in_force_on=read_day(values["in_force_on"], field="in_force_on"),
            note=values["note"],
            is_declared_open=values["declared"] == "1",
            replacing=known,
        )
    except Refusal as refusal:
        # Not handed on: the text was autosaved in this transaction and must stay (no roll-back).
        return show_editor(request, document_page(by, document_id), values=values, error=refusal)
    answer = done(request, f"Đã lưu phiên bản {version.ordinal}.", "draft", document_id)
    answer["Location"] += "?" + urlencode({"da-luu": request.POST.get("version", "")})
    return answer


def version_typed(text: str) -> tuple[int, str | None]:
    """What the form knows: "3@2022-02-14T..." is version 3 and the stamp of its autosave."""
    ordinal, mark, known = text.partition("@")
    return number_or_none(ordinal) or 0, known if mark else None


def show_editor(
    request: HttpRequest,
    page: DocumentPage,
    *,
    values: dict[str, Any] | None = None,
    error: Refusal | None = None,
) -> HttpResponse:
    """The editor with what was typed, else with the autosave, else with the newest version."""
    by, at = request.actor, clock.now()
    autosave = autosave_of(by, page.document.id)
    typed_on = autosave.base_ordinal if autosave else page.newest_version
    conflict = None
    if error is not None and error.code in CONFLICTS:
        conflict = conflict_of(page, autosave if error.code == "documents.E133" else None, values)
    elif values is None and typed_on < page.newest_version:
        values = saved_values(page, autosave)
        conflict = conflict_of(page, None, values)
    values = values or saved_values(page, autosave)
    return show(
        request,
        "desk/drafts/edit.html",
        title=page.document.subject,
        active="drafts",
        fit=True,
        status=422 if error else 200,
        split={
            "name": "soan-thao",
            "showing": "document",
            "list": False,
            "document_label": "Soạn thảo",
            "side_label": "Bản in",
        },
        values=values,
        version=f"{page.newest_version}@{stamp(autosave)}",
        arrived=request.GET.get("da-luu", ""),
        autosave=autosave if error is None else None,
        conflict=conflict,
        error=error if conflict is None else None,
        reviewers=_reviewers(by, at),
        form_reviewers=_reviewers(by, at, form=True),
        sources={},
        **form_choices(by, page.document.type_code, at),
        **_around(request, page, at),
    )


def show_draft(request: HttpRequest, page: DocumentPage) -> HttpResponse:
    """The print of the draft, the road it goes, and what waits for this person."""
    by, at = request.actor, clock.now()
    document = page.document
    waits = waiting_for(page, postings_for(by, at))
    if waits is not None and waits.purpose == "signature":
        return redirect(reverse("sign", args=[document.id]))
    return show(
        request,
        "desk/drafts/read.html",
        title=document.subject,
        active="drafts",
        fit=True,
        split={"name": "du-thao", "showing": "document"},
        view=document_view(by, document.id) if document.base_file else None,
        waits=waits,
        may_take_back=is_editor(document, by) and document.state in {"in_review", "approved"},
        **_around(request, page, at),
        **draft_list(request),
    )


def waiting_for(page: DocumentPage, postings: list[int]) -> SubmissionRow | None:
    """The open submission to one of these postings."""
    return next(
        (one for one in page.submissions if one.is_open and one.to_posting_id in postings), None
    )


def _around(request: HttpRequest, page: DocumentPage, at: datetime) -> dict[str, Any]:
    """What stands beside a draft, whoever looks at it."""
    by = request.actor
    entries = timeline_of(by, page.document.id, None)
    sent_back = [one for one in page.submissions if one.decision == "sent_back"]
    return {
        "draft_page": page,
        "document": page.document,
        "entries": entries,
        "entry_filters": filters_of(entries),
        "files": attachment_files(page),
        "sent_back": sent_back[-1] if sent_back and page.document.state == "sent_back" else None,
        "people": people_by_unit(by, at),
        "can_edit": page.document.state in EDITABLE and is_editor(page.document, by),
        "signer": orgs.posting(page.document.signer_id) if page.document.signer_id else None,
    }


def attachment_files(page: DocumentPage) -> list[dict[str, Any]]:
    """The files of the draft as the file list takes them."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "size": size(one.size),
            "kind": one.part_label,
            "url": reverse("attachment_file", args=[page.document.id, one.id]) + "?tai=1",
        }
        for one in page.attachments
        if one.part != Attachment.Part.MAIN
    ]


def _reviewers(by: Actor, at: datetime, *, form: bool = False) -> list[tuple[int, str]]:
    """Who may check the content (leaders, unit heads) or the form (clerks too), not oneself."""
    roles = (CLERK, UNIT_HEAD, LEADER) if form else (UNIT_HEAD, LEADER)
    people = orgs.people_of_agency(by.agency_id or 0, clock.local(at).date())
    fit = [one for one in people if one.has(*roles) and one.person_id != by.person_id]
    own_unit_first = sorted(fit, key=lambda one: one.unit_id != by.unit_id)
    ordered = sorted(fit, key=lambda one: not one.has(CLERK)) if form else own_unit_first
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in ordered]

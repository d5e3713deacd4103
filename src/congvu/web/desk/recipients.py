"""Nơi nhận: choosing among the agencies of the province and names outside, with quick choices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from congvu.documents.drafting.set_recipients import set_recipients
from congvu.documents.models import Recipient
from congvu.documents.queries.document import document_page
from congvu.documents.queries.outgoing_lists import recipients_of_last_issue
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor, RecipientGroup
from congvu.web.desk.draft_form import EMPTY, recipient_values, typed_recipients, typed_values
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

MANY = 3


def picker_choices(by: Actor, at: datetime) -> dict[str, Any]:
    """The groups of the picker, without ourselves, and the quick choices above it."""
    groups = [
        _without(group, by.agency_id) for group in orgs.recipient_groups(clock.local(at).date())
    ]
    groups = [group for group in groups if group.agencies]
    presets = [
        {"label": group.name, "ids": [one.id for one in group.agencies]}
        for group in groups
        if len(group.agencies) >= MANY
    ]
    last = recipients_of_last_issue(by)
    if last:
        presets.append({"label": "Như văn bản phát hành gần nhất", "ids": last})
    return {"recipient_groups": groups, "presets": presets}


def _without(group: RecipientGroup, agency_id: int | None) -> RecipientGroup:
    return RecipientGroup(
        group.name,
        tuple(one for one in group.agencies if one.id != agency_id),
        tuple(_without(part, agency_id) for part in group.parts),
    )


@needs(OFFICIAL, UNIT_HEAD, LEADER, CLERK)
@require_http_methods(["GET", "POST"])
def recipients(request: HttpRequest, document_id: int) -> HttpResponse:
    """The page of the recipients of one document, before it is issued."""
    by, at = request.actor, clock.now()
    page = document_page(by, document_id)
    is_draft = not page.signings
    values = {**EMPTY, **recipient_values(page.recipients)}
    error: Refusal | None = None
    if request.method == "POST":
        values = typed_values(request.POST)
        try:
            rows = set_recipients(
                document_id=document_id, recipients=typed_recipients(values), by=by, at=at
            )
            back = "draft" if is_draft else "outgoing_document"
            return done(request, _said(rows), back, document_id)
        except Refusal as refusal:
            error = refusal
    return show(
        request,
        "desk/outgoing/recipients.html",
        title="Nơi nhận",
        active="drafts" if is_draft else "outgoing",
        status=422 if error else 200,
        document=page.document,
        is_draft=is_draft,
        values=values,
        error=error,
        **picker_choices(by, at),
    )


def _said(rows: list[Recipient]) -> str:
    return f"Đã chọn {len(rows)} nơi nhận." if rows else "Đã bỏ hết nơi nhận."

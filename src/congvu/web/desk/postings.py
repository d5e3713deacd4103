"""The posting switch of the top bar, for people who hold more than one post."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from congvu.accounts.queries import posting_choices
from congvu.accounts.types import Visit
from congvu.kit import clock


def posting_menu(request: HttpRequest) -> list[dict[str, Any]]:
    """The entries of the switch; empty (and no query) for whoever holds one post only."""
    visit: Visit = request.session_row
    if visit.posting_count < 2:
        return []
    return [
        {
            "label": choice.title,
            "note": ", ".join(part for part in (choice.unit_name, choice.agency_name) if part),
            "url": reverse("switch_posting", args=[choice.posting_id]),
            "current": choice.posting_id == visit.who.posting_id,
        }
        for choice in posting_choices(visit.who.person_id, visit.kind, clock.now())
    ]

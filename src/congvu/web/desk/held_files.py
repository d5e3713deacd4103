"""Tệp chờ quét mã độc: what waits or is infected in the own agency, and what to do."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from congvu.documents.queries.held_files import held_files
from congvu.orgs.types import AGENCY_ADMIN, CLERK
from congvu.web.desk.frame import show
from congvu.web.environment import moment, size
from congvu.web.shell.doors import needs


@needs(CLERK, AGENCY_ADMIN)
@require_GET
def held(request: HttpRequest) -> HttpResponse:
    """The list; nothing here opens a file."""
    rows = [
        {
            "name": one.name,
            "place": one.place,
            "by": one.by_name,
            "at": moment(one.at),
            "size": size(one.size),
            "state": "Có mã độc" if one.is_infected else "Chờ quét",
        }
        for one in held_files(request.actor)
    ]
    return show(
        request,
        "desk/incidents/held_files.html",
        title="Tệp chờ quét mã độc",
        active="incidents",
        rows=rows,
        has_infected=any(row["state"] == "Có mã độc" for row in rows),
        has_scanner=bool(settings.CLAMD),
    )

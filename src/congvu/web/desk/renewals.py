"""Gia hạn dấu thời gian: which signed files fall due, and renewing one now."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.documents.queries.document import ids_by_issued_file
from congvu.kit import clock
from congvu.orgs.types import ARCHIVIST, CLERK, SYSTEM_ADMIN, Actor
from congvu.signing import queries as signing
from congvu.signing.queries import KeptFile
from congvu.signing.renew import LEAD, renew_stamp
from congvu.signing.types import Act
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import done, show
from congvu.web.environment import day
from congvu.web.shell.doors import needs

KEEPERS = (CLERK, ARCHIVIST, SYSTEM_ADMIN)
PAGE = 50
ALL, DUE = "tat-ca", "den-han"
ACT_WORDS = {
    Act.SEALED: "Văn bản đi",
    Act.APPENDIX_SIGNED: "Phụ lục",
    Act.COPY_SIGNED: "Bản sao",
    Act.ARRIVAL_STAMPED: "Văn bản đến có dấu đến",
}


@needs(*KEEPERS)
@require_GET
def renewals(request: HttpRequest) -> HttpResponse:
    """The signed files of the agency, those that fall due first."""
    by, at = request.actor, clock.now()
    only_due = request.GET.get("xem") != ALL
    page = max(1, number_or_none(request.GET.get("trang", "")) or 1)
    found = signing.kept_files(
        by.agency_id or 0,
        due_by=at + LEAD,
        only_due=only_due,
        offset=(page - 1) * PAGE,
        limit=PAGE,
    )
    address = reverse("renewals")
    count = found.due if only_due else found.total
    view = DUE if only_due else ALL
    return show(
        request,
        "desk/renewals.html",
        title="Gia hạn dấu thời gian",
        active="renewals",
        rows=_rows(by, found.rows),
        only_due=only_due,
        due=found.due,
        total=found.total,
        tabs=[
            {"label": "Đến hạn", "href": address, "count": found.due, "current": only_due},
            {
                "label": "Tất cả",
                "href": f"{address}?xem={ALL}",
                "count": found.total,
                "current": not only_due,
            },
        ],
        note=f"Trang {page}" if count > PAGE else "",
        previous=f"{address}?xem={view}&trang={page - 1}" if page > 1 else "",
        next=f"{address}?xem={view}&trang={page + 1}" if count > page * PAGE else "",
    )


@needs(*KEEPERS)
@require_POST
def renew(request: HttpRequest, version_id: int) -> HttpResponse:
    """Renew one file now; the night does the others."""
    by, at = request.actor, clock.now()
    original = signing.original_of_version(version_id, by.agency_id or 0)
    version = renew_stamp(original=original, at=at, by=by)
    said = f"Đã gia hạn; chữ ký kiểm tra được đến {day(version.holds_until)}."
    return done(request, said, "renewals")


def _rows(by: Actor, files: list[KeptFile]) -> list[dict[str, Any]]:
    """What the table shows; who may not see content sees no way to it."""
    sees_content = by.has(CLERK) or by.has(ARCHIVIST)
    ids = ids_by_issued_file(by, [one.original for one in files]) if sees_content else {}
    return [
        {
            "kind": ACT_WORDS.get(one.act, "Tệp đã ký"),
            "words": one.words,
            "href": reverse("outgoing_document", args=[ids[one.original]])
            if one.original in ids
            else "",
            "signed_at": one.signed_at,
            "level": one.level_words,
            "level_note": one.level_note,
            "until": one.holds_until,
            "ends_by": one.ends_by_words,
            "renewals": one.renewals,
            "is_due": one.is_due,
            "version_id": one.version_id,
        }
        for one in files
    ]

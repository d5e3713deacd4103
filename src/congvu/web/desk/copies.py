"""Bản sao văn bản: the list, one copy with its file and signature, the page that asks for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from congvu.documents import access
from congvu.documents.copies.ask_copy import Wanted, ask_for_copy, original_of_document
from congvu.documents.copies.competence import right_to_copy
from congvu.documents.copies.compose_copy import Original
from congvu.documents.models import Arrival, Document, DocumentCopy
from congvu.documents.queries import copies as queries
from congvu.documents.queries.copies import TABS, CopyRow
from congvu.documents.types import MOST_LINE_LETTERS
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refusal
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor
from congvu.rules.copies import COPY_NAMES, CopyKind, Medium, lawful_ways
from congvu.rules.document_types import document_type
from congvu.signing import queries as signing
from congvu.web.desk.document_view import HEIGHT, WIDTH, document_view
from congvu.web.desk.frame import done, show
from congvu.web.desk.plugin_agency import program_of_agency
from congvu.web.shell.doors import needs
from congvu.web.shell.plugin import let_talk
from congvu.web.shell.signature_cards import signature_card

STAFF = (CLERK, LEADER, UNIT_HEAD, OFFICIAL, ARCHIVIST)
TONES = {"asked": "due", "allowed": "due", "made": "valid", "refused": "paused"}
WAITING = frozenset({"asked", "allowed"})
TARGETS = {
    Medium.ELECTRONIC: ("bản sao điện tử", "Cơ quan ký số ở góc trên, bên phải trang đầu."),
    Medium.PAPER: ("bản sao giấy", "Hệ thống in kèm phần kết thúc để ký tay, đóng dấu."),
}
SOURCES = {
    Medium.PAPER: "văn bản giấy đã quét",
    Medium.ELECTRONIC: "tệp văn bản điện tử",
}
EMPTY = {"way": "", "pages": "", "extracted": "", "purpose": ""}


# --- The list -------------------------------------------------------------------------------------


@needs(*STAFF)
@require_GET
def copies(request: HttpRequest) -> HttpResponse:
    """The list alone."""
    return show(
        request,
        "desk/copies/list.html",
        title="Bản sao văn bản",
        active="copies",
        fit=True,
        split={"name": "ban-sao", "showing": "list", "side": False},
        **_list(request),
    )


def _list(request: HttpRequest) -> dict[str, Any]:
    by = request.actor
    tab = request.GET.get("tab", "")
    tab = tab if tab in TABS else ""
    page = queries.copies(by, tab, request.GET.get("sau", ""))
    counts = queries.tab_counts(by)
    views = [{"label": "Tất cả", "href": "?", "current": not tab}]
    for key, (label, _) in TABS.items():
        views.append(
            {
                "label": label,
                "href": "?" + urlencode({"tab": key}),
                "current": key == tab,
                "count": counts[key] or None,
            }
        )
    return {
        "rows": page.rows,
        "tabs": views,
        "tones": TONES,
        "list_query": urlencode({"tab": tab}) if tab else "",
        "next_query": urlencode({"tab": tab, "sau": page.next_key}) if page.next_key else "",
        "may_set": by.has(LEADER, CLERK),
    }


# --- One copy -------------------------------------------------------------------------------------


@needs(*STAFF)
@require_GET
def copy(request: HttpRequest, copy_id: int) -> HttpResponse:
    """One copy: what was asked, what was decided, the file and its signature."""
    by, at = request.actor, clock.now()
    row = found_copy(by, copy_id)
    report = signing.newest_report(row.file) if row.file else None
    makes = row.state == "allowed" and by.has(CLERK)
    program = program_of_agency(by) if makes and row.target == Medium.ELECTRONIC else ""
    answer = show(
        request,
        "desk/copies/copy.html",
        title=row.symbol or f"{row.kind_label}: {row.subject}",
        active="copies",
        fit=True,
        split={"name": "ban-sao", "showing": "document"},
        row=row,
        tone=TONES[row.state],
        pages=copy_pages(row),
        source=document_view(by, row.document_id) if row.state in WAITING else None,
        source_url=source_url(row),
        report=report,
        cards=[signature_card(number, one) for number, one in enumerate(report.signatures)]
        if report
        else [],
        orders={
            "decide": row.state == "asked" and bool(right_to_copy(by, at)),
            "make": makes,
        },
        program=program,
        document=Document.objects.get(id=row.document_id),
        **_list(request),
    )
    return let_talk(answer) if program else answer


def found_copy(by: Actor, copy_id: int) -> CopyRow:
    """The copy, if the actor may see the document it is of; else "not found"."""
    row = queries.copy_row(by, copy_id)
    if row is None:
        raise refusal("documents.E001")
    return row


def copy_pages(row: CopyRow) -> list[dict[str, Any]]:
    """The pages of the copy, once there is one."""
    return [
        {
            "url": reverse("copy_page", args=[row.id, number]) + f"?rong=2&b={row.file[:16]}",
            "thumb": reverse("copy_page", args=[row.id, number]) + f"?rong=0&b={row.file[:16]}",
            "width": WIDTH,
            "height": HEIGHT,
        }
        for number in range(1, (row.page_count or 0) + 1)
    ]


def source_url(row: CopyRow) -> str:
    """The page of the document that is copied."""
    if row.arrival_id is not None:
        return reverse("arrival", args=[row.arrival_id])
    return reverse("outgoing_document", args=[row.document_id])


def copies_around(by: Actor, document_id: int) -> list[tuple[CopyRow, list[dict[str, Any]]]]:
    """The copies of a document for its own page, each with its signature cards."""
    around = []
    rows = queries.copies_of_document(by, document_id)
    reports = signing.newest_reports([row.file for row in rows if row.file])
    for row in rows:
        cards = reports[row.file].signatures if row.file in reports else ()
        around.append(
            (row, [signature_card(row.id * 10 + place, one) for place, one in enumerate(cards)])
        )
    return around


# --- Asking for one -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """A copy that the law knows of this source, as a choice of the form."""

    value: str
    label: str
    help: str


@needs(*STAFF)
@require_http_methods(["GET", "POST"])
def ask_copy(request: HttpRequest, document_id: int) -> HttpResponse:
    """Sao văn bản: only the copies that are lawful from this source; pages for extracts."""
    by, at = request.actor, clock.now()
    document = access.document_for(by, document_id, to="copy")
    values, error = dict(EMPTY), None
    if request.method == "POST":
        values = {name: request.POST.get(name, "")[: MOST_LINE_LETTERS * 2] for name in EMPTY}
        try:
            asked = ask_for_copy(document_id=document_id, wanted=_wanted(values), by=by, at=at)
            return _after_asking(request, asked)
        except Refusal as refused:
            error = refused
    return _ask_page(request, document, values, error, at)


def _after_asking(request: HttpRequest, asked: DocumentCopy) -> HttpResponse:
    said = (
        "Đã quyết định sao; văn thư sẽ sao."
        if asked.state == DocumentCopy.State.ALLOWED
        else "Đã đề nghị sao; chờ người có thẩm quyền quyết định."
    )
    return done(request, said, "copy", asked.id)


def _ask_page(
    request: HttpRequest,
    document: Document,
    values: dict[str, str],
    error: Refusal | None,
    at: datetime,
) -> HttpResponse:
    by = request.actor
    arrival = Arrival.objects.filter(document=document, agency_id=by.agency_id).first()
    groups, original, barred = [], None, None
    try:
        original = original_of_document(document)
        groups = ways_from(document, original)
    except Refusal as refused:
        barred = refused
    return show(
        request,
        "desk/copies/ask.html",
        title="Sao văn bản",
        active="incoming" if arrival else "outgoing",
        status=422 if error else 200,
        document=document,
        kind_name=document_type(document.type_code).name if document.type_code else "Văn bản",
        back=reverse("arrival", args=[arrival.id])
        if arrival
        else reverse("outgoing_document", args=[document.id]),
        groups=groups,
        page_count=len(original.pages) if original else 0,
        signed_on=original.signed_on if original else 0,
        barred=barred,
        values=values,
        error=error if barred is None else None,
        decides=bool(right_to_copy(by, at)),
    )


def ways_from(document: Document, original: Original) -> list[tuple[str, list[Way]]]:
    """The lawful copies in groups, by what the document is: an original, or itself a "sao y"."""
    sources = [Medium.PAPER] if original.is_scan else [Medium.ELECTRONIC]
    if original.is_scan and _is_signed(document):
        sources.append(Medium.ELECTRONIC)
    groups = []
    for source in sources:
        groups.append(_group(source, is_full_copy=False))
        if document.origin != Document.Origin.OURS:
            groups.append(_group(source, is_full_copy=True))
    return groups


def _group(source: Medium, *, is_full_copy: bool) -> tuple[str, list[Way]]:
    what = "đây đã là một bản sao y" if is_full_copy else "đây là bản gốc, bản chính"
    ways = [
        Way(
            f"{kind}:{source}:{target}:{int(is_full_copy)}",
            f"{COPY_NAMES[kind]} → {TARGETS[target][0]}",
            TARGETS[target][1],
        )
        for kind, target in lawful_ways(source, source_is_full_copy=is_full_copy)
    ]
    return f"Từ {SOURCES[source]}; {what}", ways


def _is_signed(document: Document) -> bool:
    main = document.attachments.filter(part="main", removed_at=None).first()
    sha256 = document.file or (main.sha256 if main else "")
    report = signing.newest_report(sha256) if sha256 else None
    return bool(report and report.signatures)


def _wanted(values: dict[str, str]) -> Wanted:
    kind, source, target, is_full_copy = (*values["way"].split(":"), "", "", "", "")[:4]
    is_extract = kind == CopyKind.EXTRACT
    return Wanted(
        kind=kind,
        source=source,
        target=target,
        purpose=values["purpose"],
        pages=values["pages"] if is_extract else "",
        extracted=values["extracted"] if is_extract else "",
        source_is_full_copy=is_full_copy == "1",
    )

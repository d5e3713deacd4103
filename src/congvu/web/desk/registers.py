"""Sổ văn bản: the registers on the screen, their legal print, and numbers that are not issued."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.audit.write import write_entry
from congvu.documents.models import RegisterBook
from congvu.documents.queries import copies, incoming_register
from congvu.documents.queries import registers as queries
from congvu.documents.queries.copies import CopyRow
from congvu.documents.queries.incoming_register import IncomingRow
from congvu.documents.queries.registers import BookRow, RegisterRow
from congvu.documents.typeset_prints import (
    typeset_register_of_copies,
    typeset_register_of_incoming,
    typeset_register_of_outgoing,
)
from congvu.kit import clock
from congvu.kit.refusal import refusal
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, Actor
from congvu.rules.document_types import document_type
from congvu.web.desk.days import read_day
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import show
from congvu.web.environment import day, moment
from congvu.web.shell.doors import needs

KEEPERS = (CLERK, LEADER, ARCHIVIST)
MOST_ON_SCREEN = 200
OUT, IN = RegisterBook.Direction.OUTGOING, RegisterBook.Direction.INCOMING
COPIES = RegisterBook.Direction.COPIES
DIRECTIONS = {"di": OUT, "den": IN, "sao": COPIES}
COPY_COLUMNS = [
    {"key": "symbol", "label": "Số, ký hiệu bản sao", "kind": "symbol"},
    {"key": "on", "label": "Ngày sao", "kind": "nowrap"},
    {"key": "kind", "label": "Hình thức sao"},
    {"key": "subject", "label": "Văn bản được sao"},
    {"key": "pages", "label": "Trang được sao"},
    {"key": "purpose", "label": "Mục đích, nơi nhận"},
    {"key": "decided_by", "label": "Người quyết định"},
    {"key": "made_by", "label": "Người sao"},
    {"key": "page_count", "label": "Số trang", "kind": "num"},
]
OUTGOING_COLUMNS = [
    {"key": "symbol", "label": "Số, ký hiệu", "kind": "symbol"},
    {"key": "on", "label": "Ngày tháng", "kind": "nowrap"},
    {"key": "subject", "label": "Tên loại và trích yếu nội dung"},
    {"key": "signer", "label": "Người ký"},
    {"key": "recipients", "label": "Nơi nhận"},
    {"key": "kept_by", "label": "Đơn vị nhận bản lưu"},
    {"key": "copies", "label": "Số lượng bản", "kind": "num"},
    {"key": "issued", "label": "Ngày chuyển", "kind": "nowrap"},
    {"key": "note", "label": "Ghi chú"},
]
INCOMING_COLUMNS = [
    {"key": "number", "label": "Số đến", "kind": "symbol"},
    {"key": "on", "label": "Ngày đến", "kind": "nowrap"},
    {"key": "author", "label": "Tác giả"},
    {"key": "symbol", "label": "Số, ký hiệu", "kind": "nowrap"},
    {"key": "issued_on", "label": "Ngày tháng", "kind": "nowrap"},
    {"key": "subject", "label": "Tên loại và trích yếu nội dung"},
    {"key": "handed_to", "label": "Đơn vị hoặc người nhận"},
    {"key": "handed", "label": "Ngày chuyển", "kind": "nowrap"},
    {"key": "note", "label": "Ghi chú"},
]


@needs(*KEEPERS)
@require_GET
def registers(request: HttpRequest) -> HttpResponse:
    """One register between two days."""
    by = request.actor
    books = queries.books_of(by)
    wanted = request.GET.get("chieu", "")
    wanted = wanted if wanted in DIRECTIONS else "di"
    direction = DIRECTIONS[wanted]
    of_direction = [one for one in books if one.direction == direction]
    chosen = number_or_none(request.GET.get("so", ""))
    book = next((one for one in of_direction if one.id == chosen), None) or next(
        iter(of_direction), None
    )
    context: dict[str, Any] = {"rows": [], "columns": [], "left_out": 0, "gaps": []}
    from_day, to_day = _days(request, book)
    if book is not None:
        context = _book_context(by, book, from_day, to_day)
    return show(
        request,
        "desk/registers/list.html",
        title="Sổ văn bản",
        active="registers",
        tabs=[
            {"label": "Sổ văn bản đi", "href": "?chieu=di", "current": direction == OUT},
            {"label": "Sổ văn bản đến", "href": "?chieu=den", "current": direction == IN},
            {"label": "Sổ bản sao", "href": "?chieu=sao", "current": direction == COPIES},
        ],
        direction=wanted,
        may_renew=direction == OUT and by.has(CLERK, ARCHIVIST),
        book=book,
        books=[(one.id, f"{one.name} năm {one.year}") for one in of_direction],
        from_day=from_day,
        to_day=to_day,
        **context,
    )


def _days(request: HttpRequest, book: BookRow | None) -> tuple[date, date]:
    """The days asked for; else the book's whole year up to today."""
    year = book.year if book else clock.today().year
    from_day = read_day(request.GET.get("tu", ""), field="tu") or date(year, 1, 1)
    to_day = read_day(request.GET.get("den", ""), field="den")
    return from_day, to_day or min(date(year, 12, 31), max(clock.today(), from_day))


def _book_context(by: Actor, book: BookRow, from_day: date, to_day: date) -> dict[str, Any]:
    if book.direction == IN:
        arrived = incoming_register.incoming_rows(by, book.id, from_day, to_day)
        shown = [_incoming(one) for one in arrived[-MOST_ON_SCREEN:]]
        return {
            "rows": shown,
            "columns": INCOMING_COLUMNS,
            "left_out": len(arrived) - len(shown),
            "gaps": [],
        }
    if book.direction == COPIES:
        made = copies.copy_register(by, book.id, from_day, to_day)
        rows = [_copy(one) for one in made[-MOST_ON_SCREEN:]]
        return {
            "rows": rows,
            "columns": COPY_COLUMNS,
            "left_out": len(made) - len(rows),
            "gaps": [],
        }
    sent = queries.register_rows(by, book.id, from_day, to_day)
    shown = [_outgoing(one) for one in sent[-MOST_ON_SCREEN:]]
    return {
        "rows": shown,
        "columns": OUTGOING_COLUMNS,
        "left_out": len(sent) - len(shown),
        "gaps": queries.numbers_not_issued(by, book.id),
    }


def _outgoing(one: RegisterRow) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "on": day(one.numbered_on),
        "subject": f"{one.type_name}: {one.subject}",
        "href": reverse("outgoing_document", args=[one.document_id]),
        "signer": one.signer_name,
        "recipients": _shortened(one.recipients),
        "kept_by": one.kept_by or "Văn thư",
        "copies": one.copies or "",
        "issued": day(one.issued_at),
        "note": one.note,
    }


def _shortened(names: str) -> str:
    """The first recipients by name, the others as a number: the print has them all."""
    found = names.split("; ")
    return names if len(found) <= 4 else f"{'; '.join(found[:3])} và {len(found) - 3} nơi khác"


def _incoming(one: IncomingRow) -> dict[str, Any]:
    kind = document_type(one.type_code).name if one.type_code else ""
    return {
        "number": one.number,
        "on": day(one.on),
        "author": one.author,
        "symbol": one.symbol,
        "issued_on": day(one.issued_on),
        "subject": f"{kind}: {one.subject}" if kind else one.subject,
        "href": reverse("arrival", args=[one.arrival_id]),
        "handed_to": one.handed_to,
        "handed": moment(one.handed_at) if one.handed_at else "",
        "note": one.note or ("Đã thu hồi" if one.state == "recalled" else ""),
    }


def _copy(one: CopyRow) -> dict[str, Any]:
    return {
        "symbol": one.symbol,
        "on": day(one.on),
        "kind": f"{one.kind_label} {one.way}",
        "subject": f"{one.original_name}: {one.subject}",
        "href": reverse("copy", args=[one.id]),
        "pages": one.pages,
        "purpose": one.purpose,
        "decided_by": one.decided_by,
        "made_by": one.made_by,
        "page_count": one.page_count,
    }


@needs(*KEEPERS)
@require_GET
def print_register(request: HttpRequest, book_id: int) -> HttpResponse:
    """In sổ: the register with its cover, as the decree prints it, for binding."""
    by, at = request.actor, clock.now()
    book = _book(by, book_id)
    from_day, to_day = _days(request, book)
    if book.direction == IN:
        arrived = incoming_register.incoming_rows(by, book_id, from_day, to_day)
        pages = incoming_register.incoming_print(by, book.year, arrived, from_day, to_day)
        pdf = typeset_register_of_incoming(pages, at=at).pdf
    elif book.direction == COPIES:
        made = copies.copy_register(by, book_id, from_day, to_day)
        pages = copies.copy_register_print(by, book, made, from_day, to_day)
        pdf = typeset_register_of_copies(pages, at=at).pdf
    else:
        sent = queries.register_rows(by, book_id, from_day, to_day)
        pages = queries.register_print(by, book, sent, from_day, to_day)
        pdf = typeset_register_of_outgoing(pages, at=at).pdf
    write_entry(
        "documents.register_printed",
        by=by,
        at=at,
        on=("register_book", book_id),
        details={"from": from_day.isoformat(), "to": to_day.isoformat()},
    )
    answer = HttpResponse(pdf, content_type="application/pdf")
    of = next(word for word, direction in DIRECTIONS.items() if direction == book.direction)
    name = f"so-van-ban-{of}-{book.year}.pdf"
    answer["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@needs(*KEEPERS)
@require_GET
def check_number(request: HttpRequest, book_id: int) -> HttpResponse:
    """Kiểm tra số: one number of the book, and numbers that no row holds."""
    by = request.actor
    book = _book(by, book_id)
    wanted = number_or_none(request.GET.get("kiem-tra", ""))
    return render(
        request,
        "desk/registers/number.html",
        {
            "book": book,
            "found": queries.check_number(by, book_id, wanted) if wanted else None,
            "missing": queries.missing_numbers(by, book_id),
        },
    )


def _book(by: Actor, book_id: int) -> BookRow:
    book = next((one for one in queries.books_of(by) if one.id == book_id), None)
    if book is None:
        raise refusal("documents.E001")
    return book

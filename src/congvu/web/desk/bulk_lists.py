"""The list of an order: taken, matched, mended in the grid, its files."""

from __future__ import annotations

from typing import Any, BinaryIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.bulk import access, queries
from congvu.bulk.check_rows import check_rows
from congvu.bulk.leave_list import leave_list
from congvu.bulk.match_columns import match_columns
from congvu.bulk.mend_row import leave_out_row, mend_row
from congvu.bulk.models import BulkOrder
from congvu.bulk.read_list import is_long
from congvu.bulk.read_row import uses_of
from congvu.bulk.take_list import take_list
from congvu.bulk.types import ADDRESS_WORDS
from congvu.bulk.write_files import fault_file, result_file
from congvu.kit import clock
from congvu.kit.refusal import refuse_unless
from congvu.web.desk.bulk_orders import show_order, shown_after
from congvu.web.desk.bulk_words import ALL, PREPARERS, road_words, zalo_words
from congvu.web.desk.frame import done, show
from congvu.web.environment import count
from congvu.web.shell.doors import needs


@needs(*PREPARERS)
@require_POST
def take(request: HttpRequest, order_id: int) -> HttpResponse:
    """A file or pasted text: a short one is read at once, a long one by the worker."""
    by, at = request.actor, clock.now()
    found = access.order_for(by, order_id, to="prepare")
    request.show_again = lambda said: show_order(request, found, said)
    file = request.FILES.get("file")
    pasted = request.POST.get("pasted", "")
    content = file.read() if file else pasted.encode()
    told: dict[str, Any] = {
        "order_id": order_id,
        "content": content,
        "name": (file.name or "") if file else "",
        "only_wrong": request.POST.get("only_wrong") == "1",
        "by": by,
        "at": at,
    }
    if is_long(content):
        leave_list(**told)
        return shown_after(request, order_id, "Đã nhận tệp; danh sách đang được đọc.")
    taken = take_list(**told)
    check_rows(order_id=order_id, at=at)
    number = taken.rows.count()
    return shown_after(request, order_id, f"Đã nhận danh sách {count(number)} dòng.")


@needs(*PREPARERS)
@require_POST
def match(request: HttpRequest, order_id: int) -> HttpResponse:
    """Which column is for what; fields `use-0`, `use-1`, … in the order of the uses."""
    by, at = request.actor, clock.now()
    found = access.order_for(by, order_id, to="prepare")
    columns = {}
    for place, use in enumerate(uses_of(found.version)):
        chosen = request.POST.get(f"use-{place}", "")
        if chosen.isascii() and chosen.isdigit() and len(chosen) < 4:
            columns[use] = int(chosen)
    match_columns(order_id=order_id, columns=columns, by=by, at=at)
    check_rows(order_id=order_id, at=at)
    return shown_after(request, order_id, "Đã đổi cột và kiểm tra lại danh sách.")


@needs(*ALL)
@require_GET
def row(request: HttpRequest, order_id: int, row: int) -> HttpResponse:
    """One row: its cells with what is wrong, and the exact text that would go."""
    by = request.actor
    found = access.order_for(by, order_id, to="read")
    kept = found.rows.filter(ordinal=row).select_related("message").first()
    refuse_unless(kept, "bulk.E036")
    looked = queries.preview_of(found, row) if kept.cells else None
    names = {place: use for use, place in found.columns.items()}
    return show(
        request,
        "desk/bulk/row.html",
        title=f"Dòng {row}, {found.title}",
        active="bulk",
        order=found,
        row=kept,
        cells=[
            (
                place,
                name,
                kept.cells[place],
                kept.faults.get(str(place), ""),
                _for(names.get(place)),
            )
            for place, name in enumerate(found.header)
            if kept.cells
        ],
        letter=looked[1].letter if looked else None,
        road_words=road_words,
        zalo_words=zalo_words,
        may_mend=found.state == "preparing" and access.may(by, "prepare"),
    )


def _for(use: str | None) -> str:
    return ADDRESS_WORDS.get(use, f"chỗ trống “{use.strip('{}')}”") if use else "không dùng"


@needs(*PREPARERS)
@require_POST
def mend(request: HttpRequest, order_id: int, row: int) -> HttpResponse:
    """New words for the cells; then the next wrong row, or the grid."""
    cells = {
        int(key[5:]): value
        for key, value in request.POST.items()
        if key.startswith("cell-") and key[5:].isascii() and key[5:].isdigit() and len(key) < 9
    }
    kept = mend_row(order_id=order_id, ordinal=row, cells=cells, by=request.actor, at=clock.now())
    if kept.state == "wrong":
        return done(request, f"Dòng {row} vẫn còn lỗi.", "bulk_row", order_id, row)
    following = _next_wrong(kept.order, row)
    if following:
        return done(request, f"Dòng {row} đã hợp lệ.", "bulk_row", order_id, following)
    return shown_after(request, order_id, f"Dòng {row} đã hợp lệ; không còn dòng lỗi phía sau.")


def _next_wrong(order: BulkOrder, after: int) -> int | None:
    page = queries.grid_page(order, "loi", after)
    return page.rows[0].ordinal if page.rows else None


@needs(*PREPARERS)
@require_POST
def leave_out(request: HttpRequest, order_id: int, row: int) -> HttpResponse:
    """Bỏ dòng khỏi danh sách."""
    leave_out_row(order_id=order_id, ordinal=row, by=request.actor, at=clock.now())
    return shown_after(request, order_id, f"Đã bỏ dòng {row} khỏi danh sách.")


@needs(*ALL)
@require_GET
def faults(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """The rows with faults, to be mended outside and taken again."""
    found = access.order_for(request.actor, order_id, to="read")
    return _csv(request, found, fault_file(found), "dong-loi")


@needs(*ALL)
@require_GET
def result(request: HttpRequest, order_id: int) -> HttpResponseBase:
    """What became of each row."""
    found = access.order_for(request.actor, order_id, to="read")
    if found.released_at is None:
        return redirect(reverse("bulk_order", args=[order_id]))
    return _csv(request, found, result_file(found), "ket-qua")


def _csv(request: HttpRequest, order: BulkOrder, body: BinaryIO, name: str) -> FileResponse:
    """Personal data leaves the house: who took it is written down."""
    write_entry(
        "bulk.list_downloaded",
        by=request.actor,
        at=clock.now(),
        on=("bulk_order", order.id),
        clause="QC.7.2",
        details={"kind": name},
    )
    named = f"{name}-dot-gui-{order.id}.csv"
    answer = FileResponse(body, as_attachment=True, filename=named)
    answer["Content-Type"] = "text/csv; charset=utf-8"
    answer["Cache-Control"] = "private, no-store"
    return answer

"""Orders on letters: kept in order, many at once; given to a colleague; notes; files opened."""

from __future__ import annotations

import io
from urllib.parse import quote

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.kit import blobs, clock
from congvu.kit.refusal import refusal, refuse_if
from congvu.mailboxes import access
from congvu.mailboxes.assign_item import assign_item, write_note
from congvu.mailboxes.decide_letter import decline_letter, take_letter_up
from congvu.mailboxes.keep_items import make_folder, mark_items, move_items, remove_folder
from congvu.mailboxes.queries.conversation import file_rows
from congvu.mailboxes.typeset_letter import typeset_letter
from congvu.web.desk.days import read_id
from congvu.web.desk.files import INLINE
from congvu.web.desk.frame import STAFF, done
from congvu.web.shell.doors import needs

MARKS = {
    "read": "Đã đánh dấu đã đọc",
    "unread": "Đã đánh dấu chưa đọc",
    "star": "Đã gắn sao",
    "unstar": "Đã bỏ sao",
}
MOVES = {"archive": "Đã lưu trữ", "trash": "Đã chuyển vào thùng rác", "inbox": "Đã đưa về mục Đến"}


@needs(*STAFF)
@require_POST
def keep_mail(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """One order for the letters ticked: a mark, or where they go ("to-12" is an own folder)."""
    act = request.POST.get("act", "")
    chosen = [read_id(one) for one in request.POST.getlist("select")]
    own = {"mailbox_id": mailbox_id, "item_ids": chosen, "by": request.actor, "at": clock.now()}
    if act in MARKS:
        said = f"{MARKS[act]} {mark_items(mark=act, **own)} cuộc trao đổi."
    else:
        count = move_items(to=act.removeprefix("to-"), **own)
        said = f"{MOVES.get(act, 'Đã chuyển')} {count} cuộc trao đổi."
    answer = done(request, said, "mailbox", mailbox_id)
    back = request.POST.get("back", "")
    return redirect(back) if url_has_allowed_host_and_scheme(back, allowed_hosts=None) else answer


@needs(*STAFF)
@require_POST
def make_mail_folder(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Thư mục mới."""
    name = request.POST.get("name", "")
    folder = make_folder(mailbox_id=mailbox_id, name=name, by=request.actor, at=clock.now())
    return done(request, f"Đã tạo thư mục “{folder.name}”.", "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def remove_mail_folder(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Bỏ thư mục."""
    folder_id = read_id(request.POST.get("folder", ""))
    remove_folder(mailbox_id=mailbox_id, folder_id=folder_id, by=request.actor, at=clock.now())
    said = "Đã bỏ thư mục; thư trong đó nằm ở mục Lưu trữ."
    return done(request, said, "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def assign_mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """Giao xử lý."""
    chosen = read_id(request.POST.get("assignee", ""))
    note = request.POST.get("note", "")
    by, at = request.actor, clock.now()
    assign_item(item_id=item_id, posting_id=chosen or None, note=note, by=by, at=at)
    return done(request, "Đã giao thư." if chosen else "Đã thôi giao.", "mail", item_id)


@needs(*STAFF)
@require_POST
def take_mail_up(request: HttpRequest, item_id: int) -> HttpResponse:
    """Thuộc phạm vi giải quyết."""
    take_letter_up(item_id=item_id, by=request.actor, at=clock.now())
    return done(request, "Đã ghi nhận thuộc phạm vi; đồng hồ 02 giờ dừng.", "mail", item_id)


@needs(*STAFF)
@require_POST
def decline_mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """Không thuộc phạm vi: the sender is told where to turn."""
    text = request.POST.get("text", "")
    decline_letter(item_id=item_id, text=text, by=request.actor, at=clock.now())
    return done(request, "Đã trả lời người gửi; đồng hồ 02 giờ dừng.", "mail", item_id)


@needs(*STAFF)
@require_POST
def note_mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """Ghi chú nội bộ."""
    write_note(item_id=item_id, text=request.POST.get("text", ""), by=request.actor, at=clock.now())
    return done(request, "Đã ghi chú nội bộ.", "mail", item_id)


@needs(*STAFF)
@require_GET
def mail_file(request: HttpRequest, item_id: int, key: str) -> HttpResponse:
    """A file of a letter, byte for byte as it was taken in."""
    item = access.item_for(request.actor, item_id, to="read")
    file = next((one for one in file_rows(item) if one.key == key and one.sha256), None)
    if file is None:
        raise refusal("mailboxes.E002")
    refuse_if(blobs.is_restricted(file.sha256), "mailboxes.E002")
    given = blobs.payload(file.sha256)
    write_entry(
        "mailboxes.downloaded",
        by=request.actor,
        at=clock.now(),
        on=("mail_item", item.id),
        details={"file": file.sha256},
    )
    stream = io.BytesIO(given) if isinstance(given, bytes) else given.open("rb")
    answer = FileResponse(stream, content_type=file.mime)
    shown = "inline" if file.mime in INLINE and "tai" not in request.GET else "attachment"
    answer["Content-Disposition"] = f"{shown}; filename*=UTF-8''{quote(file.name)}"
    return answer


@needs(*STAFF)
@require_GET
def mail_evidence(request: HttpRequest, item_id: int) -> HttpResponse:
    """Phiếu chứng cứ: what proves that the letter was sent and received."""
    by, at = request.actor, clock.now()
    item = access.item_for(by, item_id, to="read")
    pdf = typeset_letter(item, by=by, at=at)
    write_entry("mailboxes.evidence_printed", by=by, at=at, on=("mail_item", item.id))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="chung-cu-thu-{item.id}.pdf"'
    return answer

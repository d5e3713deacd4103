"""Hộp thư công vụ: the list of a mailbox and one conversation beside it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from congvu.kit import clock
from congvu.mailboxes import access
from congvu.mailboxes.keep_items import note_look, read_conversation
from congvu.mailboxes.models import Mailbox
from congvu.mailboxes.queries import conversation as letters
from congvu.mailboxes.queries.lists import (
    Wanted,
    assigned_to,
    clocks_of,
    counts_of,
    drafts_of,
    items_of,
)
from congvu.mailboxes.states import Place
from congvu.mailboxes.types import Conversation, ItemRow
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, Actor
from congvu.rules import legal_effect
from congvu.web.desk import mail_parts as parts
from congvu.web.desk.deadline_words import deadline_of
from congvu.web.desk.frame import STAFF, show
from congvu.web.shell.doors import needs

LONGEST_WORDS = 200
# key in the address -> place
PLACES = {
    "": Place.INBOX,
    "da-gui": Place.SENT,
    "luu-tru": Place.ARCHIVE,
    "thung-rac": Place.TRASH,
}
LABELS = (
    ("", "Đến"),
    ("da-gui", "Đã gửi"),
    ("nhap", "Nháp"),
    ("gan-sao", "Gắn sao"),
    ("luu-tru", "Lưu trữ"),
    ("thung-rac", "Thùng rác"),
)


@needs(*STAFF, AGENCY_ADMIN)
@require_GET
def mailboxes(request: HttpRequest) -> HttpResponse:
    """The own mailbox; what was assigned for who has none; else how to get one."""
    by = request.actor
    first = access.mailboxes_of(by).first()
    if first is not None and by.has(*STAFF):  # who only administers gives mailboxes, reads none
        return redirect(reverse("mailbox", args=[first.id]))
    return show(
        request,
        "desk/mailbox/none.html",
        title="Hộp thư công vụ",
        active="mailboxes",
        page_rows=assigned_to(by, "").rows if by.has(*STAFF) else [],
    )


@needs(*STAFF)
@require_GET
def mailbox(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """The list alone, or beside an invitation to choose."""
    box = access.mailbox_for(request.actor, mailbox_id)
    note_look(mailbox=box, by=request.actor, at=clock.now())
    return show(
        request,
        "desk/mailbox/list.html",
        title="Hộp thư công vụ",
        active="mailboxes",
        fit=True,
        split={"name": "hop-thu", "showing": "list", "side": False},
        **mailbox_list(request, box),
    )


@needs(*STAFF)
@require_GET
def assigned_mail(request: HttpRequest) -> HttpResponse:
    """Thư được giao: what the agency's clerks gave to this official."""
    found = assigned_to(request.actor, request.GET.get("sau", ""))
    return show(
        request,
        "desk/mailbox/assigned.html",
        title="Thư được giao",
        active="mailboxes",
        rows=found.rows,
        next_query=urlencode({"sau": found.next_key}) if found.next_key else "",
        boxes=list(access.mailboxes_of(request.actor)),
    )


@needs(*STAFF)
@require_GET
def mail(request: HttpRequest, item_id: int) -> HttpResponse:
    """One conversation: what was unread in it is read from here on."""
    by, at = request.actor, clock.now()
    item = access.item_for(by, item_id, to="read")
    unread = not item.is_sent and item.read_at is None
    read_conversation(item_id=item_id, by=by, at=at)
    whole = letters.conversation(item)
    boxes = list(access.mailboxes_of(by))
    may_use = any(one.id == whole.mailbox.id for one in boxes)
    is_agencys = whole.mailbox.person_id is None
    recipients = [one for letter in whole.letters for one in letter.recipients]
    return show(
        request,
        "desk/mailbox/mail.html",
        title=item.subject or "(không có tiêu đề)",
        active="mailboxes",
        fit=True,
        split={
            "name": "hop-thu",
            "showing": "document",
            "side": is_agencys,
            "list": may_use,
            "document_label": "Thư",
            "side_label": "Giao, ghi chú",
        },
        item=item,
        was_unread=unread,
        whole=whole,
        newest=parts.newest(whole.letters),
        texts={one.item.id: parts.quoted_apart(one.text) for one in whole.letters},
        evidence=letters.evidence_of(recipients),
        in_doubt=letters.in_doubt(recipients),
        begun=letters.begun_answers(item),
        legal_value=legal_effect.value_of_information(),
        may_use=may_use,
        is_agencys=is_agencys,
        triage=parts.triage(whole.letters) if is_agencys else None,
        waiting=_waiting(whole, at) if is_agencys else None,
        convertible=parts.convertible(whole.letters) if is_agencys and by.has(CLERK) else None,
        people=_people(by, at) if is_agencys and may_use else [],
        **(mailbox_list(request, whole.mailbox, boxes) if may_use else {"box": whole.mailbox}),
    )


def _waiting(whole: Conversation, at: datetime) -> dict[str, Any] | None:
    """The newest letter of colleagues whose two-hour clock runs, and what is left of it."""
    due = clocks_of(whole.mailbox, [one.item.thread for one in whole.letters[:1]])
    asked = [one for one in whole.letters if one.item.letter_id and not one.item.is_sent]
    if not due or not asked or parts.triage(whole.letters):
        return None
    calendar = orgs.working_calendar(whole.mailbox.agency_id, at)
    left = deadline_of(next(iter(due.values())), calendar, at)
    return {"item_id": asked[-1].item.id, "deadline": left}


def _people(by: Actor, at: datetime) -> list[tuple[int, str]]:
    people = orgs.people_of_agency(by.agency_id or 0, clock.local(at).date())
    return [(one.posting_id, f"{one.full_name}, {one.title}") for one in people]


def mailbox_list(
    request: HttpRequest, box: Mailbox, boxes: list[Mailbox] | None = None
) -> dict[str, Any]:
    """What the list pane shows, alone or beside a letter."""
    boxes = list(access.mailboxes_of(request.actor)) if boxes is None else boxes
    key = request.GET.get("muc", "")
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    folders = list(box.folders.all())
    folder = next((one for one in folders if key == str(one.id)), None)
    key = key if key in dict(LABELS) or folder else ""
    counts = counts_of(boxes)
    wanted = Wanted(
        place=PLACES.get(key, Place.INBOX),
        folder_id=folder.id if folder else None,
        is_starred=key == "gan-sao",
        words=words,
    )
    is_drafts = key == "nhap" and not words
    found = None if is_drafts else items_of(box, wanted, request.GET.get("sau", ""))
    here = {"q": words} if words else ({"muc": key} if key else {})
    return {
        "box": box,
        "boxes": [(one, counts[one.id].places.get("inbox", 0)) for one in boxes],
        "folders": folders,
        "views": _views(box, key if not words else None, counts[box.id], folders),
        "place_key": key,
        "words": words,
        "rows": _with_deadlines(box, found.rows if found else []),
        "draft_rows": drafts_of(box) if is_drafts else [],
        "list_query": urlencode(here),
        "next_query": urlencode({**here, "sau": found.next_key})
        if found and found.next_key
        else "",
    }


def _with_deadlines(box: Mailbox, rows: Sequence[ItemRow]) -> list[tuple[ItemRow, Any]]:
    """Each with what is left of its two working hours (an agency's mailbox alone has clocks)."""
    at = clock.now()
    clocks = clocks_of(box, [one.thread for one in rows])
    calendar = orgs.working_calendar(box.agency_id, at) if clocks else None
    return [
        (one, deadline_of(clocks.get(one.thread), calendar, at) if calendar else None)
        for one in rows
    ]


def _views(box: Mailbox, key: str | None, counts: Any, folders: list[Any]) -> list[dict[str, Any]]:
    """The folders as tabs, with what is unread in them."""
    address = reverse("mailbox", args=[box.id])
    # Unread under "sent": what did not reach its recipient.
    places = counts.places
    numbers = {"": places.get("inbox"), "da-gui": places.get("sent"), "nhap": counts.drafts}
    named = [*LABELS, *((str(one.id), one.name) for one in folders)]
    return [
        {
            "label": label,
            "href": f"{address}?{urlencode({'muc': name})}" if name else address,
            "current": name == key,
            "count": (numbers.get(name) or counts.folders.get(int(name) if name.isdecimal() else 0))
            or None,
        }
        for name, label in named
    ]

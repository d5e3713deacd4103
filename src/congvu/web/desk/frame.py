"""The frame of every desk page: what the rail, the top bar and the messages need."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from congvu.orgs.types import (
    AGENCY_ADMIN,
    ARCHIVIST,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICIAL,
    SYSTEM_ADMIN,
    UNIT_HEAD,
    Actor,
)
from congvu.web.desk.counts import counts_for
from congvu.web.desk.postings import posting_menu
from congvu.web.environment import url
from congvu.web.shell.doors import ADMIN

KEEPERS = frozenset({AGENCY_ADMIN, CLERK})
ADMINS = frozenset({AGENCY_ADMIN, SYSTEM_ADMIN})
DRAFTERS = (OFFICIAL, UNIT_HEAD, LEADER, CLERK)
STAFF = frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL, ARCHIVIST, INSPECTOR})

# key, label, url name, icon, roles that use it
RAIL: tuple[tuple[str, str, str, str, frozenset[str]], ...] = (
    ("my_work", "Việc của tôi", "my_work", "inbox", STAFF),
    ("incoming", "Văn bản đến", "incoming", "incoming", STAFF),
    ("outgoing", "Văn bản đi", "outgoing", "outgoing", STAFF),
    ("drafts", "Dự thảo", "drafts", "draft", STAFF),
    ("signing", "Trình ký", "signing", "sign", frozenset({LEADER, UNIT_HEAD, CLERK})),
    ("tasks", "Giao việc", "tasks", "task", STAFF),
    ("records", "Hồ sơ", "records", "folder", STAFF),
    ("mailboxes", "Hộp thư", "mailboxes", "mail", STAFF | {AGENCY_ADMIN}),
    ("inbound", "Tin đến", "inbound", "counter", frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL})),
    ("two_hours", "Trả lời 02 giờ", "two_hours", "clock", frozenset({INSPECTOR})),
    ("sent", "Tin đã gửi", "sent", "send", frozenset({CLERK, LEADER, UNIT_HEAD})),
    ("texts", "Tin nhắn SMS", "sent_texts", "phone", frozenset({CLERK, LEADER, UNIT_HEAD})),
    ("bulk", "Đợt gửi tin", "bulk_orders", "outbox", STAFF - {ARCHIVIST, INSPECTOR}),
    (
        "zalo",
        "Zalo",
        "zalo_accounts",
        "phone",
        frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL, AGENCY_ADMIN}),
    ),
    ("consents", "Đồng ý nhận tin", "consents", "check", frozenset({CLERK, UNIT_HEAD, OFFICIAL})),
    ("incidents", "Sự cố", "incidents", "shield", STAFF | {AGENCY_ADMIN}),
    ("copies", "Bản sao", "copies", "copy", STAFF - {INSPECTOR}),
    ("registers", "Sổ văn bản", "registers", "book", frozenset({CLERK, LEADER, ARCHIVIST})),
    ("accounts", "Tài khoản", "accounts", "people", ADMINS),
    ("stand_ins", "Ủy quyền", "stand_ins", "switch", frozenset({AGENCY_ADMIN, LEADER})),
    ("work_calendar", "Lịch làm việc", "work_calendar", "calendar", ADMINS),
    ("signing_devices", "Thiết bị ký", "signing_devices", "key", KEEPERS),
    ("trust", "Tin cậy chữ ký số", "trust", "shield", frozenset({SYSTEM_ADMIN})),
    ("providers", "Dịch vụ ký số", "signing_providers", "phone", frozenset({SYSTEM_ADMIN})),
    ("channels", "Kênh liên lạc", "channels", "mail", frozenset({SYSTEM_ADMIN})),
    ("named_agencies", "Nơi nhận báo", "named_agencies", "send", frozenset({SYSTEM_ADMIN})),
    ("brandnames", "Tên định danh", "brandnames", "stamp", frozenset({SYSTEM_ADMIN})),
    ("renewals", "Gia hạn chữ ký", "renewals", "clock", frozenset({ARCHIVIST, SYSTEM_ADMIN})),
)

# What is used together is one entry of the rail; its pages carry a bar with all of it.
FAMILIES: dict[tuple[str, ...], tuple[str, str]] = {
    ("sent", "texts", "bulk", "zalo", "consents"): ("Gửi tin", "send"),
    ("registers", "copies"): ("Sổ, bản sao", "book"),
}


def navigation(by: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The rail entries that this actor's roles use; signing comes early for leaders.

    An administrator's own pages come before those that an administrator shares with the staff. The
    first four stand at the bottom of a phone. An entry of a family has its `members`.
    """
    order = list(RAIL)
    if by.has(LEADER):
        order.sort(key=lambda entry: entry[0] not in ("my_work", "signing"))
    elif STAFF.isdisjoint(by.roles):
        order.sort(key=lambda entry: len(entry[-1] & STAFF) > 1)
    entries: list[dict[str, Any]] = [
        {
            "key": key,
            "label": label,
            "url": url(name),
            "icon": icon,
            "count": counts.get(key) or "",
        }
        for key, label, name, icon, roles in order
        # An official signs only as a secretary or beside a signer: then the entry appears.
        if not roles.isdisjoint(by.roles) or (key == "signing" and counts.get(key))
    ]
    for keys, (label, icon) in FAMILIES.items():
        members = [entry for entry in entries if entry["key"] in keys]
        if len(members) > 1:
            counted = next((one for one in members if one["key"] in counts), members[0])
            family = {**counted, "label": label, "icon": icon, "url": members[0]["url"]}
            entries[entries.index(members[0])] = {**family, "members": members}
            entries = [entry for entry in entries if entry not in members]
    return entries


def family_of(entries: list[dict[str, Any]], active: str) -> list[dict[str, Any]]:
    """The pages that are used together with the active one, as the tabs of a bar."""
    for entry in entries:
        members = entry.get("members", ())
        if any(one["key"] == active for one in members):
            return [
                {
                    "label": one["label"],
                    "href": one["url"],
                    "current": one["key"] == active,
                    "count": one["count"] or None,
                }
                for one in members
            ]
    return []


def show(
    request: HttpRequest,
    template: str,
    *,
    title: str,
    active: str = "",
    fit: bool = False,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a desk page in its frame."""
    counts = counts_for(request.actor)
    entries = navigation(request.actor, counts)
    is_admin = request.session_row.kind == ADMIN
    frame = {
        "page": {"title": title, "active": active, "fit": fit},
        "actor": request.actor,
        "may_draft": request.actor.has(*DRAFTERS),
        "nav": entries,
        "family": family_of(entries, active),
        "postings": posting_menu(request),
        "notices_count": counts["notices"],
        "counts_url": url("counts"),
        "search_url": "" if is_admin else url("search"),
        "notices_url": url("notices"),
        "messages": list(messages.get_messages(request)),
        "agency": {
            "name": request.actor.agency_name or "Công vụ",
            "place": request.actor.unit_name if request.actor.agency_id else "Quản trị hệ thống",
        },
    }
    return render(request, template, {**frame, **context}, status=status)


def done(request: HttpRequest, text: str, to: str, *arguments: Any) -> HttpResponse:
    """After an order: say what was done and show the page `to` (post, redirect, get)."""
    messages.success(request, text)
    return redirect(reverse(to, args=arguments))

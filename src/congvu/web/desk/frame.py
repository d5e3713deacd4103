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

KEEPERS = frozenset({AGENCY_ADMIN, CLERK})
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
    ("sent", "Tin đã gửi", "sent", "send", frozenset({CLERK, LEADER, UNIT_HEAD})),
    ("bulk", "Đợt gửi tin", "bulk_orders", "outbox", STAFF - {ARCHIVIST, INSPECTOR}),
    ("consents", "Đồng ý", "consents", "check", frozenset({CLERK, UNIT_HEAD, OFFICIAL})),
    ("incidents", "Sự cố", "incidents", "shield", STAFF | {AGENCY_ADMIN}),
    ("copies", "Bản sao", "copies", "copy", STAFF - {INSPECTOR}),
    ("registers", "Sổ văn bản", "registers", "book", frozenset({CLERK, LEADER, ARCHIVIST})),
    ("signing_devices", "Thiết bị ký", "signing_devices", "key", KEEPERS),
    ("trust", "Tin cậy chữ ký số", "trust", "shield", frozenset({SYSTEM_ADMIN})),
    ("providers", "Dịch vụ ký số", "signing_providers", "phone", frozenset({SYSTEM_ADMIN})),
    ("channels", "Kênh liên lạc", "channels", "mail", frozenset({SYSTEM_ADMIN})),
    ("renewals", "Gia hạn chữ ký", "renewals", "clock", frozenset({ARCHIVIST, SYSTEM_ADMIN})),
)


def navigation(by: Actor, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The rail entries that this actor's roles use; signing comes early for leaders.

    The first four stand at the bottom of a phone.
    """
    order = sorted(RAIL, key=lambda entry: entry[0] != "my_work" and entry[0] != "signing")
    return [
        {
            "key": key,
            "label": label,
            "url": url(name),
            "icon": icon,
            "count": counts.get(key) or "",
        }
        for key, label, name, icon, roles in (order if by.has(LEADER) else RAIL)
        # An official signs only as a secretary or beside a signer: then the entry appears.
        if not roles.isdisjoint(by.roles) or (key == "signing" and counts.get(key))
    ]


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
    frame = {
        "page": {"title": title, "active": active, "fit": fit},
        "actor": request.actor,
        "nav": navigation(request.actor, counts),
        "postings": posting_menu(request),
        "notices_count": counts["notices"],
        "counts_url": url("counts"),
        "search_url": url("search"),
        "notices_url": url("notices"),
        "messages": list(messages.get_messages(request)),
        "agency": {"name": request.actor.agency_name, "place": request.actor.unit_name},
    }
    return render(request, template, {**frame, **context}, status=status)


def done(request: HttpRequest, text: str, to: str, *arguments: Any) -> HttpResponse:
    """After an order: say what was done and show the page `to` (post, redirect, get)."""
    messages.success(request, text)
    return redirect(reverse(to, args=arguments))

"""Tin đã gửi: what the agency sends over its channels, how far it has come, and what proves it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.audit.write import write_entry
from congvu.channels import access
from congvu.channels.access import READERS
from congvu.channels.cancel import BY_LAW, NOT_GONE, cancel_message
from congvu.channels.models import CHANNELS, Attempt, Message
from congvu.channels.queries.sent import (
    TABS,
    SentFilter,
    SentPage,
    addressee,
    first_words,
    sent_list,
    sent_page,
)
from congvu.channels.send_again import UNPROVEN, WRITTEN_BY_HAND, is_in_doubt, send_again
from congvu.channels.sheet_rows import LEGAL_CLASSES
from congvu.channels.states import MessageState
from congvu.channels.types import CHANNEL_WORDS
from congvu.channels.typeset_sheet import basis_words, typeset_sent
from congvu.kit import clock
from congvu.web.desk.frame import done, show
from congvu.web.desk.incoming import read_filter_day
from congvu.web.shell.doors import needs

LABELS = (
    ("", "Tất cả"),
    ("dang-gui", "Đang gửi"),
    ("chua-xac-nhan", "Chưa xác nhận"),
    ("da-nhan", "Đã nhận"),
    ("khong-duoc", "Không gửi được"),
    ("da-huy", "Đã hủy"),
)
TONES = {
    "waiting": "due",
    "sent": "active",
    "received": "valid",
    "seen": "valid",
    "failed": "error",
    "cancelled": "paused",
}
ATTEMPT_TONES = {
    "accepted": "",
    "delivered": "valid",
    "seen": "valid",
    "failed_permanent": "error",
    "failed_temporary": "due",
    "unknown": "due",
    "cancelled": "paused",
}


@needs(*READERS)
@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """The list with its filters."""
    wanted = _filter(request)
    page = sent_list(request.actor, wanted, request.GET.get("sau", ""))
    kept = {key: value for key, value in request.GET.items() if key not in {"sau", "muc"} and value}
    return show(
        request,
        "desk/sent/list.html",
        title="Tin đã gửi",
        active="sent",
        rows=page.rows,
        tones=TONES,
        wanted=wanted,
        narrowed=bool(kept),
        channels=CHANNELS,
        purposes=Message.Purpose.choices,
        next_query=urlencode({**kept, "muc": wanted.tab, "sau": page.next_key})
        if page.next_key
        else "",
        tabs=[
            {
                "label": label,
                "href": "?" + urlencode({**kept, **({"muc": key} if key else {})}),
                "current": key == wanted.tab,
            }
            for key, label in LABELS
        ],
    )


@needs(*READERS)
@require_GET
def sent_message(request: HttpRequest, message_id: int) -> HttpResponse:
    """One message: its legal moments, every attempt in turn, the evidence of each."""
    by = request.actor
    message = access.message_for(by, message_id)
    page = sent_page(message)
    orders = _orders(page)
    return show(
        request,
        "desk/sent/message.html",
        title=first_words(message) or "Tin đã gửi",
        active="sent",
        message=message,
        sent=page,
        to=addressee(message),
        first_words=first_words(message),
        tone=TONES[message.state],
        legal_class=LEGAL_CLASSES.get(message.legal_class, message.legal_class),
        basis=basis_words(message.basis),
        entries=_entries(page),
        orders=orders,
        texts=[(CHANNEL_WORDS[road], text) for road, text in message.texts.items()],
        other_channels=[(one, CHANNEL_WORDS[one]) for one in WRITTEN_BY_HAND],
    )


def _orders(page: SentPage) -> dict[str, bool]:
    message = page.message
    may_cancel = (
        message.state == MessageState.WAITING
        and message.purpose not in BY_LAW
        and all(one.state in NOT_GONE for one in page.attempts)
    )
    in_doubt = message.state == MessageState.WAITING and is_in_doubt(page.attempts)
    may_repeat = (message.state in UNPROVEN or in_doubt) and message.basis.startswith("duty")
    return {"cancel": may_cancel, "again": may_repeat, "in_doubt": in_doubt}


def _entries(page: SentPage) -> list[dict[str, Any]]:
    """Everything that happened, oldest first: the order, each attempt, each piece of evidence."""
    message = page.message
    entries = [
        {
            "id": "lap",
            "at": message.created_at,
            "kind": "act",
            "text": f"Lập tin: {message.get_purpose_display()}",
            "who": page.by_name or "Hệ thống",
        }
    ]
    entries += [_attempt(one) for one in page.attempts]
    entries += [
        {
            "id": f"chung-cu-{one.id}",
            "at": one.at,
            "kind": "receipt",
            "tone": {"failed": "error", "delivered": "valid", "seen": "valid"}.get(one.kind, ""),
            "text": one.get_kind_display().capitalize(),
            "who": CHANNEL_WORDS[one.attempt.channel],
            "note": f"Cấp {one.grade}: {one.get_grade_display()}.",
        }
        for one in page.evidence
    ]
    return sorted(entries, key=lambda entry: entry["at"])


def _attempt(one: Attempt) -> dict[str, Any]:
    through = f"Lượt {one.ordinal} qua {CHANNEL_WORDS[one.channel]}"
    said = [one.said, one.code and f"Mã {one.code}", one.tries > 1 and f"{one.tries} lần chuyển"]
    return {
        "id": f"luot-{one.ordinal}",
        "at": one.claimed_at or one.next_at,
        "kind": "act",
        "tone": ATTEMPT_TONES.get(one.state, "due"),
        "text": f"{through}: {one.get_state_display()}",
        "who": one.provider.name if one.provider_id else "",
        "note": " · ".join(filter(None, (one.address, *said))),
    }


@needs(*READERS)
@require_GET
def sent_evidence(request: HttpRequest, message_id: int) -> HttpResponse:
    """Phiếu chứng cứ gửi, nhận tin."""
    by, at = request.actor, clock.now()
    message = access.message_for(by, message_id)
    pdf = typeset_sent(message, by=by, at=at)
    write_entry("channels.evidence_printed", by=by, at=at, on=("message", message.id))
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="chung-cu-tin-{message.id}.pdf"'
    return answer


@needs(*READERS)
@require_POST
def cancel(request: HttpRequest, message_id: int) -> HttpResponse:
    """Hủy tin chưa gửi."""
    reason = request.POST.get("reason", "")
    cancel_message(message_id=message_id, reason=reason, by=request.actor, at=clock.now())
    return done(request, "Đã hủy; tin không được gửi đi.", "sent_message", message_id)


@needs(*READERS)
@require_POST
def again(request: HttpRequest, message_id: int) -> HttpResponse:
    """Gửi lại qua kênh khác."""
    typed, by, at = request.POST, request.actor, clock.now()
    send_again(
        message_id=message_id,
        channel=typed.get("channel", ""),
        address=typed.get("address", ""),
        by=by,
        at=at,
    )
    return done(request, "Đã xếp lượt gửi mới.", "sent_message", message_id)


def _filter(request: HttpRequest) -> SentFilter:
    given = request.GET
    return SentFilter(
        tab=given.get("muc", "") if given.get("muc") in TABS else "",
        channel=given.get("kenh", "") if given.get("kenh") in CHANNEL_WORDS else "",
        purpose=given.get("loai", "") if given.get("loai") in Message.Purpose.values else "",
        words=given.get("nguoi-nhan", "").strip()[:120],
        from_day=read_filter_day(given.get("tu", "")),
        to_day=read_filter_day(given.get("den", "")),
    )

"""Tin cậy chữ ký số: whom this installation believes, and which certificates were revoked.

For administrators of the system; one proposes, another decides. No document is seen here.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal, refusal
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.signing import queries
from congvu.signing.add_issuer import add_issuer
from congvu.signing.decide_trust import decide_trust
from congvu.signing.models import TrustAnchor, TrustChange
from congvu.signing.propose_trust import PURPOSES, propose_trust
from congvu.signing.propose_trust_end import propose_trust_end
from congvu.signing.queries import ListStanding
from congvu.signing.take_in_list import take_in_list
from congvu.web.desk.days import read_day
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

_ROOT = "tự cấp (chứng thư gốc)"
_PARTS_OF_NAME = re.compile(r"(?<!\\)[,+]")
LIST_WORDS = {
    "stale": ("quá hạn", "late"),
    "absent": ("chưa có", "error"),
    "ends_soon": ("sắp hết hạn", "due"),
    "fresh": ("còn hạn", "valid"),
}


@needs(SYSTEM_ADMIN)
@require_GET
def trust(request: HttpRequest) -> HttpResponse:
    """Anchors, proposals, lists of revoked certificates, intermediates, and what was decided."""
    return _page(request)


@needs(SYSTEM_ADMIN)
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Đề nghị tin cậy một chứng thư gốc."""
    request.show_again = lambda said: _page(request, said, "goc")
    propose_trust(
        content=_uploaded(request, "signing.E121"),
        purpose=request.POST.get("purpose", ""),
        effective_at=_effective_at(request),
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã gửi đề nghị; một quản trị hệ thống khác phải phê duyệt.", "trust")


@needs(SYSTEM_ADMIN)
@require_POST
def end(request: HttpRequest, anchor_id: int) -> HttpResponse:
    """Đề nghị kết thúc tin cậy."""
    request.show_again = lambda said: _page(request, said, f"ket-thuc-{anchor_id}")
    propose_trust_end(
        anchor_id=anchor_id,
        effective_at=_effective_at(request),
        reason=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã gửi đề nghị; một quản trị hệ thống khác phải phê duyệt.", "trust")


@needs(SYSTEM_ADMIN)
@require_POST
def decide(request: HttpRequest, change_id: int) -> HttpResponse:
    """Phê duyệt hoặc từ chối đề nghị của người khác."""
    request.show_again = lambda said: _page(request, said, f"de-nghi-{change_id}")
    is_approved = request.POST.get("decision") == "approve"
    decide_trust(
        change_id=change_id,
        is_approved=is_approved,
        note=request.POST.get("note", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã phê duyệt." if is_approved else "Đã từ chối đề nghị.", "trust")


@needs(SYSTEM_ADMIN)
@require_POST
def take_list(request: HttpRequest) -> HttpResponse:
    """Nhập danh sách thu hồi từ tệp."""
    request.show_again = lambda said: _page(request, said, "thu-hoi")
    at = clock.now()
    kept = take_in_list(content=_uploaded(request, "signing.E133"), by=request.actor, at=at)
    said = f"Đã nhập danh sách thu hồi, dùng đến {clock.local(kept.next_at):%H:%M %d/%m/%Y}."
    if kept.next_at <= at:
        said += " Danh sách này đã quá hạn: hãy lấy danh sách mới hơn."
    return done(request, said, "trust")


@needs(SYSTEM_ADMIN)
@require_POST
def add_intermediate(request: HttpRequest) -> HttpResponse:
    """Tải chứng thư của tổ chức cấp trung gian."""
    request.show_again = lambda said: _page(request, said, "trung-gian")
    add_issuer(content=_uploaded(request, "signing.E121"), by=request.actor, at=clock.now())
    return done(request, "Đã thêm chứng thư trung gian.", "trust")


def _uploaded(request: HttpRequest, absent: str) -> bytes:
    file = request.FILES.get("file")
    if file is None:
        raise refusal(absent)
    content: bytes = file.read()
    return content


def _effective_at(request: HttpRequest) -> datetime:
    """The beginning of the typed day; now where none was typed."""
    day = read_day(request.POST.get("effective_on", ""), field="effective_on")
    if day is None:
        return clock.now()
    return clock.at_vietnam(day.year, day.month, day.day)


def _page(request: HttpRequest, error: Refusal | None = None, form: str = "") -> HttpResponse:
    at, person_id = clock.now(), request.actor.person_id
    lists = queries.list_standings(at)
    return show(
        request,
        "desk/trust/trust.html",
        title="Tin cậy chữ ký số",
        active="trust",
        status=422 if error else 200,
        error=error,
        opened=form,
        typed=request.POST,
        today=clock.today(),
        changes=[_change(one, person_id) for one in queries.open_trust_changes()],
        anchors=[_anchor(one, at) for one in queries.anchors()],
        purposes=[(one.value, _sentence(one.label)) for one in PURPOSES],
        lists=[_list_row(one) for one in lists],
        careful=[one.issuer for one in lists if one.state in {"stale", "absent"}],
        issuers=queries.chained_issuers(at),
        decided=queries.decided_trust_changes(),
        grouped=grouped,
        readable=readable_name,
    )


def grouped(fingerprint: str) -> str:
    """A fingerprint as two people compare it by eye."""
    return " ".join(fingerprint[k : k + 4] for k in range(0, len(fingerprint), 4)).upper()


def readable_name(name: str) -> str:
    """ "CN=Sở Nội vụ,O=Tỉnh,C=VN" -> "Sở Nội vụ, Tỉnh, VN"."""
    parts = [part.partition("=")[2] for part in _PARTS_OF_NAME.split(name)]
    return ", ".join(part.replace("\\", "") for part in parts if part) or name


def _sentence(words: Any) -> str:
    text = str(words)
    return text[:1].upper() + text[1:]


def _change(one: TrustChange, person_id: int) -> dict[str, Any]:
    facts = one.facts
    told = [
        ("Chứng thư", readable_name(one.name)),
        ("Mục đích", one.get_purpose_display()),
        ("Dấu vân tay SHA-256", grouped(one.fingerprint)),
        ("Có hiệu lực từ", f"{clock.local(one.effective_at):%d/%m/%Y}"),
        ("Căn cứ, lý do", one.reason),
    ]
    if facts:
        since, until = (datetime.fromisoformat(facts[name]) for name in ("valid_from", "valid_to"))
        told[2:2] = [
            (
                "Tổ chức cấp",
                "tự cấp (chứng thư gốc)" if facts["is_root"] else readable_name(facts["issuer"]),
            ),
            ("Số hiệu", facts["serial"]),
            ("Hạn chứng thư", f"{clock.local(since):%d/%m/%Y} – {clock.local(until):%d/%m/%Y}"),
            ("Khóa", facts["key"]),
        ]
    return {
        "id": one.id,
        "title": _sentence(one.get_kind_display()),
        "facts": told,
        "by": one.proposed_by.full_name,
        "at": one.proposed_at,
        "is_own": one.proposed_by_id == person_id,
    }


def _anchor(one: TrustAnchor, at: datetime) -> dict[str, Any]:
    if one.trusted_to is not None and one.trusted_to <= at:
        state = ("đã kết thúc", "paused")
    elif one.trusted_from > at:
        state = ("chưa đến ngày", "due")
    else:
        state = ("đang tin cậy", "valid")
    return {
        "id": one.id,
        "name": one.name,
        "purpose": _sentence(one.get_purpose_display()),
        "since": one.trusted_from,
        "until": one.trusted_to,
        "fingerprint": grouped(one.fingerprint),
        "state": state,
        "may_end": one.trusted_to is None,
    }


def _list_row(one: ListStanding) -> dict[str, Any]:
    held = one.list
    return {
        "issuer": one.issuer,
        "state": LIST_WORDS[one.state],
        "issued_at": held.issued_at if held else None,
        "next_at": held.next_at if held else None,
        "revoked": held.revoked if held else None,
        "by": held.taken_in_by.full_name if held and held.taken_in_by else "",
        "taken_in_at": held.taken_in_at if held else None,
    }

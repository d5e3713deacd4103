"""Sắp đặt hộp thư: closing words, absence, own folders; giving mailboxes; QC.10.2 in figures."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.mailboxes import access
from congvu.mailboxes.connect_server import connect_server, disconnect_server
from congvu.mailboxes.models import ImapAccount
from congvu.mailboxes.open_mailbox import open_mailbox
from congvu.mailboxes.queries.measure import (
    DAYS_BACK,
    beside_official_mail,
    office_rows,
    unread_rows,
)
from congvu.mailboxes.set_away import end_away, set_away, set_signature
from congvu.orgs.types import AGENCY_ADMIN, LEADER
from congvu.rules.words import minutes_words
from congvu.web.desk.days import read_day, read_id
from congvu.web.desk.frame import STAFF, done, show
from congvu.web.shell.doors import needs


@needs(*STAFF)
@require_GET
def mailbox_settings(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Everything that the owner arranges."""
    return _page(request, mailbox_id)


@needs(*STAFF)
@require_POST
def sign_mail(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Phần cuối thư."""
    _show_again(request, mailbox_id)
    text = request.POST.get("signature", "")
    set_signature(mailbox_id=mailbox_id, text=text, by=request.actor, at=clock.now())
    return done(request, "Đã lưu phần cuối thư.", "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def set_mail_away(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Trả lời khi vắng mặt."""
    _show_again(request, mailbox_id)
    rule = set_away(
        mailbox_id=mailbox_id,
        first_day=read_day(request.POST.get("since", ""), field="since"),
        last_day=read_day(request.POST.get("until", ""), field="until"),
        text=request.POST.get("away_text", ""),
        by=request.actor,
        at=clock.now(),
    )
    first = clock.local(rule.starts_at)
    said = f"Từ {first:%d/%m/%Y}, mỗi người gửi được trả lời tự động một lần."
    return done(request, said, "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def end_mail_away(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Thôi trả lời tự động."""
    end_away(mailbox_id=mailbox_id, by=request.actor, at=clock.now())
    return done(request, "Đã thôi trả lời tự động.", "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def connect_mail_server(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Đọc thư từ máy chủ thư của tỉnh."""
    _show_again(request, mailbox_id)
    connect_server(
        mailbox_id=mailbox_id,
        server=request.POST.get("server", ""),
        user=request.POST.get("user", ""),
        password=request.POST.get("password", ""),
        by=request.actor,
        at=clock.now(),
    )
    said = "Đã lưu; thư mới được đọc trong vòng một phút. Kết quả hiện ở trang này."
    return done(request, said, "mailbox_settings", mailbox_id)


@needs(*STAFF)
@require_POST
def disconnect_mail_server(request: HttpRequest, mailbox_id: int) -> HttpResponse:
    """Thôi đọc từ máy chủ thư."""
    disconnect_server(mailbox_id=mailbox_id, by=request.actor, at=clock.now())
    said = "Đã thôi đọc từ máy chủ thư; thông tin đăng nhập đã được bỏ."
    return done(request, said, "mailbox_settings", mailbox_id)


def _show_again(request: HttpRequest, mailbox_id: int) -> None:
    """What is refused is shown in the form; a mailbox that is not one's own has no form."""
    access.mailbox_for(request.actor, mailbox_id)
    request.show_again = lambda said: _page(request, mailbox_id, said)


def _page(request: HttpRequest, mailbox_id: int, error: Refusal | None = None) -> HttpResponse:
    box = access.mailbox_for(request.actor, mailbox_id)
    rule = box.away_rules.filter(ended_at__isnull=True, ends_at__gt=clock.now()).first()
    typed = request.POST if error else {}
    return show(
        request,
        "desk/mailbox/settings.html",
        title="Sắp đặt hộp thư",
        active="mailboxes",
        box=box,
        rule=rule,
        told=rule.answers.count() if rule else 0,
        folders=list(box.folders.all()),
        servers=[(name, name) for name in settings.IMAP_SERVERS],
        account=ImapAccount.objects.filter(mailbox=box, is_active=True).first(),
        error=error,
        values={
            "server": typed.get("server", ""),
            "user": typed.get("user", ""),
            "signature": typed.get("signature", box.signature),
            "since": typed.get("since", ""),
            "until": typed.get("until", ""),
            "away_text": typed.get("away_text", rule.text if rule else ""),
        },
    )


@needs(LEADER, AGENCY_ADMIN)
@require_GET
def mailbox_measure(request: HttpRequest) -> HttpResponse:
    """Theo dõi hộp thư: who keeps the mailbox and who does not; what passes beside it."""
    return _measure(request)


@needs(LEADER, AGENCY_ADMIN)
@require_POST
def give_mailbox(request: HttpRequest) -> HttpResponse:
    """Cấp hộp thư cho một người hoặc cho cơ quan."""
    request.show_again = lambda said: _measure(request, said)
    box = open_mailbox(
        agency_id=request.actor.agency_id or 0,
        person_id=read_id(request.POST.get("person", "")) or None,
        address=request.POST.get("address", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, f"Đã cấp hộp thư {box.address} cho {box.name}.", "mailbox_measure")


def _measure(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by, at = request.actor, clock.now()
    rows = unread_rows(by, at)
    return show(
        request,
        "desk/mailbox/measure.html",
        title="Theo dõi hộp thư công vụ",
        active="mailboxes",
        rows=[(row, minutes_words(row.oldest_minutes) if row.oldest_at else "") for row in rows],
        without=[(row.person_id, f"{row.name}, {row.title}") for row in rows if not row.address],
        unread=sum(row.unread for row in rows),
        offices=[
            (one, minutes_words(one.oldest_minutes) if one.oldest_at else "")
            for one in office_rows(by, at)
        ],
        beside=beside_official_mail(by, at) if by.has(LEADER) else None,
        days_back=DAYS_BACK,
        may_give=by.has(AGENCY_ADMIN),
        error=error,
        typed=request.POST.get("address", "") if error else "",
        chosen=request.POST.get("person", "") if error else "",
    )

"""Người dân trên Zalo: codes given at the desk, links, and templates that Zalo approves."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.channels.access import ORDERS
from congvu.channels.give_link_code import LIVES, Asked, give_link_code
from congvu.channels.keep_zalo_template import TemplateForm, keep_template, set_template_state
from congvu.channels.link_citizen import unlink_citizen
from congvu.channels.models import ZaloContact, ZaloGrant, ZaloLink, ZaloTemplate
from congvu.channels.zalo_terms import window_of
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.web.desk.frame import done, show
from congvu.web.desk.zalo_accounts import USERS
from congvu.web.shell.doors import needs

MOST = 100
TEMPLATE_TONES = {"approved": "valid", "pending": "due", "rejected": "late", "stopped": "paused"}


@needs(*ORDERS["link"])
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Who is linked, who wrote lately, and the form for a new code."""
    return _people(request)


@needs(*ORDERS["link"])
@require_POST
def give_code(request: HttpRequest) -> HttpResponse:
    """Tạo mã liên kết: shown once, on this answer only."""
    typed = request.POST
    asked = Asked(typed.get("full_name", ""), typed.get("phone", ""), typed.get("reference", ""))
    request.show_again = lambda said: _people(request, error=said)
    row, code = give_link_code(asked=asked, by=request.actor, at=clock.now())
    account = ZaloGrant.objects.filter(agency_id=row.agency_id).exclude(state="ended").first()
    return show(
        request,
        "desk/zalo/code.html",
        title="Mã liên kết Zalo",
        active="zalo",
        row=row,
        code=code,
        hours=int(LIVES.total_seconds() // 3600),
        account_name=account.account.name if account else "",
    )


def _people(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by, at = request.actor, clock.now()
    links = ZaloLink.objects.filter(agency_id=by.agency_id).select_related("contact", "code")
    contacts = ZaloContact.objects.filter(agency_id=by.agency_id, last_word_at__isnull=False)
    return show(
        request,
        "desk/zalo/people.html",
        title="Người dân trên Zalo",
        active="zalo",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        links=links[:MOST],
        is_granted=ZaloGrant.objects.filter(agency_id=by.agency_id, state="ready").exists(),
        contacts=[
            (one, window_of(one, at).explanation)
            for one in contacts.order_by("-last_word_at")[:MOST]
        ],
    )


@needs(*ORDERS["link"])
@require_POST
def unlink(request: HttpRequest, link_id: int) -> HttpResponse:
    """Hủy liên kết theo yêu cầu của người dân."""
    unlink_citizen(link_id=link_id, by=request.actor, at=clock.now())
    return done(request, "Đã hủy liên kết và dừng gửi thông báo.", "zalo_people")


@needs(*USERS)
@require_http_methods(["GET", "POST"])
def templates(request: HttpRequest) -> HttpResponse:
    """Mẫu tin Zalo, and the form for a new one."""
    if request.method == "GET":
        return _templates(request)
    typed = request.POST
    request.show_again = lambda said: _templates(request, said)
    form = TemplateForm(typed.get("template_id", ""), typed.get("name", ""), typed.get("text", ""))
    keep_template(form=form, by=request.actor, at=clock.now())
    return done(request, "Đã nhập mẫu tin; chỉ dùng được sau khi Zalo duyệt.", "zalo_templates")


def _templates(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by = request.actor
    return show(
        request,
        "desk/zalo/templates.html",
        title="Mẫu tin Zalo",
        active="zalo",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        rows=ZaloTemplate.objects.filter(agency_id=by.agency_id),
        tones=TEMPLATE_TONES,
        states=ZaloTemplate.State.choices,
        may_keep=not by.roles.isdisjoint(ORDERS["template"]),
    )


@needs(*USERS)
@require_POST
def set_state(request: HttpRequest, template_id: int) -> HttpResponse:
    """Ghi kết quả duyệt của Zalo."""
    state = request.POST.get("state", "")
    set_template_state(template_id=template_id, state=state, by=request.actor, at=clock.now())
    return done(request, "Đã ghi tình trạng mẫu tin.", "zalo_templates")

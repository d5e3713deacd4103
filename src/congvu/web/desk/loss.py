"""Báo mất quyền kiểm soát: two clicks, then everything that followed (QC.10.3)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.accounts.models import Account, Session
from congvu.documents.access import SEES_ALL
from congvu.documents.queries.signed import documents_signed
from congvu.kit import clock
from congvu.kit.refusal import Refusal
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, Actor
from congvu.signing import access
from congvu.signing.close_report import close_as_false_alarm
from congvu.signing.give_account_back import give_account_back
from congvu.signing.models import CustodyNotice, LossReport, SignatureRecord
from congvu.signing.queries import custody as queries
from congvu.signing.report_account_lost import report_account_lost
from congvu.signing.report_key_lost import report_key_lost
from congvu.signing.report_outside_account_lost import report_outside_account_lost
from congvu.web.desk.custody import pdf_answer
from congvu.web.desk.days import read_id, read_moment
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import admins_too, needs

ACT_WORDS = {
    "signed": "Ký của người có thẩm quyền",
    "numbered": "Ghi số và thời gian",
    "sealed": "Ký số của cơ quan",
    "appendix_signed": "Ký phụ lục",
    "copy_signed": "Ký bản sao",
    "arrival_stamped": "Dấu đến",
}
STATE_TONES = {"open": "error", "recovered": "valid", "false_alarm": "paused"}
OUTSIDE = "khac"  # the choice: an account of the agency on a system other than this
WILL_HERE = [
    "Tạm ngừng tài khoản và kết thúc mọi phiên đăng nhập của người đó; chỉ mở lại bằng mật khẩu "
    "mới do quản trị cấp",
    "Tạm dừng mọi giao ký thay, thừa lệnh, thừa ủy quyền do hoặc cho người đó",
]
WILL_OUTSIDE = [
    "Ghi nhận báo mất; Hệ thống này không khóa được tài khoản ở nơi khác, hãy báo ngay nhà cung cấp"
]


@admins_too
@needs()
@require_http_methods(["GET", "POST"])
def key_lost(request: HttpRequest, device_id: int) -> HttpResponse:
    """Báo mất khóa ký số: what will happen and since when; the second click does it."""
    access.device_for(request.actor, device_id, to="report")  # a stranger's number: no form again
    if request.method == "POST":
        request.show_again = lambda said: _key_form(request, device_id, said)
        at = clock.now()
        report = report_key_lost(
            device_id=device_id,
            lost_at=_lost_at(request, at),
            said=request.POST.get("said", ""),
            by=request.actor,
            at=at,
        )
        return _reported(request, report)
    return _key_form(request, device_id)


def _lost_at(request: HttpRequest, at: datetime) -> datetime:
    typed = request.POST
    return read_moment(typed.get("lost", ""), typed.get("lost_time", ""), default=at, field="lost")


def _key_form(request: HttpRequest, device_id: int, error: Refusal | None = None) -> HttpResponse:
    by = request.actor
    device = access.device_for(by, device_id, to="report")
    row = queries.device_row(device_id)
    will = [f"Thu hồi chứng thư số {row.certificate_serial} kể từ thời điểm nêu dưới đây"]
    whose = row.holder if device.person_id else f"người giữ thiết bị ({row.keeper or 'chưa có'})"
    will = will if row.certificate_serial else ["Thiết bị không dùng để ký được nữa"]
    will.append(f"Kết thúc mọi phiên đăng nhập của {whose}")
    if device.person_id:
        will.append("Tạm dừng mọi giao ký thay, thừa lệnh, thừa ủy quyền do hoặc cho người này")
    return _form(request, error, will, f"Báo mất khóa ký số của {row.holder}", row=row)


def _form(
    request: HttpRequest, error: Refusal | None, will: list[str], title: str, **more: Any
) -> HttpResponse:
    at = clock.now()
    authority = queries.report_authority(at)
    told = authority.name if authority else "cơ quan tiếp nhận báo mất (chưa được cấu hình)"
    here = clock.local(at)
    return show(
        request,
        "desk/custody/report.html",
        title=title,
        active="account",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        will=[
            *will,
            f"Mở sự cố, báo quản trị cơ quan và {told}",
            "Lập sẵn thông báo gửi nhà cung cấp dịch vụ để in, ký, gửi",
        ],
        now={"date": f"{here:%d/%m/%Y}", "time": f"{here:%H:%M}"},
        **{"row": None, "accounts": [], "chosen": "", "is_outside": False, "views": [], **more},
    )


@admins_too
@needs()
@require_http_methods(["GET", "POST"])
def account_lost(request: HttpRequest) -> HttpResponse:
    """Báo mất tài khoản: one's own, a colleague's (administrator), the agency's elsewhere."""
    if request.method == "POST":
        request.show_again = lambda said: _account_form(request, said)
        at, typed, by = clock.now(), request.POST, request.actor
        common = {"lost_at": _lost_at(request, at), "said": typed.get("said", ""), "by": by}
        if typed.get("account") == OUTSIDE:
            report = report_outside_account_lost(
                name=typed.get("name", ""), provider=typed.get("provider", ""), at=at, **common
            )
        else:
            report = report_account_lost(
                account_id=read_id(typed.get("account", "")), at=at, **common
            )
        return _reported(request, report)
    return _account_form(request)


def _account_form(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    by = request.actor
    keeps = by.has(AGENCY_ADMIN, CLERK)
    wanted = request.POST.get("account") or request.GET.get("loai", "")
    is_outside = keeps and wanted == OUTSIDE
    accounts = _accounts(request, by)
    return _form(
        request,
        error,
        WILL_OUTSIDE if is_outside else WILL_HERE,
        "Báo mất quyền kiểm soát tài khoản",
        accounts=accounts,
        chosen=request.POST.get("account") or accounts[0][0],
        is_outside=is_outside,
        views=[
            {"label": "Trong Hệ thống này", "href": "?", "current": not is_outside},
            {
                "label": "Của cơ quan, ở hệ thống khác",
                "href": f"?loai={OUTSIDE}",
                "current": is_outside,
            },
        ]
        if keeps
        else [],
    )


def _accounts(request: HttpRequest, by: Actor) -> list[tuple[object, str]]:
    """One's own account first; then those of an administrator's people."""
    visit = request.session_row
    choices: list[tuple[object, str]] = [(visit.account_id, f"Của tôi: {visit.username}")]
    if by.has(AGENCY_ADMIN):
        people = {one.person_id for one in orgs.people_of_agency(by.agency_id or 0, clock.today())}
        rows = Account.objects.filter(
            person_id__in=people, status=Account.Status.ACTIVE, kind=Account.Kind.OPERATIONAL
        ).select_related("person")
        choices += [(one.id, f"{one.person.full_name}: {one.username}") for one in rows]
    return choices


def _reported(request: HttpRequest, report: LossReport) -> HttpResponse:
    """The page of the report; whose own session just ended gets a page that needs none."""
    ended = Session.objects.filter(
        id=request.session_row.session_id, ended_at__isnull=False
    ).exists()
    if not ended:
        return done(
            request, "Đã báo mất; các việc dưới đây đã thực hiện.", "loss_report", report.id
        )
    answer = render(
        request,
        "desk/custody/reported.html",
        {"page": {"title": "Đã báo mất"}, "report": report, "tiep": _after(report)},
    )
    answer.delete_cookie(settings.SESSION_COOKIE, path="/", samesite="Lax")
    return answer


def _after(report: LossReport) -> str:
    return f"{reverse('sign_in')}?tiep={reverse('loss_report', args=[report.id])}"


@admins_too
@needs()
@require_GET
def loss_report(request: HttpRequest, report_id: int) -> HttpResponse:
    """One report: what stopped, who was told, which signatures are affected."""
    return _report_page(request, report_id)


def _report_page(request: HttpRequest, report_id: int, password: str = "") -> HttpResponse:
    by = request.actor
    report = access.report_for(by, report_id, to="see")
    closes = access.keeps_register(by, agency_id=report.agency_id, person_id=report.person_id)
    since, before = queries.affected_signatures(report)
    named = documents_signed([one.sha256_after for one in (*since, *before)])
    told = CustodyNotice.objects.filter(kind=CustodyNotice.Kind.LOSS, subject_id=report.id)
    account_is_shut = (
        report.account_id is not None and report.account.status == Account.Status.DISABLED
    )
    return show(
        request,
        "desk/custody/loss_report.html",
        title="Báo mất quyền kiểm soát",
        active="signing_devices" if closes else "account",
        report=report,
        tone=STATE_TONES[report.state],
        since=_lines(since, named),
        before=_lines(before, named),
        reads=not SEES_ALL.isdisjoint(by.roles),
        told=list(told.select_related("to__person", "to__position", "agency")),
        password=password,
        orders={
            "close": closes and report.state == LossReport.State.OPEN,
            "device": report.device_id is not None and (closes or report.person_id == by.person_id),
            "give_back": closes and account_is_shut and report.person_id != by.person_id,
        },
    )


def _lines(records: list[SignatureRecord], named: dict[str, Any]) -> list[dict[str, Any]]:
    """Signatures as a table shows them: the document by number only, never by its content."""
    return [
        {
            "at": one.signed_at,
            "act": ACT_WORDS.get(one.act, one.act),
            "by": one.by_person.full_name,
            "document": named.get(one.sha256_after),
        }
        for one in records
    ]


@admins_too
@needs()
@require_GET
def letter(request: HttpRequest, report_id: int) -> HttpResponse:
    """Thông báo gửi nhà cung cấp, as it was typeset and kept."""
    report = access.report_for(request.actor, report_id, to="see")
    return pdf_answer(report.letter, f"thong-bao-bao-mat-{report_id}.pdf")


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def false_alarm(request: HttpRequest, report_id: int) -> HttpResponse:
    """Báo nhầm: the report ends, the revocation stays."""
    close_as_false_alarm(
        report_id=report_id,
        note=request.POST.get("reason", ""),
        by=request.actor,
        at=clock.now(),
    )
    return done(request, "Đã kết thúc lần báo mất (báo nhầm).", "loss_report", report_id)


@needs(AGENCY_ADMIN, CLERK)
@require_POST
def give_back(request: HttpRequest, report_id: int) -> HttpResponse:
    """Mở lại tài khoản với mật khẩu mới, shown this once."""
    password = give_account_back(report_id=report_id, by=request.actor, at=clock.now())
    return _report_page(request, report_id, password)

"""Tài khoản Zalo: the agency's register, one account with its notice, history and keepers."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from congvu.channels.models import ZaloGrant
from congvu.kit import clock
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import AGENCY_ADMIN, CLERK, LEADER, OFFICIAL, UNIT_HEAD
from congvu.systems import access, refusals
from congvu.systems.models import ImpostorCase, OfficialAccount
from congvu.systems.notify_account import notice_receiver
from congvu.systems.plan_account import AccountPlan, plan_account
from congvu.systems.typeset_notice import typeset_notice
from congvu.web.desk.frame import done, show
from congvu.web.shell.doors import needs

USERS = (CLERK, LEADER, AGENCY_ADMIN, UNIT_HEAD, OFFICIAL)
ACCOUNT_TONES = {"active": "valid", "notified": "active", "suspended": "paused"}
GRANT_TONES = {"ready": "valid", "broken": "late", "waiting": "due"}
CASE_TONES = {"reported": "late", "asked": "due", "confirmed": "late", "forwarded": "valid"}
FIELDS = ("name", "phone", "domain", "purpose", "other")


def callback_address() -> str:
    """Where Zalo sends the administrator back to."""
    return settings.PUBLIC_ADDRESS.rstrip("/") + reverse("zalo_granted")


@needs(*USERS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The register, and accounts that take the agency's name."""
    by = request.actor
    keeps = access.may_keep(by)
    return show(
        request,
        "desk/zalo/accounts.html",
        title="Tài khoản Zalo",
        active="zalo",
        rows=OfficialAccount.objects.filter(agency_id=by.agency_id, agency_id__isnull=False),
        cases=ImpostorCase.objects.filter(agency_id=by.agency_id) if keeps else [],
        tones=ACCOUNT_TONES,
        case_tones=CASE_TONES,
        keeps=keeps,
    )


@needs(*USERS)
@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest) -> HttpResponse:
    """Lập dự kiến: what the notice must say."""
    refuse_unless(access.may_keep(request.actor), refusals.NOT_KEEPER)
    if request.method == "GET":
        return _form(request, None)
    request.show_again = lambda said: _form(request, None, said)
    planned = plan_account(plan=_typed(request), by=request.actor, at=clock.now())
    said = "Đã lập dự kiến. Hãy ban hành thông báo trước khi tạo tài khoản."
    return done(request, said, "zalo_account", planned.id)


@needs(*USERS)
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Sửa dự kiến, while nothing has been told to anybody."""
    there = access.account_for(request.actor, zalo_account_id)
    if request.method == "GET":
        return _form(request, there)
    request.show_again = lambda said: _form(request, there, said)
    plan_account(plan=_typed(request), account_id=there.id, by=request.actor, at=clock.now())
    return done(request, "Đã sửa dự kiến.", "zalo_account", there.id)


def _typed(request: HttpRequest) -> AccountPlan:
    return AccountPlan(**{name: request.POST.get(name, "") for name in FIELDS})


def _form(
    request: HttpRequest, there: OfficialAccount | None, error: Refusal | None = None
) -> HttpResponse:
    is_typed = request.method == "POST"
    return show(
        request,
        "desk/zalo/plan.html",
        title="Dự kiến tài khoản Zalo",
        active="zalo",
        status=422 if error else 200,
        account=there,
        typed=_typed(request) if is_typed else there,
        error=error,
        agency_name=request.actor.agency_name,
    )


@needs(*USERS)
@require_GET
def account(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """One account: what it is, what comes next, who answers, what happened."""
    by, today = request.actor, clock.today()
    there = access.account_for(by, zalo_account_id, to="read")
    people = orgs.people_of_agency(by.agency_id or 0, today)
    grant = ZaloGrant.objects.filter(account=there).exclude(state=ZaloGrant.State.ENDED).first()
    return show(
        request,
        "desk/zalo/account.html",
        title=there.name,
        active="zalo",
        account=there,
        tone=ACCOUNT_TONES.get(there.state, ""),
        keeps=access.may_keep(by),
        steps=list(there.steps.select_related("by__person").order_by("-at", "-id")),
        keepers=_keepers(there),
        people=[(one.posting_id, f"{one.full_name}, {one.title}") for one in people],
        grant=grant,
        grant_tone=GRANT_TONES.get(grant.state, "") if grant else "",
        receiver=there.notice_to or notice_receiver(today),
        agency_name=by.agency_name,
    )


def _keepers(there: OfficialAccount) -> list[dict[str, object]]:
    rows = there.keepers.select_related("posting__person", "posting__position")
    return [
        {
            "id": one.id,
            "name": f"{one.posting.person.full_name}, {one.posting.position.title}",
            "basis": one.basis,
            "since": one.valid_from,
            "until": one.valid_to,
        }
        for one in rows.order_by("valid_to", "id")
    ]


@needs(*USERS)
@require_GET
def notice(request: HttpRequest, zalo_account_id: int) -> HttpResponse:
    """Dự thảo thông báo, to be numbered and signed."""
    there = access.account_for(request.actor, zalo_account_id)
    made = typeset_notice(there, at=clock.now())
    answer = HttpResponse(made.pdf, content_type="application/pdf")
    answer["Content-Disposition"] = f'inline; filename="thong-bao-zalo-{there.id}.pdf"'
    return answer

"""Tài khoản: an administrator finds, opens, unlocks and closes the accounts of other people.

Every order asks for the second factor proved just now. A new password is shown once, on the answer
to the order, and kept nowhere.
"""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from congvu.accounts.close_account import close_account
from congvu.accounts.models import Account
from congvu.accounts.open_account import open_account
from congvu.accounts.queries import managed_accounts, people_without_account, sessions_of
from congvu.accounts.reopen_lost import reopen_lost_account
from congvu.accounts.reset_factor import LEAST, LONGEST, reset_factor
from congvu.accounts.reset_password import password_to_hand_over, reset_password
from congvu.accounts.types import ManagedAccount
from congvu.accounts.unlock import unlock
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import Refusal, refusal, refuse_unless
from congvu.orgs.types import AGENCY_ADMIN, SYSTEM_ADMIN
from congvu.signing.queries.custody import open_report_of_account
from congvu.web.desk.days import read_id
from congvu.web.desk.draft_form import number_or_none
from congvu.web.desk.frame import done, show
from congvu.web.desk.named_agencies import agency_choices
from congvu.web.desk.signing_in import confirm_first
from congvu.web.shell.doors import needs

ADMINS = (AGENCY_ADMIN, SYSTEM_ADMIN)
PAGE = 50
STATES = [*Account.Status.choices, ("locked", "bị khóa do sai mật khẩu")]
TONES = {"active": "valid", "disabled": "paused", "closed": "paused"}


@needs(*ADMINS)
@require_GET
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts this administrator manages, found by name, state."""
    wanted = {
        "tu-khoa": plain_spaces(clean_text(request.GET.get("tu-khoa", "")))[:80],
        "tinh-trang": request.GET.get("tinh-trang", ""),
    }
    if wanted["tinh-trang"] not in dict(STATES):
        wanted["tinh-trang"] = ""
    page = max(1, min(number_or_none(request.GET.get("trang", "")) or 1, 10_000))
    rows = managed_accounts(
        request.actor,
        clock.now(),
        text=wanted["tu-khoa"],
        state=wanted["tinh-trang"],
        offset=(page - 1) * PAGE,
        limit=PAGE + 1,
    )
    address = reverse("accounts") + "?" + urlencode(wanted)
    return show(
        request,
        "desk/accounts/list.html",
        title="Tài khoản",
        active="accounts",
        rows=rows[:PAGE],
        tones=TONES,
        wanted=wanted,
        states=STATES,
        note=f"Trang {page}",
        previous=f"{address}&trang={page - 1}" if page > 1 else "",
        next=f"{address}&trang={page + 1}" if len(rows) > PAGE else "",
    )


@needs(*ADMINS)
@require_http_methods(["GET", "POST"])
def open_new(request: HttpRequest) -> HttpResponse:
    """Mở tài khoản cho một người: of one's own agency, or of the one chosen first."""
    if request.method == "GET":
        return _opening(request)
    if (to_factor := confirm_first(request, request.get_full_path())) is not None:
        return to_factor
    request.show_again = lambda said: _opening(request, said)
    by, at, kind = request.actor, clock.now(), _kind(request)
    person = read_id(request.POST.get("person", ""))
    free = dict(people_without_account(_agency_id(request), kind, at))
    refuse_unless(person in free, "accounts.E082")
    password = password_to_hand_over()
    account_id = open_account(
        person_id=person,
        username=request.POST.get("username", "").strip(),
        password=password,
        kind=kind,
        managing_person_id=by.person_id,
        by=by,
        at=at,
    )
    return _page(request, _account(request, account_id), password=password)


def _agency_id(request: HttpRequest) -> int:
    by = request.actor
    if not by.has(SYSTEM_ADMIN):
        return by.agency_id or 0
    return read_id(request.GET.get("co-quan", ""))


def _kind(request: HttpRequest) -> str:
    asked = request.GET.get("loai", "")
    is_admin = asked == Account.Kind.ADMIN and request.actor.has(SYSTEM_ADMIN)
    return str(Account.Kind.ADMIN if is_admin else Account.Kind.OPERATIONAL)


def _opening(request: HttpRequest, error: Refusal | None = None) -> HttpResponse:
    chooses, kind, agency_id = request.actor.has(SYSTEM_ADMIN), _kind(request), _agency_id(request)
    return show(
        request,
        "desk/accounts/open.html",
        title="Mở tài khoản",
        active="accounts",
        status=422 if error else 200,
        error=error,
        typed=request.POST,
        agencies=agency_choices() if chooses else [],
        kinds=[
            (key, label) for key, label in Account.Kind.choices if key in ("operational", "admin")
        ],
        kind=kind,
        agency_id=agency_id,
        people=people_without_account(agency_id, kind, clock.now()) if agency_id else [],
    )


@needs(*ADMINS)
@require_GET
def managed(request: HttpRequest, account_id: int) -> HttpResponse:
    """One account: whose, in what state, its sessions, what can be done."""
    return _page(request, _account(request, account_id))


def _account(request: HttpRequest, account_id: int) -> ManagedAccount:
    found = managed_accounts(request.actor, clock.now(), account_id=account_id)
    refuse_unless(found, "accounts.E030")
    return found[0]


def _page(
    request: HttpRequest,
    shown: ManagedAccount,
    *,
    error: Refusal | None = None,
    opened: str = "",
    password: str = "",
) -> HttpResponse:
    at = clock.now()
    is_own = shown.person_id == request.actor.person_id
    lost = open_report_of_account(shown.id) if shown.status == "disabled" else None
    response = show(
        request,
        "desk/accounts/account.html",
        title=f"Tài khoản {shown.username}",
        active="accounts",
        status=422 if error else 200,
        account=shown,
        tone=TONES[shown.status],
        error=error,
        opened=opened,
        typed=request.POST,
        password=password,
        lost=lost,
        is_own=is_own,
        sessions=[one for one in sessions_of(shown.id, at) if one.ended_at is None],
        orders=_orders(shown, is_own, lost is not None),
    )
    if password:
        response["Cache-Control"] = "no-store"
    return response


def _orders(shown: ManagedAccount, is_own: bool, is_lost: bool) -> dict[str, bool]:
    is_active = shown.status == Account.Status.ACTIVE and not is_own
    return {
        "unlock": is_active and shown.locked_until is not None,
        "password": is_active,
        "factor": is_active and shown.has_factor,
        "reopen": shown.status == Account.Status.DISABLED and not is_own and not is_lost,
        "close": shown.status != Account.Status.CLOSED and not is_own,
    }


def _proved(request: HttpRequest, account_id: int, form: str = "") -> HttpResponse | None:
    """The way to the second factor where it is due; a refusal shows the account's page again."""
    shown = _account(request, account_id)
    request.show_again = lambda said: _page(request, shown, error=said, opened=form)
    return confirm_first(request, reverse("managed_account", args=[account_id]))


@needs(*ADMINS)
@require_POST
def open_lock(request: HttpRequest, account_id: int) -> HttpResponse:
    """Mở khóa: the lock of wrong guesses, before its time."""
    if (to_factor := _proved(request, account_id)) is not None:
        return to_factor
    unlock(account_id=account_id, by=request.actor, at=clock.now())
    return done(request, "Đã mở khóa tài khoản.", "managed_account", account_id)


@needs(*ADMINS)
@require_POST
def new_password(request: HttpRequest, account_id: int) -> HttpResponse:
    """Cấp lại mật khẩu."""
    if (to_factor := _proved(request, account_id)) is not None:
        return to_factor
    password = reset_password(account_id=account_id, by=request.actor, at=clock.now())
    return _page(request, _account(request, account_id), password=password)


@needs(*ADMINS)
@require_POST
def drop_factors(request: HttpRequest, account_id: int) -> HttpResponse:
    """Gỡ xác thực hai lớp."""
    if (to_factor := _proved(request, account_id, "go")) is not None:
        return to_factor
    reason = request.POST.get("reason", "")
    reset_factor(account_id=account_id, reason=reason, by=request.actor, at=clock.now())
    said = "Đã gỡ xác thực hai lớp; chủ tài khoản đăng ký lại khi đăng nhập."
    return done(request, said, "managed_account", account_id)


@needs(*ADMINS)
@require_POST
def reopen(request: HttpRequest, account_id: int) -> HttpResponse:
    """Mở lại tài khoản tạm ngừng, with a new password."""
    if (to_factor := _proved(request, account_id)) is not None:
        return to_factor
    if open_report_of_account(account_id) is not None:
        raise refusal("accounts.E083")
    password = reopen_lost_account(account_id=account_id, by=request.actor, at=clock.now())
    return _page(request, _account(request, account_id), password=password)


@needs(*ADMINS)
@require_POST
def close(request: HttpRequest, account_id: int) -> HttpResponse:
    """Đóng tài khoản."""
    if (to_factor := _proved(request, account_id, "dong")) is not None:
        return to_factor
    reason = plain_spaces(clean_text(request.POST.get("reason", "")))
    refuse_unless(LEAST <= len(reason) <= LONGEST, "accounts.E080")
    close_account(account_id=account_id, reason=reason, by=request.actor, at=clock.now())
    return done(request, "Đã đóng tài khoản.", "managed_account", account_id)

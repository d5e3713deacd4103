"""An account from its opening to its end: the person's posts decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from congvu.accounts.access import excluding_pair, roles_in_force
from congvu.accounts.close_account import close_account
from congvu.accounts.disable_idle import disable_idle, soon_disabled
from congvu.accounts.first_admin import offer_first_admin, open_first_admin
from congvu.accounts.leave_post import end_left_posts, leave_post
from congvu.accounts.models import Account, IdleExemption, Session
from congvu.accounts.open_account import open_account
from congvu.accounts.queries import account_list, mismatches, policy, posting_choices, signed_in
from congvu.accounts.reopen_account import reopen_account
from congvu.accounts.set_policy import Deviation, set_policy
from congvu.accounts.sign_in import sign_in, start_session
from congvu.accounts.sign_out import sign_out
from congvu.accounts.sign_out_everywhere import sign_out_everywhere
from congvu.accounts.switch_posting import switch_posting
from congvu.accounts.types import Visit
from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.orgs.models import Person, Posting
from congvu.orgs.types import (
    AGENCY_ADMIN,
    CLERK,
    INSPECTOR,
    LEADER,
    OFFICIAL,
    ROLES,
    SYSTEM_ADMIN,
    Actor,
)
from staff import INSIDE, PASSWORD, make_account, make_agency, make_posting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def token_for(account: Account, at: datetime, posting: Posting | None = None) -> str:
    posting = posting or account.person.postings.first()
    return start_session(account, posting_id=posting.id, rules=policy(at), entrance=INSIDE, at=at)


def visit_for(account: Account, at: datetime, posting: Posting | None = None) -> Visit:
    visit = signed_in(token_for(account, at, posting), at)
    assert visit is not None
    return visit


def acting(posting: Posting, *roles: str) -> Actor:
    return Actor(
        person_id=posting.person_id,
        posting_id=posting.id,
        agency_id=posting.agency_id,
        unit_id=None,
        full_name="",
        title="",
        agency_name="",
        roles=frozenset(roles),
    )


# Opening and closing ---------------------------------------------------------------------------


def test_an_account_is_opened_for_a_person_and_works(at: datetime):
    posting = make_posting(CLERK)
    open_account(
        person_id=posting.person_id, username="le.thu", password=PASSWORD, must_change=False,
        by=None, at=at,
    )  # fmt: skip
    attempt = sign_in(username="le.thu", password=PASSWORD, entrance=INSIDE, at=at)
    assert attempt.stage == "ready" and attempt.token
    assert Entry.objects.filter(kind="account.opened").count() == 1


@pytest.mark.clause("S.10")
@pytest.mark.parametrize(
    "changes, refused",
    [
        ({"username": "Lê Thử"}, "E031"),
        ({"username": "ab"}, "E031"),
        ({"username": "co-roi"}, "E032"),
        ({"password": "ngan"}, "E020"),
    ],
)
def test_what_an_account_may_not_be(at: datetime, changes: dict[str, str], refused: str):
    make_account(make_posting(CLERK).person, at)
    Account.objects.update(username="co-roi")
    wanted = {"username": "le.thu", "password": PASSWORD, **changes}
    with pytest.raises(Refusal, match=refused):
        open_account(person_id=make_posting(CLERK).person_id, by=None, at=at, **wanted)


def test_one_person_has_one_account_of_a_kind_and_a_second_for_administration(at: datetime):
    posting = make_posting(CLERK, AGENCY_ADMIN)
    for kind, name in (("operational", "le.thu"), ("admin", "le.thu.qt")):
        open_account(
            person_id=posting.person_id, username=name, password=PASSWORD, kind=kind, by=None, at=at
        )
    with pytest.raises(Refusal, match="E033"):
        open_account(
            person_id=posting.person_id, username="le.thu2", password=PASSWORD, by=None, at=at
        )


@pytest.mark.clause("S.10")
def test_an_agencys_administrator_opens_daily_accounts_of_the_own_agency_only(at: datetime):
    agency = make_agency()
    boss = acting(make_posting(AGENCY_ADMIN, agency=agency), AGENCY_ADMIN)
    own, foreign = make_posting(CLERK, agency=agency), make_posting(CLERK)
    opened = open_account(
        person_id=own.person_id, username="nguoi.nha", password=PASSWORD, by=boss, at=at
    )
    with pytest.raises(Refusal, match="E030"):
        open_account(
            person_id=foreign.person_id, username="nguoi.khac", password=PASSWORD, by=boss, at=at
        )
    with pytest.raises(Refusal, match="E034"):
        open_account(
            person_id=own.person_id, username="quan.tri", password=PASSWORD, kind="admin",
            by=boss, at=at,
        )  # fmt: skip
    clerk = acting(own, CLERK)
    with pytest.raises(Refusal, match="E030"):
        close_account(account_id=opened, reason="", by=acting(foreign, CLERK), at=at)
    with pytest.raises(Refusal, match="E030"):
        close_account(account_id=opened, reason="", by=clerk, at=at)


@pytest.mark.clause("S.10")
def test_nobody_closes_or_unlocks_their_own_account(at: datetime):
    posting = make_posting(SYSTEM_ADMIN)
    account = make_account(posting.person, at, kind="admin")
    with pytest.raises(Refusal, match="E035"):
        close_account(account_id=account.id, reason="", by=acting(posting, SYSTEM_ADMIN), at=at)


def test_closing_ends_the_sessions_at_once(account: Account, at: datetime):
    token = token_for(account, at)
    close_account(account_id=account.id, reason="nghỉ hưu", by=None, at=at)
    assert signed_in(token, at) is None
    assert Session.objects.get().end_reason == "closed"
    line = next(one for one in account_list(at) if one.account_id == account.id)
    assert line.status == "đã đóng" and line.deactivated_at == at


# Sessions ---------------------------------------------------------------------------------------


@pytest.mark.clause("S.06")
def test_signing_out_ends_one_session_and_everywhere_ends_all(account: Account, at: datetime):
    tokens = [token_for(account, at) for _ in range(3)]
    visits = [signed_in(token, at) for token in tokens]
    assert visits[0] is not None and visits[1] is not None
    sign_out(visit=visits[0], at=at)
    sign_out(visit=visits[0], at=at)
    assert [signed_in(token, at) is None for token in tokens] == [True, False, False]
    assert sign_out_everywhere(visit=visits[1], at=at) == 2
    assert all(signed_in(token, at) is None for token in tokens)
    assert Entry.objects.filter(kind="auth.signed_out").count() == 1


def test_a_session_ends_after_its_longest_time_however_busy(account: Account, at: datetime):
    token = token_for(account, at)
    Session.objects.update(last_seen_at=at + 12 * HOUR)
    visit = signed_in(token, at + 12 * HOUR - timedelta(seconds=1))
    assert visit is not None and visit.stage == "ready"
    late = signed_in(token, at + 12 * HOUR)
    assert late is not None and late.stage == "idle" and late.actor is None


def test_switching_goes_to_own_postings_only_and_changes_the_rights(at: datetime):
    first = make_posting(CLERK)
    second = make_posting(LEADER, person=first.person)
    account = make_account(first.person, at)
    token = token_for(account, at, first)
    visit = signed_in(token, at)
    assert visit is not None and visit.who.roles == {CLERK}
    assert len(posting_choices(first.person_id, account.kind, at)) == 2
    switch_posting(visit=visit, posting_id=second.id, at=at)
    switched = signed_in(token, at)
    assert switched is not None and switched.who.roles == {LEADER}
    assert switched.who.agency_id == second.agency_id
    with pytest.raises(Refusal, match="E040"):
        switch_posting(visit=visit, posting_id=make_posting(LEADER).id, at=at)


# Leaving, idleness ------------------------------------------------------------------------------


@pytest.mark.clause("S.08")
def test_leaving_a_post_at_a_moment_ends_roles_and_sessions_at_that_moment(
    account: Account, at: datetime
):
    token = token_for(account, at)
    posting = account.person.postings.get()
    leave_post(
        posting_id=posting.id, left_at=at + 5 * timedelta(minutes=1), basis="QĐ thuyên chuyển",
        by=None, at=at,
    )  # fmt: skip
    moment = at + 5 * timedelta(minutes=1)
    assert signed_in(token, moment - timedelta(seconds=1)) is not None
    assert signed_in(token, moment) is None
    assert [one.why for one in mismatches(moment)] == ["không giữ vị trí công tác nào"]
    assert end_left_posts(at=moment) == 1
    assert end_left_posts(at=moment) == 0
    assert mismatches(moment) == []
    account.refresh_from_db()
    assert account.status == "disabled"
    assert Session.objects.get().end_reason == "left_post"


@pytest.mark.clause("S.08")
def test_whoever_keeps_another_post_keeps_the_account(at: datetime):
    first = make_posting(CLERK)
    second = make_posting(OFFICIAL, person=first.person)
    account = make_account(first.person, at)
    leave_post(posting_id=first.id, left_at=at, basis="", by=None, at=at)
    account.refresh_from_db()
    assert account.status == "active" and mismatches(at) == []
    attempt = sign_in(username=account.username, password=PASSWORD, entrance=INSIDE, at=at)
    visit = signed_in(attempt.token, at)
    assert visit is not None and visit.who.posting_id == second.id
    with pytest.raises(Refusal, match="E041"):
        leave_post(posting_id=first.id, left_at=at, basis="", by=None, at=at)


@pytest.mark.clause("S.07")
def test_forty_five_idle_days_disable_an_account_and_the_job_may_run_twice(
    account: Account, at: datetime
):
    token = token_for(account, at)
    assert disable_idle(at=at + 45 * DAY - timedelta(seconds=1)) == 0
    assert disable_idle(at=at + 45 * DAY) == 1
    assert disable_idle(at=at + 45 * DAY) == 0
    account.refresh_from_db()
    assert account.status == "disabled" and signed_in(token, at) is None
    assert Entry.objects.filter(kind="account.disabled_idle").count() == 1
    administrator = acting(make_posting(SYSTEM_ADMIN), SYSTEM_ADMIN)
    reopen_account(
        account_id=account.id, reason="đi công tác về", by=administrator, at=at + 46 * DAY
    )
    assert disable_idle(at=at + 46 * DAY) == 0


@pytest.mark.clause("S.07")
def test_an_exempt_account_stays_until_the_exemption_ends(account: Account, at: datetime):
    until = (at + 60 * DAY).date()
    IdleExemption.objects.create(
        account=account, reason="nghỉ thai sản", approved_by=account.person, ends_on=until
    )
    assert disable_idle(at=at + 60 * DAY) == 0
    assert disable_idle(at=at + 61 * DAY) == 1


@pytest.mark.clause("S.07")
def test_a_sign_in_counts_as_use_and_warnings_come_on_day_30_and_40(account: Account, at: datetime):
    sign_in(username=account.username, password=PASSWORD, entrance=INSIDE, at=at + 20 * DAY)
    assert disable_idle(at=at + 45 * DAY) == 0
    assert soon_disabled(at + 50 * DAY) == [(account.id, 30)]
    assert soon_disabled(at + 60 * DAY) == [(account.id, 40)]
    assert soon_disabled(at + 55 * DAY) == []


# Kinds and roles --------------------------------------------------------------------------------


@pytest.mark.clause("S.10")
@pytest.mark.parametrize("role", sorted(ROLES))
def test_no_account_carries_both_administration_and_content(role: str):
    everything = list(ROLES)
    daily = roles_in_force(kind="operational", posting_roles=everything, own=())
    admin = roles_in_force(kind="admin", posting_roles=everything, own=everything)
    assert (role in daily) != (role in admin)
    assert roles_in_force(kind="service", posting_roles=everything, own=everything) == frozenset()


@pytest.mark.clause("S.10")
@pytest.mark.parametrize(
    "roles, pair",
    [
        ({INSPECTOR, SYSTEM_ADMIN}, (INSPECTOR, SYSTEM_ADMIN)),
        ({INSPECTOR, AGENCY_ADMIN}, (AGENCY_ADMIN, INSPECTOR)),
        ({CLERK, AGENCY_ADMIN}, None),
        ({LEADER}, None),
    ],
)
def test_the_keeper_of_the_log_is_no_administrator(roles: set[str], pair: tuple[str, str] | None):
    assert excluding_pair(roles) == pair


@pytest.mark.clause("S.10")
def test_a_person_with_excluding_roles_is_in_the_mismatch_report(at: datetime):
    posting = make_posting(INSPECTOR)
    make_posting(SYSTEM_ADMIN, person=posting.person)
    account = make_account(posting.person, at)
    assert [(one.account_id, "loại trừ" in one.why) for one in mismatches(at)] == [
        (account.id, True)
    ]


# The first administrator ------------------------------------------------------------------------


@pytest.mark.clause("S.09")
def test_a_fresh_installation_has_no_account_and_one_token_that_works_once(at: datetime):
    assert Account.objects.count() == 0
    token = offer_first_admin(at=at)
    account_id = open_first_admin(
        token=token, full_name="Trần Văn  Quản", username="quan.tri", password="Dau-tien-1", at=at
    )
    account = Account.objects.get(id=account_id)
    assert account.is_admin and account.person.full_name == "Trần Văn Quản"
    attempt = sign_in(username="quan.tri", password="Dau-tien-1", entrance=INSIDE, at=at)
    assert attempt.stage == "enrol"
    with pytest.raises(Refusal, match="E050"):
        open_first_admin(
            token=token, full_name="Kẻ Khác", username="ke.khac", password="Dau-tien-1", at=at
        )
    with pytest.raises(Refusal, match="E051"):
        offer_first_admin(at=at)


@pytest.mark.clause("S.09")
def test_the_token_dies_after_24_hours_and_by_a_newer_one(at: datetime):
    old, token = offer_first_admin(at=at), offer_first_admin(at=at)
    for dead, moment in ((old, at), (token, at + 24 * HOUR), ("đoán mò", at)):
        with pytest.raises(Refusal, match="E050"):
            open_first_admin(
                token=dead, full_name="A B", username="a.b.c", password="Dau-tien-1", at=moment
            )
    assert Person.objects.count() == 0


# The security profile ---------------------------------------------------------------------------


@pytest.mark.clause("S.58")
def test_a_weaker_value_needs_a_signed_deviation_and_its_end_restores_the_floor(at: datetime):
    posting = make_posting(SYSTEM_ADMIN)
    by, signer = acting(posting, SYSTEM_ADMIN), make_posting(LEADER).person_id
    with pytest.raises(Refusal, match="E061"):
        set_policy(key="idle.staff_minutes", value=30, source="ý kiến", by=by, at=at)
    own = Deviation("tự ký", posting.person_id, date(2022, 3, 1))
    past = Deviation("đã hết hạn", signer, date(2022, 2, 13))
    for bad in (own, past):
        with pytest.raises(Refusal, match="E061"):
            set_policy(key="idle.staff_minutes", value=30, source="x", deviation=bad, by=by, at=at)
    signed = Deviation("phòng họp trực tuyến", signer, date(2022, 3, 1))
    set_policy(key="idle.staff_minutes", value=30, source="CV 12", deviation=signed, by=by, at=at)
    assert policy(at)["idle.staff_minutes"] == 30
    assert policy(at + 15 * DAY)["idle.staff_minutes"] == 30  # 1 March, the last day
    assert policy(at + 16 * DAY)["idle.staff_minutes"] == 15


@pytest.mark.clause("S.58")
def test_a_stricter_value_is_welcome_and_the_default_held_before_it(at: datetime):
    by = acting(make_posting(SYSTEM_ADMIN), SYSTEM_ADMIN)
    set_policy(key="lockout.tries", value=3, source="QĐ nội bộ", by=by, at=at)
    set_policy(key="password.length_without_factor", value=16, source="QĐ", by=by, at=at)
    assert policy(at)["lockout.tries"] == 3 and policy(at - DAY)["lockout.tries"] == 5
    with pytest.raises(Refusal, match="E060"):
        set_policy(key="khong.co", value=3, source="", by=by, at=at)

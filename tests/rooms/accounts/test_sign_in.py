"""Signing in: who comes in, who is locked out, and what nobody can learn from trying."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from congvu.accounts.access import client_address, needs_factor
from congvu.accounts.models import Account, Session
from congvu.accounts.queries import signed_in
from congvu.accounts.sign_in import sign_in
from congvu.accounts.types import Attempt, Entrance
from congvu.accounts.unlock import unlock
from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.orgs.models import Person
from congvu.orgs.types import OFFICIAL, SYSTEM_ADMIN, Actor
from staff import INSIDE, OUTSIDE, PASSWORD, make_account, make_posting

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def try_in(account: Account, at: datetime, password: str = PASSWORD, **more: Entrance) -> Attempt:
    return sign_in(
        username=account.username, password=password, at=at, entrance=more.get("entrance", INSIDE)
    )


def entries(kind: str) -> int:
    return Entry.objects.filter(kind=kind).count()


def an_administrator(at: datetime) -> Actor:
    posting = make_posting(SYSTEM_ADMIN)
    account = make_account(posting.person, at, kind="admin")
    return Actor(
        person_id=posting.person_id,
        posting_id=posting.id,
        agency_id=posting.agency_id,
        unit_id=None,
        full_name="Quản trị",
        title="",
        agency_name="",
        roles=frozenset({SYSTEM_ADMIN}),
        account_id=account.id,
    )


def test_name_and_password_open_a_session_in_the_persons_posting(account: Account, at: datetime):
    attempt = try_in(account, at)
    visit = signed_in(attempt.token, at)
    assert visit is not None and visit.stage == "ready" and visit.actor is not None
    assert visit.actor.roles == {OFFICIAL}
    assert visit.actor.agency_name == "Sở Nội vụ"
    account.refresh_from_db()
    assert account.last_sign_in_at == at
    assert entries("auth.signed_in") == 1


def test_the_cookie_itself_is_nowhere_in_the_database(account: Account, at: datetime):
    token = try_in(account, at).token
    session = Session.objects.get()
    assert session.token_hash != token and len(session.token_hash) == 64
    assert signed_in(token[:-1] + ("A" if token[-1] != "A" else "B"), at) is None


def test_case_of_the_name_does_not_matter(account: Account, at: datetime):
    attempt = sign_in(
        username=f" {account.username.upper()} ", password=PASSWORD, entrance=INSIDE, at=at
    )
    assert attempt.token


@pytest.mark.clause("S.04")
def test_the_fifth_wrong_password_locks_and_the_sixth_right_one_is_refused(
    account: Account, at: datetime
):
    for _ in range(5):
        assert try_in(account, at, "Sai-mat-khau-1").refusal
    assert entries("auth.locked") == 1
    refused = try_in(account, at)
    assert refused.refusal is not None and refused.refusal.code == "accounts.E001"
    assert Session.objects.count() == 0


@pytest.mark.clause("S.04")
def test_four_wrong_ones_do_not_lock_and_a_right_one_forgives_them(account: Account, at: datetime):
    for _ in range(4):
        try_in(account, at, "Sai-mat-khau-1")
    assert try_in(account, at).token
    for _ in range(4):
        try_in(account, at, "Sai-mat-khau-1")
    assert try_in(account, at).token


@pytest.mark.clause("S.04")
def test_the_lock_opens_by_itself_after_twelve_hours_and_not_a_minute_before(
    account: Account, at: datetime
):
    for _ in range(5):
        try_in(account, at, "Sai-mat-khau-1")
    assert try_in(account, at + 12 * HOUR - timedelta(minutes=1)).refusal
    assert try_in(account, at + 12 * HOUR).token


@pytest.mark.clause("S.04")
def test_an_administrator_opens_the_lock_and_it_is_written_down(account: Account, at: datetime):
    for _ in range(5):
        try_in(account, at, "Sai-mat-khau-1")
    unlock(account_id=account.id, by=an_administrator(at), at=at + HOUR)
    assert try_in(account, at + HOUR).token
    entry = Entry.objects.get(kind="auth.unlocked")
    assert entry.object_id == account.id and entry.account_id != account.id


@pytest.mark.clause("S.04", "S.46")
def test_one_address_cannot_lock_twenty_people_out(at: datetime):
    accounts = [make_account(make_posting(OFFICIAL).person, at) for _ in range(20)]
    answers = []
    for account in accounts:
        for _ in range(5):
            try:
                answers.append(try_in(account, at, "Sai-mat-khau-1"))
            except Refusal as refusal:
                assert refusal.code == "accounts.E429"
    assert len(answers) == 30
    assert Account.objects.filter(locked_until__isnull=False).count() == 6
    # The people themselves, at another address, come in.
    other = Entrance(address="10.0.0.8", zone="internal")
    assert try_in(accounts[19], at, entrance=other).token
    # And the window passes.
    assert try_in(accounts[18], at + timedelta(minutes=15)).token


@pytest.mark.clause("S.46")
def test_a_wrong_name_a_wrong_password_and_a_locked_account_sound_the_same(
    account: Account, at: datetime
):
    wrong_password = try_in(account, at, "Sai-mat-khau-1").refusal
    nobody = sign_in(username="khong-co-ai", password="x", entrance=INSIDE, at=at).refusal
    for _ in range(5):
        try_in(account, at, "Sai-mat-khau-1")
    locked = try_in(account, at).refusal
    assert wrong_password is not None and nobody is not None and locked is not None
    assert wrong_password.say == nobody.say == locked.say


@pytest.mark.clause("S.13")
def test_a_password_typed_in_the_name_box_is_not_written_into_the_log(at: datetime):
    sign_in(username="Bí mật của tôi #1", password="x", entrance=INSIDE, at=at)
    entry = Entry.objects.get(kind="auth.sign_in_failed")
    assert "mật của" not in entry.details and entry.outcome == "refused"


@pytest.mark.clause("S.07")
def test_a_disabled_account_stays_outside(account: Account, at: datetime):
    Account.objects.update(status="disabled")
    refused = try_in(account, at).refusal
    assert refused is not None and refused.code == "accounts.E002"


@pytest.mark.clause("S.08")
def test_nobody_without_a_posting_comes_in(at: datetime):
    person = Person.objects.create(full_name="Không Còn Vị Trí", sort_key="tri")
    refused = try_in(make_account(person, at), at).refusal
    assert refused is not None and refused.code == "accounts.E003"


@pytest.mark.clause("S.09")
def test_a_service_account_does_not_sign_in(at: datetime):
    account = make_account(make_posting(OFFICIAL).person, at, kind="service")
    refused = try_in(account, at).refusal
    assert refused is not None and refused.code == "accounts.E004"


@pytest.mark.clause("S.05")
def test_an_administrator_never_works_without_a_factor_from_any_zone(at: datetime):
    account = make_account(make_posting(SYSTEM_ADMIN).person, at, kind="admin")
    for entrance in (INSIDE, OUTSIDE):
        attempt = try_in(account, at, entrance=entrance)
        visit = signed_in(attempt.token, at)
        assert visit is not None and visit.stage == "enrol" and visit.actor is None


@pytest.mark.clause("S.05")
def test_an_official_without_a_factor_does_not_come_in_from_the_internet(
    account: Account, at: datetime
):
    refused = try_in(account, at, entrance=OUTSIDE).refusal
    assert refused is not None and refused.code == "accounts.E005"


@pytest.mark.clause("S.05")
@pytest.mark.parametrize(
    "kind, zone, enrolled, needed",
    [
        ("operational", "internal", False, False),
        ("operational", "internal", True, True),
        ("operational", "internet", False, True),
        ("admin", "internal", False, True),
        ("admin", "internet", True, True),
    ],
)
def test_when_a_second_factor_is_asked(kind: str, zone: str, enrolled: bool, needed: bool):
    assert needs_factor(kind=kind, zone=zone, has_factor=enrolled) is needed  # type: ignore[arg-type]


@pytest.mark.clause("S.05")
@pytest.mark.parametrize(
    "remote, forwarded, address",
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "10.0.0.1", "203.0.113.9"),  # forged: the hop is not ours
        ("10.9.9.9", "203.0.113.9", "203.0.113.9"),  # our proxy says who it was
        ("10.9.9.9", "10.0.0.1, 203.0.113.9", "203.0.113.9"),  # forged before our proxy
        ("10.9.9.9", "203.0.113.9, 10.9.9.8", "203.0.113.9"),  # two of our proxies
        ("10.9.9.9", "nonsense", "10.9.9.9"),
    ],
)
def test_the_address_is_the_last_hop_that_is_not_our_proxy(
    remote: str, forwarded: str, address: str
):
    assert client_address(remote, forwarded, ["10.9.9.0/24"]) == address

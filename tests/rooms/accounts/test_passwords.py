"""Passwords: their strength, their age, their history."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from congvu.accounts.change_password import change_password, refuse_weak
from congvu.accounts.models import Account
from congvu.accounts.queries import policy, signed_in
from congvu.accounts.sign_in import sign_in, start_session
from congvu.accounts.types import Visit
from congvu.kit.refusal import Refusal
from congvu.orgs.types import SYSTEM_ADMIN
from staff import INSIDE, PASSWORD, make_account, make_posting

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def visit_for(account: Account, at: datetime) -> Visit:
    posting = account.person.postings.first()
    token = start_session(account, posting_id=posting.id, rules=policy(at), entrance=INSIDE, at=at)
    visit = signed_in(token, at)
    assert visit is not None
    return visit


@pytest.mark.clause("S.01")
@pytest.mark.parametrize(
    "password, with_factor, refused",
    [
        ("Abc-12d", True, "E020"),  # 7 characters
        ("Abcdefg1", True, "E021"),  # 3 classes
        ("abc-def1", True, "E021"),
        ("ABC-DEF1", True, "E021"),
        ("Abc-defg", True, "E021"),
        ("Abc-def1", True, None),  # 8, four classes, second factor
        ("Abc-def1", False, "E020"),  # 8 without a second factor
        ("Abc-def1-xyz0", False, "E020"),  # 13
        ("Abc-def1-xyz02", False, None),  # 14
        ("Mật khẩu số 1", True, None),  # Vietnamese letters count
        ("Nguyen.an-2022", False, "E025"),  # holds the name
    ],
)
def test_strength(at: datetime, password: str, with_factor: bool, refused: str | None):
    rules = policy(at)
    if refused is None:
        refuse_weak(password, username="nguyen.an", with_factor=with_factor, rules=rules)
        return
    with pytest.raises(Refusal, match=refused):
        refuse_weak(password, username="nguyen.an", with_factor=with_factor, rules=rules)


@pytest.mark.clause("S.02")
def test_the_first_password_must_be_changed_and_then_work_begins(at: datetime):
    account = make_account(make_posting("official").person, at, must_change=True)
    attempt = sign_in(username=account.username, password=PASSWORD, entrance=INSIDE, at=at)
    visit = signed_in(attempt.token, at)
    assert visit is not None and visit.stage == "password" and visit.actor is None
    change_password(visit=visit, old_password=PASSWORD, new_password="Mat-khau-moi-1", at=at)
    changed = signed_in(attempt.token, at)
    assert changed is not None and changed.stage == "ready"


def test_a_change_ends_the_other_sessions(account: Account, at: datetime):
    other, own = (visit_for(account, at) for _ in range(2))
    change_password(visit=own, old_password=PASSWORD, new_password="Mat-khau-moi-1", at=at)
    account.sessions.get(id=own.session_id, ended_at__isnull=True)
    assert account.sessions.get(id=other.session_id).end_reason == "password"


def test_the_present_password_is_asked(account: Account, at: datetime):
    with pytest.raises(Refusal, match="E023"):
        change_password(
            visit=visit_for(account, at), old_password="x", new_password="Mat-khau-moi-1", at=at
        )


@pytest.mark.clause("S.03")
def test_an_administrators_password_ends_on_day_61(at: datetime):
    account = make_account(make_posting(SYSTEM_ADMIN).person, at, kind="admin")
    for days, must in ((60, False), (61, True)):
        sign_in(username=account.username, password=PASSWORD, entrance=INSIDE, at=at + days * DAY)
        account.refresh_from_db()
        assert account.must_change is must


@pytest.mark.clause("S.03")
def test_none_of_the_last_ten_comes_back_but_the_eleventh_may(at: datetime):
    account = make_account(make_posting(SYSTEM_ADMIN).person, at, kind="admin")
    visit = visit_for(account, at)
    used = [PASSWORD]
    for number in range(10):
        fresh = f"Mat-khau-{number}"
        change_password(visit=visit, old_password=used[-1], new_password=fresh, at=at)
        used.append(fresh)
    for again in used[1:]:
        with pytest.raises(Refusal, match="E022"):
            change_password(visit=visit, old_password=used[-1], new_password=again, at=at)
    change_password(visit=visit, old_password=used[-1], new_password=used[0], at=at)


@pytest.mark.clause("S.03")
def test_passwords_are_kept_as_argon2_only(account: Account, at: datetime):
    change_password(
        visit=visit_for(account, at),
        old_password=PASSWORD,
        new_password="Mat-khau-moi-1",
        at=at,
    )
    account.refresh_from_db()
    hashes = [
        account.password_hash,
        *account.earlier_passwords.values_list("password_hash", flat=True),
    ]
    assert len(hashes) == 2 and all(one.startswith("argon2$") for one in hashes)

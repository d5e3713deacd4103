"""The second factor: codes from a phone, recovery codes, and what wrong ones cost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest

from congvu.accounts.confirm_factor import confirm_factor
from congvu.accounts.enrol_key import Site, enrol_key
from congvu.accounts.enrol_totp import Enrolment, enrol_totp, offer_totp
from congvu.accounts.models import Account, Session, Totp
from congvu.accounts.queries import has_factor, signed_in, unused_recovery_codes
from congvu.accounts.remove_factor import remove_factor
from congvu.accounts.sign_in import sign_in
from congvu.accounts.trust_device import trust_device
from congvu.accounts.types import Attempt, Entrance, Visit
from congvu.audit.models import Entry
from congvu.kit.refusal import Refusal
from congvu.orgs.types import OFFICIAL, SYSTEM_ADMIN
from staff import INSIDE, OUTSIDE, PASSWORD, make_account, make_posting

pytestmark = pytest.mark.django_db

HALF_MINUTE = timedelta(seconds=30)


def come_in(account: Account, at: datetime, entrance: Entrance = INSIDE) -> Attempt:
    return sign_in(username=account.username, password=PASSWORD, entrance=entrance, at=at)


def visit_of(attempt: Attempt | Enrolment, at: datetime) -> Visit:
    visit = signed_in(attempt.token, at)
    assert visit is not None
    return visit


def code_at(account: Account, at: datetime) -> str:
    from congvu.accounts.keep_secret import open_secret

    generator = Totp.objects.filter(account=account).order_by("-id").first()
    return pyotp.TOTP(open_secret(generator.sealed_secret, purpose="totp")).at(at)


def enrol(account: Account, at: datetime) -> Enrolment:
    visit = visit_of(come_in(account, at), at)
    offer_totp(visit=visit, at=at)
    return enrol_totp(visit=visit, code=code_at(account, at), at=at)


@pytest.fixture
def guarded(account: Account, at: datetime) -> Account:
    """The official's account with a code generator, enrolled an hour ago."""
    enrol(account, at - timedelta(hours=1))
    return account


def test_the_secret_lies_encrypted(guarded: Account):
    generator = Totp.objects.get()
    assert len(generator.sealed_secret) > 60 and generator.confirmed_at is not None


@pytest.mark.clause("S.05")
def test_after_enrolment_a_password_alone_is_not_enough(guarded: Account, at: datetime):
    visit = visit_of(come_in(guarded, at), at)
    assert visit.stage == "factor" and visit.actor is None
    attempt = confirm_factor(visit=visit, code=code_at(guarded, at), at=at)
    assert visit_of(attempt, at).actor is not None


@pytest.mark.clause("S.05")
def test_an_official_with_a_factor_comes_in_from_the_internet(guarded: Account, at: datetime):
    visit = visit_of(come_in(guarded, at, OUTSIDE), at)
    attempt = confirm_factor(visit=visit, code=code_at(guarded, at), at=at)
    assert visit_of(attempt, at).stage == "ready"


def test_the_factor_gives_the_session_a_new_token(guarded: Account, at: datetime):
    before = come_in(guarded, at)
    after = confirm_factor(visit=visit_of(before, at), code=code_at(guarded, at), at=at)
    assert after.token != before.token and signed_in(before.token, at) is None


def test_a_code_works_once(guarded: Account, at: datetime):
    code = code_at(guarded, at)
    assert confirm_factor(visit=visit_of(come_in(guarded, at), at), code=code, at=at).token
    again = confirm_factor(visit=visit_of(come_in(guarded, at), at), code=code, at=at)
    assert again.refusal is not None and again.refusal.code == "accounts.E010"


@pytest.mark.parametrize("steps, good", [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_half_a_minute_off(guarded: Account, at: datetime, steps: int, good: bool):
    code = code_at(guarded, at + steps * HALF_MINUTE)
    attempt = confirm_factor(visit=visit_of(come_in(guarded, at), at), code=code, at=at)
    assert bool(attempt.token) is good


@pytest.mark.clause("S.04")
def test_five_wrong_codes_end_the_session_and_lock_the_account(guarded: Account, at: datetime):
    visit = visit_of(come_in(guarded, at), at)
    wrong = "000000" if code_at(guarded, at) != "000000" else "111111"
    answers = [confirm_factor(visit=visit, code=wrong, at=at).refusal for _ in range(5)]
    assert [answer.code for answer in answers if answer][-1] == "accounts.E011"
    assert (
        Session.objects.filter(ended_at__isnull=True).exclude(factor_at__isnull=False).count() == 0
    )
    assert come_in(guarded, at).refusal is not None
    assert Entry.objects.filter(kind="auth.factor_failed").count() == 5


@pytest.mark.clause("S.04")
def test_a_right_password_does_not_forgive_wrong_codes(guarded: Account, at: datetime):
    for _ in range(5):
        visit = visit_of(come_in(guarded, at), at)
        confirm_factor(visit=visit, code="abcde-fghij", at=at)
    guarded.refresh_from_db()
    assert guarded.locked_until is not None


def test_a_recovery_code_works_once_and_is_stored_as_a_hash(account: Account, at: datetime):
    codes = enrol(account, at - timedelta(hours=1)).recovery_codes
    assert len(codes) == 10 == unused_recovery_codes(account.id)
    spelled = codes[3].upper().replace("-", " ")
    assert confirm_factor(visit=visit_of(come_in(account, at), at), code=spelled, at=at).token
    again = confirm_factor(visit=visit_of(come_in(account, at), at), code=codes[3], at=at)
    assert again.refusal is not None and unused_recovery_codes(account.id) == 9


@pytest.mark.clause("S.05")
def test_an_administrator_enrols_at_the_first_sign_in_and_works_only_then(at: datetime):
    account = make_account(make_posting(SYSTEM_ADMIN).person, at, kind="admin")
    enrolment = enrol(account, at)
    visit = visit_of(enrolment, at)
    assert visit.actor is not None and visit.actor.roles == {SYSTEM_ADMIN}


@pytest.mark.clause("S.05")
def test_an_administrator_keeps_one_factor_an_official_may_give_it_up(
    guarded: Account, at: datetime
):
    visit = visit_of(
        confirm_factor(visit=visit_of(come_in(guarded, at), at), code=code_at(guarded, at), at=at),
        at,
    )
    remove_factor(visit=visit, key_id=None, at=at)
    assert not has_factor(guarded.id) and unused_recovery_codes(guarded.id) == 0
    admin = make_account(make_posting(SYSTEM_ADMIN).person, at, kind="admin")
    with pytest.raises(Refusal, match="E014"):
        remove_factor(visit=visit_of(enrol(admin, at), at), key_id=None, at=at)


@pytest.mark.clause("S.05")
def test_an_open_session_alone_neither_changes_nor_removes_a_factor(guarded: Account, at: datetime):
    attempt = confirm_factor(
        visit=visit_of(come_in(guarded, at), at), code=code_at(guarded, at), at=at
    )
    later = at + timedelta(minutes=5, seconds=1)
    stale = visit_of(attempt, later)
    offer_totp(visit=stale, at=later)
    with pytest.raises(Refusal, match="E017"):
        remove_factor(visit=stale, key_id=None, at=later)
    with pytest.raises(Refusal, match="E017"):
        enrol_totp(visit=stale, code=code_at(guarded, later), at=later)
    site = Site("congvu.example", "https://congvu.example")
    with pytest.raises(Refusal, match="E017"):
        enrol_key(visit=stale, answer="{}", name="của kẻ khác", site=site, at=later)
    remove_factor(visit=visit_of(attempt, at), key_id=None, at=at)
    assert not has_factor(guarded.id)


@pytest.mark.clause("S.04")
def test_a_trusted_browser_comes_in_though_strangers_locked_the_account(
    guarded: Account, at: datetime
):
    visit = visit_of(
        confirm_factor(visit=visit_of(come_in(guarded, at), at), code=code_at(guarded, at), at=at),
        at,
    )
    device = trust_device(visit=visit, at=at)
    for _ in range(5):
        sign_in(username=guarded.username, password="Sai-1-mat", entrance=OUTSIDE, at=at)
    assert come_in(guarded, at).refusal is not None
    own = Entrance(address="10.0.0.7", zone="internal", device=device)
    later = at + timedelta(minutes=2)
    locked_in = come_in(guarded, later, own)
    assert locked_in.stage == "factor"
    attempt = confirm_factor(
        visit=visit_of(locked_in, later), code=code_at(guarded, later), at=later
    )
    assert attempt.token
    guarded.refresh_from_db()
    assert guarded.locked_until is None
    # Another person's trusted browser opens nothing.
    other = make_account(make_posting(OFFICIAL).person, at)
    for _ in range(5):
        sign_in(username=other.username, password="Sai-1-mat", entrance=INSIDE, at=at)
    assert come_in(other, at, own).refusal is not None


def test_the_pending_offer_is_the_same_for_half_an_hour(account: Account, at: datetime):
    visit = visit_of(come_in(account, at), at)
    first = offer_totp(visit=visit, at=at)
    assert offer_totp(visit=visit, at=at + timedelta(minutes=14)) == first
    with pytest.raises(Refusal, match="E013"):
        enrol_totp(visit=visit, code="123456", at=at + timedelta(minutes=31))

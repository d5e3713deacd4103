"""Accounts of others: what an agency's administrator may do with them, and the system's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.test import Client

from cast import House, make_department, make_official
from congvu.accounts.models import Account, Session, Totp
from congvu.audit.models import Entry
from congvu.orgs.models import Person
from congvu.orgs.types import AGENCY_ADMIN, CLERK, SYSTEM_ADMIN, Actor
from staff import client_for, make_account

pytestmark = [pytest.mark.django_db, pytest.mark.clause("S.04", "S.07", "S.10")]
PAGE = "/quan-tri/tai-khoan/"
WHY = "Đã gặp trực tiếp, đối chiếu thẻ công chức."


@pytest.fixture
def house(at: datetime) -> House:
    return make_department(at)


def admin_of(house: House, role: str, at: datetime, *, is_fresh: bool = True) -> Client:
    """An administrator whose second factor was proved a minute ago, or an hour."""
    who = make_official(house.agency, f"Quản trị {role}", role, at=at)
    browser = client_for(who.posting_id or 0, at)
    account = Account.objects.get(person_id=who.person_id)
    Totp.objects.create(account=account, sealed_secret="-", offered_at=at, confirmed_at=at)
    proved_at = at - timedelta(minutes=1 if is_fresh else 60)
    Session.objects.filter(account=account).update(factor_at=proved_at)
    return browser


def account_of(who: Actor, at: datetime, **more: object) -> Account:
    return make_account(Person.objects.get(id=who.person_id), at, **more)


def test_the_list_finds_the_people_of_the_own_agency(house: House, at: datetime) -> None:
    other = make_department(at, "Sở Tài chính", "STC")
    mine, theirs = account_of(house.drafter, at), account_of(other.drafter, at)
    browser = admin_of(house, AGENCY_ADMIN, at)
    page = browser.get(PAGE).content.decode()
    assert mine.username in page and theirs.username not in page
    assert mine.username in browser.get(f"{PAGE}?tu-khoa={mine.username}").content.decode()
    assert "Không có tài khoản nào" in browser.get(f"{PAGE}?tinh-trang=locked").content.decode()
    assert browser.get(f"{PAGE}{theirs.id}/").status_code == 404
    assert browser.post(f"{PAGE}{theirs.id}/mat-khau/").status_code == 404
    everywhere = admin_of(house, SYSTEM_ADMIN, at)
    assert theirs.username in everywhere.get(PAGE).content.decode()
    assert everywhere.get(f"{PAGE}{theirs.id}/").status_code == 200


def test_a_lock_is_opened_and_a_password_handed_over_once(house: House, at: datetime) -> None:
    account = account_of(house.drafter, at, locked_until=at + timedelta(hours=12), failed_count=5)
    owner = client_for(house.drafter.posting_id or 0, at)
    browser = admin_of(house, AGENCY_ADMIN, at)
    one = f"{PAGE}{account.id}/"
    assert "bị khóa" in browser.get(one).content.decode()
    assert browser.post(f"{one}mo-khoa/").status_code == 302
    account.refresh_from_db()
    assert account.locked_until is None
    answer = browser.post(f"{one}mat-khau/")
    (password,) = re.findall(r'password-once">([^<]+)<', answer.content.decode())
    account.refresh_from_db()
    assert check_password(password, account.password_hash) and account.must_change
    assert answer["Cache-Control"] == "no-store"
    assert password not in browser.get(one).content.decode()
    assert owner.get("/").status_code == 302, "its sessions have ended"
    assert not Entry.objects.filter(details__contains=password).exists()


def test_a_lost_factor_is_taken_away_with_a_reason(house: House, at: datetime) -> None:
    account = account_of(house.drafter, at)
    Totp.objects.create(account=account, sealed_secret="-", offered_at=at, confirmed_at=at)
    browser = admin_of(house, AGENCY_ADMIN, at)
    order = f"{PAGE}{account.id}/go-xac-thuc/"
    assert "E080" in browser.post(order, {"reason": ""}).content.decode()
    assert browser.post(order, {"reason": WHY}).status_code == 302
    assert Totp.objects.get(account=account).removed_at == at
    assert "E081" in browser.post(order, {"reason": WHY}).content.decode()


def test_an_account_is_opened_closed_and_never_again(house: House, at: datetime) -> None:
    browser = admin_of(house, AGENCY_ADMIN, at)
    order = f"{PAGE}mo/"
    fields = {"person": house.colleague.person_id, "username": "dong.nghiep"}
    assert house.colleague.full_name in browser.get(order).content.decode()
    assert "E031" in browser.post(order, {**fields, "username": "Đồng"}).content.decode()
    assert "password-once" in browser.post(order, fields).content.decode()
    assert "E082" in browser.post(order, {**fields, "username": "khac"}).content.decode()
    account = Account.objects.get(username="dong.nghiep")
    assert account.must_change and account.managing_person_id is not None
    close = f"{PAGE}{account.id}/dong/"
    assert browser.post(close, {"reason": "x"}).status_code == 422
    assert browser.post(close, {"reason": "Nghỉ hưu."}).status_code == 302
    account.refresh_from_db()
    assert account.status == "closed"
    assert browser.post(f"{PAGE}{account.id}/mo-lai/").status_code == 422


def test_a_disabled_account_comes_back_with_a_new_password_only(house: House, at: datetime) -> None:
    account = account_of(house.drafter, at, status="disabled", deactivated_at=at)
    before = account.password_hash
    answer = admin_of(house, AGENCY_ADMIN, at).post(f"{PAGE}{account.id}/mo-lai/")
    account.refresh_from_db()
    assert "password-once" in answer.content.decode()
    assert account.status == "active" and account.password_hash != before


@pytest.mark.clause("S.05")
def test_every_order_asks_for_a_factor_proved_just_now(house: House, at: datetime) -> None:
    account = account_of(house.drafter, at)
    browser = admin_of(house, AGENCY_ADMIN, at, is_fresh=False)
    for order in ("mo-khoa", "mat-khau", "go-xac-thuc", "mo-lai", "dong"):
        answer = browser.post(f"{PAGE}{account.id}/{order}/", {"reason": WHY})
        assert answer["Location"].startswith("/xac-thuc/?tiep="), order
    assert browser.post(f"{PAGE}mo/", {})["Location"].startswith("/xac-thuc/?tiep=")
    account.refresh_from_db()
    assert account.status == "active"


def test_nobody_manages_an_administrator_but_the_system_s(house: House, at: datetime) -> None:
    clerk = client_for(house.clerk.posting_id or 0, at)
    assert clerk.get(PAGE).status_code == 403
    admin = make_official(house.agency, "Quản trị khác", AGENCY_ADMIN, CLERK, at=at)
    client_for(admin.posting_id or 0, at)
    account = Account.objects.get(person_id=admin.person_id, kind="admin")
    assert admin_of(house, AGENCY_ADMIN, at).get(f"{PAGE}{account.id}/").status_code == 404
    assert admin_of(house, SYSTEM_ADMIN, at).get(f"{PAGE}{account.id}/").status_code == 200

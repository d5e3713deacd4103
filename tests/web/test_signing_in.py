"""The pages of signing in and of one's own account, as a browser walks through them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.conf import settings as django_settings
from django.test import Client
from markupsafe import escape

from congvu.accounts.first_admin import offer_first_admin
from congvu.accounts.models import Account, Session, Totp
from congvu.kit import clock
from congvu.orgs.types import CLERK, LEADER, OFFICIAL, SYSTEM_ADMIN
from staff import PASSWORD, client_for, make_account, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.urls("web.account_urls")]
NEW = "Mat-khau-moi-2022"
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}${7*7}",
    "'; DROP TABLE accounts_account; --",
    "../../etc/passwd",
    "\r\nSet-Cookie: x=1",
)


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


def sign_in(client: Client, account: Account, password: str = PASSWORD, **more: str) -> Any:
    return client.post("/dang-nhap/", {"username": account.username, "password": password, **more})


def secret_on(page: str) -> str:
    found = re.search(r'class="number break">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def test_from_the_door_to_the_page_that_was_asked_for(client: Client, at: datetime):
    account = make_account(make_posting(CLERK).person, at)
    asked = client.get("/thu/van-thu/?trang=2")
    door = client.get(asked.headers["Location"])
    assert "Đăng nhập" in door.content.decode()
    answer = sign_in(client, account, tiep="/thu/van-thu/?trang=2")
    assert answer.headers["Location"] == "/thu/van-thu/?trang=2"
    assert client.get("/thu/van-thu/").content.decode() == "sổ văn bản đến"


@pytest.mark.clause("S.28")
@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:alert(1)"]
)
def test_signing_in_never_leads_to_another_site(client: Client, at: datetime, elsewhere: str):
    account = make_account(make_posting(CLERK).person, at)
    assert sign_in(client, account, tiep=elsewhere).headers["Location"] == "/"


def test_a_wrong_password_keeps_the_name_and_says_what_to_do(client: Client, at: datetime):
    account = make_account(make_posting(CLERK).person, at)
    answer = sign_in(client, account, "Sai-mat-khau-1")
    page = answer.content.decode()
    assert answer.status_code == 422 and "accounts.E001" in page
    assert f'value="{account.username}"' in page and "Sai-mat-khau-1" not in page
    assert django_settings.SESSION_COOKIE not in client.cookies


@pytest.mark.clause("S.04", "S.46")
def test_past_the_limit_of_the_address_the_answer_is_429(client: Client, at: datetime):
    account = make_account(make_posting(CLERK).person, at)
    for number in range(30):
        client.post("/dang-nhap/", {"username": f"doan.mo{number}", "password": "x"})
    answer = sign_in(client, account)
    assert answer.status_code == 429 and "15 phút" in answer.content.decode()


@pytest.mark.clause("S.05")
def test_a_forged_forwarding_header_does_not_make_the_internet_an_office(
    client: Client, at: datetime, settings: Any
):
    account = make_account(make_posting(CLERK).person, at)
    client.defaults["REMOTE_ADDR"] = "203.0.113.9"
    client.defaults["HTTP_X_FORWARDED_FOR"] = "10.0.0.7"
    refused = sign_in(client, account)
    assert refused.status_code == 422 and "accounts.E005" in refused.content.decode()
    # The same header from our own proxy tells the truth.
    settings.TRUSTED_PROXIES = ["203.0.113.9/32"]
    assert sign_in(client, account).status_code == 302
    assert Session.objects.get().address == "10.0.0.7"


@pytest.mark.clause("S.02")
def test_the_first_password_is_changed_before_anything_else(client: Client, at: datetime):
    account = make_account(make_posting(CLERK).person, at, must_change=True)
    answer = sign_in(client, account, tiep="/thu/van-thu/")
    assert answer.headers["Location"].startswith("/doi-mat-khau/?tiep=")
    typed = {"old_password": PASSWORD, "new_password": NEW, "repeat_password": "khác"}
    wrong = client.post("/doi-mat-khau/", typed)
    assert wrong.status_code == 422 and "không giống nhau" in wrong.content.decode()
    assert NEW not in wrong.content.decode()
    typed |= {"repeat_password": NEW, "tiep": "/thu/van-thu/"}
    right = client.post("/doi-mat-khau/", typed)
    assert right.headers["Location"] == "/thu/van-thu/"
    assert client.get("/thu/van-thu/").status_code == 200


@pytest.mark.clause("S.05", "S.09")
def test_the_first_administrator_from_the_token_to_the_account_page(client: Client, at: datetime):
    form = {
        "token": offer_first_admin(at=at),
        "full_name": "Trần Thị Quản",
        "username": "Quan.Tri",
        "password": "Dau-tien-1",
        "repeat_password": "Dau-tien-1",
    }
    bad = client.post("/quan-tri-dau-tien/", {**form, "token": "đoán"})
    assert bad.status_code == 422 and "Trần Thị Quản" in bad.content.decode()
    assert client.post("/quan-tri-dau-tien/", form).status_code == 302
    answer = client.post("/dang-nhap/", {"username": "quan.tri", "password": "Dau-tien-1"})
    assert answer.headers["Location"] == "/xac-thuc/dang-ky/"
    assert client.get("/").headers["Location"] == "/xac-thuc/dang-ky/"
    page = client.get("/xac-thuc/dang-ky/").content.decode()
    assert "data:image/svg+xml" in page
    code = pyotp.TOTP(secret_on(page)).at(at)
    assert client.post("/xac-thuc/dang-ky/", {"code": "000000"}).status_code == 422
    done = client.post("/xac-thuc/dang-ky/", {"code": code}).content.decode()
    assert done.count("<li>") == 10
    own = client.get("/tai-khoan/")
    assert own.status_code == 200 and "Quản trị hệ thống" in own.content.decode()
    # Next time the password leads to the code.
    client.post("/dang-xuat/")
    answer = client.post("/dang-nhap/", {"username": "quan.tri", "password": "Dau-tien-1"})
    assert answer.headers["Location"] == "/xac-thuc/"
    with clock.frozen(at + timedelta(minutes=2)):
        assert "Mã xác thực" in client.get("/xac-thuc/").content.decode()
        later = pyotp.TOTP(secret_on(page)).at(at + timedelta(minutes=2))
        answer = client.post("/xac-thuc/", {"code": later, "trust": "1"})
        assert answer.status_code == 302 and client.get("/tai-khoan/").status_code == 200
    assert client.cookies[f"{django_settings.SESSION_COOKIE}-device"]["httponly"]


@pytest.mark.clause("S.06")
def test_signing_out_kills_the_cookie_and_the_cached_pages(at: datetime):
    client = client_for(make_posting(CLERK).id, at)
    token = client.cookies[django_settings.SESSION_COOKIE].value
    answer = client.post("/dang-xuat/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    client.cookies[django_settings.SESSION_COOKIE] = token
    assert client.get("/thu/van-thu/").status_code == 302


def test_the_account_page_shows_person_postings_and_sessions(at: datetime):
    first = make_posting(CLERK)
    second = make_posting(LEADER, person=first.person)
    client = client_for(first.id, at)
    client_for(first.id, at)
    page = client.get("/tai-khoan/").content.decode()
    assert first.person.full_name in page and "Phiên này" in page and "Đang mở" in page
    assert "Chuyển sang" in page and "Văn thư" in page
    assert client.post(f"/tai-khoan/vi-tri/{second.id}/").status_code == 302
    assert "Lãnh đạo" in client.get("/tai-khoan/").content.decode()
    foreign = make_posting(LEADER).id
    assert client.post(f"/tai-khoan/vi-tri/{foreign}/").status_code == 404


@pytest.mark.clause("S.05")
def test_changing_the_factors_leads_over_the_second_factor_and_back(at: datetime, settings: Any):
    settings.PUBLIC_ADDRESS = "https://congvu.example"
    browser = client_for(make_posting(SYSTEM_ADMIN).id, at)
    account = Account.objects.get()
    Totp.objects.create(account=account, sealed_secret="-", offered_at=at, confirmed_at=at)
    answers = [
        browser.get("/xac-thuc/dang-ky/"),
        browser.post("/tai-khoan/go-xac-thuc/"),
        browser.post("/tai-khoan/khoa-bao-mat/", {"key_answer": "{}"}),
    ]
    for answer in answers:
        assert answer.headers["Location"] == "/xac-thuc/?tiep=%2Ftai-khoan%2F"
    assert Totp.objects.get().removed_at is None


@pytest.mark.clause("S.06")
def test_sign_out_of_every_device(at: datetime):
    posting = make_posting(CLERK)
    here, there = client_for(posting.id, at), client_for(posting.id, at)
    assert here.post("/tai-khoan/phien/").status_code == 302
    for client in (here, there):
        assert client.get("/thu/van-thu/").status_code == 302


@pytest.mark.clause("S.28")
@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_is_shown_as_text(client: Client, at: datetime, payload: str):
    pages = [
        client.post("/dang-nhap/", {"username": payload, "password": payload, "tiep": payload}),
        client.get("/dang-nhap/", {"tiep": payload}),
        client.post("/quan-tri-dau-tien/", {"token": payload, "full_name": payload}),
        client_for(make_posting(OFFICIAL).id, at).post("/thu/tu-choi/", {payload: payload}),
    ]
    for answer in pages:
        page = answer.content.decode()
        assert "<script>alert" not in page and "<img src=x" not in page
        assert "Set-Cookie: x" not in str(answer.headers)
    shown = pages[-1].content.decode()
    assert str(escape(payload)).replace("\r\n", "\n") in shown.replace("\r\n", "\n")
    assert Account.objects.count() == 1


@pytest.mark.clause("S.28")
def test_a_hostile_browser_name_is_text_in_the_list_of_sessions(client: Client, at: datetime):
    account = make_account(make_posting(CLERK).person, at)
    client.defaults["HTTP_USER_AGENT"] = PAYLOADS[0]
    sign_in(client, account)
    page = client.get("/tai-khoan/").content.decode()
    assert "&lt;script&gt;alert" in page and "<script>alert" not in page


@pytest.mark.clause("S.42")
@pytest.mark.parametrize(
    "page", ["/dang-nhap/", "/quan-tri-dau-tien/", "/tai-khoan/", "/doi-mat-khau/"]
)
def test_no_page_asks_another_host_for_anything(at: datetime, page: str):
    browser = Client() if page == "/dang-nhap/" else client_for(make_posting(SYSTEM_ADMIN).id, at)
    html = browser.get(page).content.decode()
    addresses = re.findall(r'(?:src|href|action)="([^"]*)"', html)
    assert addresses
    assert [one for one in addresses if re.match(r"(?i)https?:|//", one)] == []
    assert " style=" not in html and not re.search(r" on[a-z]+=", html)

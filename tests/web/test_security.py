"""The doors, the headers, the one transaction and the refusals around every page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from congvu.accounts.models import Account, KeptInput, Session
from congvu.audit.models import Entry
from congvu.kit import clock
from congvu.orgs.types import CLERK, OFFICIAL, SYSTEM_ADMIN
from staff import client_for, make_account, make_posting

pytestmark = [pytest.mark.django_db, pytest.mark.urls("web.account_urls")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def official(at: datetime) -> Client:
    return client_for(make_posting(OFFICIAL).id, at)


@pytest.mark.clause("S.11")
def test_a_stranger_is_sent_to_sign_in_and_back_again_afterwards(client: Client):
    for page in ("/", "/thu/van-thu/", "/tai-khoan/"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/dang-nhap/?tiep=")
    assert client.get("/thu/cong-khai/").status_code == 200


@pytest.mark.clause("S.11")
def test_a_script_without_a_session_hears_401_and_keeps_its_page(client: Client):
    answer = client.post("/thu/bieu-mau/", {"subject": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401 and "X-Say" in answer.headers


@pytest.mark.clause("S.11")
def test_a_page_of_another_role_stays_shut_and_the_attempt_is_written(official: Client):
    answer = official.get("/thu/van-thu/")
    assert answer.status_code == 403
    assert "văn thư" in answer.content.decode()
    entry = Entry.objects.get(kind="act.refused")
    assert entry.outcome == "refused" and "for_clerks" in entry.details


@pytest.mark.clause("S.11")
def test_the_role_opens_the_page(at: datetime):
    assert client_for(make_posting(CLERK).id, at).get("/thu/van-thu/").status_code == 200


@pytest.mark.clause("S.11", "S.12")
def test_what_one_may_not_see_does_not_exist(official: Client):
    answer = official.get("/thu/khong-thay/")
    assert answer.status_code == 404


@pytest.mark.clause("S.12")
def test_a_request_runs_behind_the_wall_of_its_own_agency(at: datetime):
    posting = make_posting(CLERK)
    answer = client_for(posting.id, at).get("/thu/vai-tro/")
    assert answer.content.decode() == f"congvu_app {posting.agency_id}"


def test_the_wall_ends_with_the_request(official: Client):
    from django.db import connection

    official.get("/")
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('app.agency_id', true)")
        assert cursor.fetchone() == ("congvu_owner", "")


@pytest.mark.clause("S.13")
@pytest.mark.parametrize("page", ["/thu/tu-choi/", "/thu/mat/"])
def test_what_was_written_before_a_refusal_is_rolled_back(official: Client, page: str):
    official.get(page)
    assert not Entry.objects.filter(kind="test.half_done").exists()


@pytest.mark.clause("S.13")
def test_a_refused_act_is_one_event_with_its_code_and_origin(official: Client):
    answer = official.post("/thu/tu-choi/", {"subject": "Về việc thử"}, REMOTE_PORT="55123")
    assert answer.status_code == 422
    entry = Entry.objects.get(kind="act.refused")
    assert "accounts.E036" in entry.details
    assert entry.source_address == "127.0.0.1" and entry.source_port == 55123
    assert entry.request_id == answer.headers["X-Request-Id"]
    assert entry.account_id == Account.objects.get().id


def test_what_was_typed_is_still_there_after_a_refusal(official: Client):
    answer = official.post("/thu/tu-choi/", {"subject": "Về việc <thử>", "new_password": "Bí mật"})
    page = answer.content.decode()
    assert "Về việc &lt;thử&gt;" in page and "accounts.E036" in page
    assert "Bí mật" not in page


def test_a_form_that_can_show_itself_again_does_so(official: Client):
    answer = official.post("/thu/bieu-mau/", {"subject": "Về việc thử"})
    assert answer.status_code == 422
    assert answer.content.decode() == "accounts.E036|Về việc thử"


def test_a_script_hears_the_refusal_in_words(official: Client):
    answer = official.post("/thu/tu-choi/", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "Tài khoản đã đóng" in answer.content.decode()


@pytest.mark.clause("S.30")
def test_a_failure_shows_an_id_and_nothing_inner(official: Client):
    official.raise_request_exception = False
    answer = official.get("/thu/hong/")
    page = answer.content.decode()
    assert answer.status_code == 500
    assert answer.headers["X-Request-Id"] in page
    for inner in ("RuntimeError", "SELECT", "/srv/", "Traceback", "Django", "django"):
        assert inner not in page.replace("django_htmx", "")
    assert not Entry.objects.filter(kind="test.half_done").exists()


@pytest.mark.clause("S.13")
def test_a_failed_act_is_one_event_although_everything_else_is_rolled_back(official: Client):
    official.raise_request_exception = False
    answer = official.get("/thu/hong/")
    entry = Entry.objects.get(kind="act.failed")
    assert entry.outcome == "failed" and entry.account_id == Account.objects.get().id
    assert entry.request_id == answer.headers["X-Request-Id"] and '"GET"' in entry.details
    assert not Entry.objects.filter(kind="test.half_done").exists()


@pytest.mark.clause("S.30")
def test_an_unknown_address_is_a_plain_404(official: Client, client: Client):
    for someone in (official, client):
        answer = someone.get("/khong-co-trang-nay/")
        assert answer.status_code == 404
        assert "Traceback" not in answer.content.decode()


@pytest.mark.clause("S.27")
@pytest.mark.parametrize("page", ["/dang-nhap/", "/", "/khong-co/", "/thu/tu-choi/"])
def test_every_answer_carries_the_headers(official: Client, page: str):
    headers = official.get(page).headers
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy and "default-src 'self'" in policy
    assert "frame-ancestors 'self'" in policy and "object-src 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.clause("S.27")
def test_hsts_is_sent_when_the_address_is_https(official: Client, settings: Any):
    settings.SECURE_HSTS_SECONDS = 31_536_000
    assert "max-age=31536000" in official.get("/").headers["Strict-Transport-Security"]


@pytest.mark.clause("S.29")
def test_a_form_without_its_token_changes_nothing_and_keeps_the_text(at: datetime):
    posting = make_posting(OFFICIAL)
    signed = client_for(posting.id, at)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed.cookies
    answer = strict.post("/thu/bieu-mau/", {"subject": "Về việc thử"})
    assert answer.status_code == 403
    assert "Về việc thử" in answer.content.decode()


@pytest.mark.clause("S.29")
@pytest.mark.parametrize(
    "page",
    ["/dang-xuat/", "/tai-khoan/vi-tri/1/", "/tai-khoan/phien/", "/tai-khoan/go-xac-thuc/"],
)
def test_looking_changes_nothing(official: Client, page: str):
    assert official.get(page).status_code == 405
    assert Session.objects.get().ended_at is None


@pytest.mark.clause("S.06")
@pytest.mark.parametrize("roles, minutes", [((OFFICIAL,), 15), ((SYSTEM_ADMIN,), 5)])
def test_the_session_locks_after_the_idle_time_and_the_cookie_acts_no_more(
    at: datetime, roles: tuple[str, ...], minutes: int
):
    browser = client_for(make_posting(*roles).id, at)
    with clock.frozen(at + minutes * MINUTE - timedelta(seconds=1)):
        assert browser.get("/thu/so-luong/").status_code == 200
    with clock.frozen(at + minutes * MINUTE):
        assert browser.get("/").status_code == 302
    with clock.frozen(at + MINUTE):  # not even if the clock went back
        assert browser.get("/").status_code == 302
    assert Session.objects.get().end_reason == "idle"
    assert Entry.objects.filter(kind="auth.session_locked").count() == 1


@pytest.mark.clause("S.06")
def test_work_keeps_the_session_awake_but_live_counts_do_not(at: datetime):
    busy, watching = (client_for(make_posting(OFFICIAL).id, at) for _ in range(2))
    for minute in range(2, 31, 2):
        with clock.frozen(at + minute * MINUTE):
            assert busy.get("/").status_code == 200
            expected = 200 if minute < 15 else 401
            got = watching.get("/thu/so-luong/", headers={"Sec-Fetch-Dest": "empty"})
            assert got.status_code == expected


@pytest.mark.clause("S.06")
def test_activity_is_written_at_most_once_a_minute(at: datetime, official: Client):
    for second in (10, 30, 59):
        with clock.frozen(at + timedelta(seconds=second)):
            official.get("/")
    assert Session.objects.get().last_seen_at == at
    with clock.frozen(at + timedelta(seconds=61)):
        official.get("/")
    assert Session.objects.get().last_seen_at == at + timedelta(seconds=61)


@pytest.mark.clause("S.06")
def test_text_sent_from_a_locked_session_comes_back_after_signing_in(at: datetime):
    from staff import PASSWORD

    posting = make_posting(OFFICIAL)
    browser = client_for(posting.id, at)
    account = Account.objects.get()
    text = "Về việc báo cáo kết quả\nthực hiện quý I"
    with clock.frozen(at + 20 * MINUTE):
        locked = browser.post("/thu/bieu-mau/", {"subject": text, "csrfmiddlewaretoken": "t"})
        assert locked.status_code == 302 and "tiep-tuc" in locked.headers["Location"]
        page = browser.get(locked.headers["Location"]).content.decode()
        assert "được giữ lại" in page and account.username in page
        answer = browser.post(
            locked.headers["Location"],
            {"username": account.username, "password": PASSWORD},
            headers={"X-Forwarded-For": "10.0.0.7"},
        )
        assert answer.status_code == 302
        back = browser.get(answer.headers["Location"])
    assert back.status_code == 200 and text in back.content.decode()
    assert 'action="/thu/bieu-mau/"' in back.content.decode()
    assert "quý I" not in KeptInput.objects.get().sealed_fields  # it lies encrypted


@pytest.mark.clause("S.06")
def test_kept_text_is_for_its_owner_only(at: datetime):
    browser = client_for(make_posting(OFFICIAL).id, at)
    with clock.frozen(at + 20 * MINUTE):
        browser.post("/thu/bieu-mau/", {"subject": "riêng"})
        other = client_for(make_posting(OFFICIAL).id, at + 20 * MINUTE)
        answer = other.get(f"/tiep-tuc/{KeptInput.objects.get().id}/")
    assert answer.status_code == 404


@pytest.mark.clause("S.02")
def test_before_the_first_password_is_changed_every_page_leads_there(at: datetime):
    posting = make_posting(OFFICIAL)
    make_account(posting.person, at, must_change=True)
    browser = client_for(posting.id, at)
    for page in ("/", "/thu/so-luong/", "/tai-khoan/"):
        answer = browser.get(page)
        assert answer.status_code == 302 and answer.headers["Location"] == "/doi-mat-khau/"
    assert browser.get("/doi-mat-khau/").status_code == 200
    assert browser.get("/thu/cong-khai/").status_code == 200


@pytest.mark.clause("S.27")
def test_the_session_cookie_is_shut_to_scripts_and_other_sites(client: Client, at: datetime):
    from staff import PASSWORD

    account = make_account(make_posting(OFFICIAL).person, at)
    client.post("/dang-nhap/", {"username": account.username, "password": PASSWORD})
    cookie = client.cookies[django_settings.SESSION_COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/"
    assert cookie["domain"] == ""


@pytest.mark.clause("S.27")
def test_on_https_the_cookies_are_host_bound_and_secure():
    import os
    import subprocess
    import sys

    script = (
        "from congvu import settings as s; print(s.SESSION_COOKIE, s.CSRF_COOKIE_NAME,"
        " s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS > 0)"
    )
    environment = {**os.environ, "CONGVU_ADDRESS": "https://congvu.example"}
    said = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    ).stdout
    assert said.split() == ["__Host-congvu", "__Host-congvu-csrf", "True", "True", "True"]


@pytest.mark.clause("S.30")
def test_debugging_and_production_exclude_each_other():
    import os
    import subprocess
    import sys

    environment = {**os.environ, "CONGVU_DEBUG": "1", "CONGVU_PRODUCTION": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "import congvu.settings"],
        env=environment,
        capture_output=True,
        text=True,
    )
    assert done.returncode != 0 and "CONGVU_DEBUG" in done.stderr

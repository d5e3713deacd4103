"""A key at a CSC service whose holder types a PIN, a one-time code, or both: on the page, for one
signature, kept nowhere."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from congvu.audit.models import Entry
from congvu.documents.models import Document
from congvu.kit import blobs, clock
from congvu.signing import ports
from congvu.signing.call_provider import facts_of
from congvu.signing.models import RemoteKey, WaitingSignature
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh
from remote_doubles import USER, Csc
from remote_keys import FarKey, far_key, make_admin, registered
from web.province import Province, make_province, words

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3", "ND30.13.7")]


@pytest.fixture
def province(at: datetime, settings: Any) -> Province:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    return make_province(at)


@contextmanager
def at_service(province: Province, **more: Any) -> Iterator[FarKey]:
    """The leader's key there, registered; `more` is how the service is."""
    leader = province.office.leader
    with far_key("csc", leader, make_admin(leader, province.at), province.at) as key:
        for name, value in more.items():
            setattr(key.service, name, value)
        registered(key, leader, province.at)
        yield key


@pytest.fixture
def key(province: Province) -> Iterator[FarKey]:
    with at_service(province) as made:
        yield made


def asked(province: Province) -> tuple[Any, Document, WaitingSignature]:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    return browser, document, WaitingSignature.objects.get(base_file=document.base_file)


def order(name: str, waiting: WaitingSignature) -> str:
    return reverse(name, args=[waiting.id])


def everything_kept() -> str:
    """What the rows of requests, keys, the trail and the queue hold."""
    tables = ("signing_waitingsignature", "signing_remotekey", "accounts_keptinput")
    said = [str(one) for one in Entry.objects.values()]
    with connection.cursor() as cursor:
        for table in (*tables, "procrastinate_jobs"):
            cursor.execute(f"SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} t")
            said.append(cursor.fetchone()[0])
    return " ".join(said)


def test_with_pin_and_a_code_that_is_sent_the_document_is_signed(
    province: Province, key: FarKey, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    page = words(browser.get(f"/trinh-ky/{document.id}/"))
    assert "nhập mã PIN, mã OTP của Dịch vụ ký số CSC ở trang sau" in page
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    waiting = WaitingSignature.objects.get()
    page = words(browser.get(order("remote_waiting", waiting)))
    assert "Gửi mã OTP" in page and "Mã PIN của khóa ký" in page and "Hệ thống không lưu" in page
    assert "ask_at_provider" not in everything_kept(), "no job asks where somebody types"

    answer = browser.post(order("ask_remote_otp", waiting))
    code = key.service.code
    assert answer.status_code == 302 and code
    assert "Gửi lại mã OTP" in words(browser.get(answer.headers["Location"]))

    secrets = {"pin": key.service.pin, "otp": code}
    answer = browser.post(order("authorize_remote_signing", waiting), secrets)

    assert answer.headers["Location"] == "/trinh-ky/"
    signed = fresh(document)
    assert signed.state == "signed"
    found = verify_pdf(blobs.read(signed.signed_file), at=province.at)
    assert found.state == FileState.INTACT and found.person_is_valid
    kept = everything_kept() + caplog.text
    assert key.service.pin not in kept and code not in kept


def test_what_the_service_does_not_take_can_be_typed_again(province: Province, key: FarKey) -> None:
    browser, document, waiting = asked(province)
    browser.post(order("ask_remote_otp", waiting))
    wrong = {"pin": "000111", "otp": key.service.code}
    answer = browser.post(order("authorize_remote_signing", waiting), wrong)
    html = answer.content.decode()
    assert answer.status_code == 422 and "không nhận mã PIN hoặc mã OTP" in html
    assert 'aria-invalid="true"' in html and "000111" not in html and wrong["otp"] not in html
    waiting.refresh_from_db()
    assert (waiting.state, fresh(document).state) == ("waiting", "approved")
    right = {"pin": key.service.pin, "otp": key.service.code}
    assert browser.post(order("authorize_remote_signing", waiting), right).status_code == 302
    assert fresh(document).state == "signed"


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"otp": "1"}, "Hãy nhập mã PIN"), ({"pin": "1"}, "Hãy nhập mã OTP")],
)
def test_what_is_missing_is_not_asked_of_the_service(
    province: Province, key: FarKey, typed: dict[str, str], said: str
) -> None:
    browser, _, waiting = asked(province)
    key.service.calls.clear()
    answer = browser.post(order("authorize_remote_signing", waiting), typed)
    assert answer.status_code == 422 and said in words(answer)
    assert key.service.calls == []


@pytest.mark.parametrize(
    ("wants", "otp_type", "typed"),
    [
        (("PIN",), "online", {"pin": "482915"}),
        (("OTP",), "offline", {"otp": "135790"}),
    ],
)
def test_a_service_is_given_what_it_asks_for_and_nothing_else(
    province: Province, wants: tuple[str, ...], otp_type: str, typed: dict[str, str]
) -> None:
    with at_service(province, wants=wants, otp_type=otp_type, code="135790"):
        browser, document, waiting = asked(province)
        page = words(browser.get(order("remote_waiting", waiting)))
        assert "Gửi mã OTP" not in page
        assert ("Mã PIN của khóa ký" in page) == ("PIN" in wants)
        assert browser.post(order("authorize_remote_signing", waiting), typed).status_code == 302
        assert fresh(document).state == "signed"


def test_a_telephone_is_not_flooded(province: Province, key: FarKey) -> None:
    browser, _, waiting = asked(province)
    browser.post(order("ask_remote_otp", waiting))
    first = key.service.code
    answer = browser.post(order("ask_remote_otp", waiting))
    assert answer.status_code == 422 and "Vừa yêu cầu gửi mã" in words(answer)
    assert key.service.code == first
    with clock.frozen(province.at + timedelta(seconds=31)):
        assert browser.post(order("ask_remote_otp", waiting)).status_code == 302
    assert key.service.code != first


def test_only_its_signer_and_only_in_time(province: Province, key: FarKey) -> None:
    browser, document, waiting = asked(province)
    secrets = {"pin": key.service.pin, "otp": "1"}
    other = province.browser(province.office.clerk)
    for name in ("authorize_remote_signing", "ask_remote_otp"):
        assert other.post(order(name, waiting), secrets).status_code in (403, 404, 422)
    with clock.frozen(province.at + timedelta(minutes=4)):
        answer = browser.post(order("authorize_remote_signing", waiting), secrets)
    assert answer.status_code == 422 and "hết thời gian chờ" in words(answer)
    assert fresh(document).state == "approved"


def test_a_service_that_is_down_is_told_and_the_request_stands(
    province: Province, key: FarKey
) -> None:
    browser, document, waiting = asked(province)
    key.service.breaks = "503"
    secrets = {"pin": key.service.pin, "otp": "1"}
    answer = browser.post(order("authorize_remote_signing", waiting), secrets)
    assert answer.status_code == 422 and "đang bận hoặc gặp lỗi" in words(answer)
    waiting.refresh_from_db()
    assert (waiting.state, fresh(document).state) == ("waiting", "approved")


def test_keys_that_want_another_way_say_so(province: Province, key: FarKey) -> None:
    assert isinstance(key.service, Csc)
    row = RemoteKey.objects.get()
    assert (row.wants_pin, row.otp) == (True, "sent")
    real = key.service._info
    key.service._info = lambda body, headers: (
        200,
        real(body, headers)[1] | {"authMode": "oauth2code"},
    )  # type: ignore[method-assign]
    (one,) = ports.remote_signer("csc").certificates(facts_of(key.provider), USER)
    assert "OAuth" in one.why_not and "chưa được hỗ trợ" in one.why_not

"""A sitting whose key lies at a remote service: the countdown, the typed code, the way back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from congvu.documents.batch.sign_next import sign_next
from congvu.documents.models import SigningBatch
from congvu.kit import clock
from congvu.signing.ask_lot import ask_lot
from congvu.signing.finish_answered import finish_answered
from congvu.signing.models import SignatureLot, SigningProvider, WaitingSignature
from congvu.signing.poll_lot import poll_lot
from remote_keys import FarKey, far_key, make_admin, registered
from sittings import agree, laid, results
from web.province import Province, hidden, make_province
from web.province import words as spread_words

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13.7", "QC.10.3")]


@pytest.fixture
def province(at: datetime, settings: Any) -> Province:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    return make_province(at)


def words(answer: HttpResponse) -> str:
    """The text of a page, single-spaced."""
    return " ".join(spread_words(answer).split())


@contextmanager
def at_service(province: Province, kind: str, **more: Any) -> Iterator[FarKey]:
    """The leader's key there, registered; `more` is how the service is."""
    leader = province.office.leader
    with far_key(kind, leader, make_admin(leader, province.at), province.at) as key:
        for name, value in more.items():
            setattr(key.service, name, value)
        registered(key, leader, province.at)
        yield key


@pytest.fixture
def mysign(province: Province) -> Iterator[FarKey]:
    with at_service(province, "mysign") as made:
        yield made


@pytest.fixture
def csc(province: Province) -> Iterator[FarKey]:
    with at_service(province, "csc", multisign=10) as made:
        yield made


def begin(province: Province) -> tuple[Client, SigningBatch, str]:
    """Two documents, both read and agreed to."""
    office = province.office
    for number in (1, 2):
        laid(office, province.at, subject=f"Về việc thứ {number}")
    browser = province.browser(office.leader)
    browser.post("/trinh-ky/loat/")
    batch = SigningBatch.objects.get()
    agree(batch, batch.session_id, office.leader, province.at)
    return browser, batch, f"/trinh-ky/loat/{batch.id}/"


def confirm(browser: Client, address: str) -> None:
    told = {"mark": hidden(browser.get(address), "mark")}
    assert browser.post(address + "ky/", told).headers["Location"] == address


def sent(batch: SigningBatch, at: datetime) -> SignatureLot:
    """The jobs of the sitting and of the service have run once."""
    sign_next(batch_id=batch.id, at=at)
    lot = SignatureLot.objects.latest("id")
    ask_lot(lot_id=lot.id, at=at)
    lot.refresh_from_db()
    return lot


def put_in(batch: SigningBatch, lot: SignatureLot, at: datetime) -> None:
    for one in lot.signatures.order_by("id"):
        finish_answered(waiting_id=one.id, at=at)
    sign_next(batch_id=batch.id, at=at)


def test_from_the_summary_to_the_phone_and_to_the_results(
    province: Province, mysign: FarKey
) -> None:
    at = province.at
    browser, batch, address = begin(province)
    summary = words(browser.get(address))
    assert "ứng dụng Viettel MySign: một lần cho cả 2 văn bản" in summary
    assert "Mã PIN" not in summary
    confirm(browser, address)
    page = browser.get(address)
    assert "Đang chuẩn bị văn bản để ký" in words(page) and "?lo=" in page.content.decode()

    progress = browser.get(address + "tien-do/?lo=")
    assert "HX-Refresh" not in progress.headers
    lot = sent(batch, at)
    assert browser.get(address + "tien-do/?lo=").headers["HX-Refresh"] == "true"
    page = words(browser.get(address))
    assert "Hãy xác nhận trên điện thoại: 2 văn bản" in page and lot.code in page
    assert "3:00" in page and "Ông/Bà có thể đóng trang này" in page
    same = browser.get(address + f"tien-do/?lo={lot.id}-sent")
    assert "HX-Refresh" not in same.headers and "0/2 đang ký" in words(same)

    mysign.service.confirm()
    poll_lot(lot_id=lot.id, at=at)
    assert browser.get(address + f"tien-do/?lo={lot.id}-sent").headers["HX-Refresh"] == "true"
    assert "Đã xác nhận 2 văn bản" in words(browser.get(address))
    put_in(batch, lot, at)
    assert "Đã ký 2 văn bản" in words(browser.get(address))


def test_given_up_and_sent_again(province: Province, mysign: FarKey) -> None:
    browser, batch, address = begin(province)
    confirm(browser, address)
    lot = sent(batch, province.at)
    assert browser.post(address + "huy-yeu-cau/", {"lot": "0"}).status_code == 422
    answer = browser.post(address + "huy-yeu-cau/", {"lot": str(lot.id)})
    assert answer.headers["Location"] == address
    page = words(browser.get(address))
    assert "Chưa ký: yêu cầu chưa được xác nhận" in page and "Ông/Bà đã hủy yêu cầu ký" in page
    assert "Ký số 2 văn bản" in page and results(batch) == ["waiting"] * 2
    assert browser.post(address + "huy-yeu-cau/", {"lot": str(lot.id)}).status_code == 422

    confirm(browser, address)
    second = sent(batch, province.at)
    mysign.service.refuse()
    poll_lot(lot_id=second.id, at=province.at)
    assert "bị từ chối" in words(browser.get(address))

    confirm(browser, address)
    third = sent(batch, province.at)
    late = province.at + timedelta(seconds=180)
    poll_lot(lot_id=third.id, at=late)
    with clock.frozen(late):
        assert "Đã hết thời gian chờ" in words(browser.get(address))


def test_a_document_of_the_sitting_leads_to_the_sitting(province: Province, mysign: FarKey) -> None:
    browser, batch, address = begin(province)
    confirm(browser, address)
    lot = sent(batch, province.at)
    one = WaitingSignature.objects.filter(lot=lot).first()
    here = f"/trinh-ky/yeu-cau/{one.id}/"
    assert here in browser.get("/trinh-ky/").content.decode()
    assert browser.get(here).headers["Location"] == address
    for part in ("huy/", "gui-lai/", "ky/", "gui-ma/"):
        assert browser.post(here + part).status_code == 404, part
    one.refresh_from_db()
    assert one.state == "waiting"


def test_one_at_a_time_says_so(province: Province, mysign: FarKey) -> None:
    SigningProvider.objects.update(most_at_once=1)
    browser, batch, address = begin(province)
    assert "từng văn bản một, 2 lần" in words(browser.get(address))
    confirm(browser, address)
    first = sent(batch, province.at)
    assert "Hãy xác nhận trên điện thoại: 1 văn bản" in words(browser.get(address))
    mysign.service.confirm()
    poll_lot(lot_id=first.id, at=province.at)
    put_in(batch, first, province.at)
    second = sent(batch, province.at)
    page = words(browser.get(address))
    assert second.id != first.id and "1/2 đang ký" in page and second.code in page


def test_pin_and_code_are_typed_on_the_sittings_page(province: Province, csc: FarKey) -> None:
    browser, batch, address = begin(province)
    assert "Nhập mã của Dịch vụ ký số CSC: một lần cho cả 2 văn bản" in words(browser.get(address))
    confirm(browser, address)
    sign_next(batch_id=batch.id, at=province.at)
    lot = SignatureLot.objects.get()
    page = words(browser.get(address))
    assert "Nhập mã để ký số 2 văn bản" in page and "Bước 1" in page
    answer = browser.post(address + "gui-ma/", {"lot": str(lot.id)})
    assert answer.headers["Location"] == address
    assert "Đã yêu cầu gửi mã lúc" in words(browser.get(address))

    code = csc.service.code
    typed = {"lot": str(lot.id), "pin": "111111", "otp": code}
    wrong = browser.post(address + "nhap-ma/", typed)
    assert wrong.status_code == 422 and "không nhận mã PIN hoặc mã OTP" in words(wrong)
    assert "111111" not in wrong.content.decode() and code not in wrong.content.decode()
    answer = browser.post(address + "nhap-ma/", {**typed, "pin": csc.service.pin})
    assert answer.headers["Location"] == address
    put_in(batch, lot, province.at)
    assert results(batch) == ["signed"] * 2


@pytest.mark.clause("S.11")
def test_nobody_else_answers_for_a_sitting(province: Province, csc: FarKey) -> None:
    browser, batch, address = begin(province)
    confirm(browser, address)
    sign_next(batch_id=batch.id, at=province.at)
    lot = SignatureLot.objects.get()
    for other in (province.office.deputy, province.office.clerk, province.other.leader):
        stranger = province.browser(other)
        for part in ("huy-yeu-cau/", "gui-ma/", "nhap-ma/"):
            assert stranger.post(address + part, {"lot": str(lot.id)}).status_code == 404
    lot.refresh_from_db()
    assert lot.state == "waiting"


def test_the_administrator_says_how_many_at_once(province: Province, mysign: FarKey) -> None:
    browser = province.browser(mysign.admin)
    here = f"/quan-tri/dich-vu-ky-so/{mysign.provider.id}/"
    page = browser.get(here)
    assert "Số chữ ký tối đa trong một lần xác nhận" in words(page)
    form = {
        "kind": "mysign", "name": "Viettel MySign", "base_url": mysign.service.address,
        "client_id": "ms-phuyen", "answers": "raw",
    }  # fmt: skip
    for wrong in ("0", "101", "nhiều"):
        answer = browser.post(here, {**form, "most_at_once": wrong})
        assert answer.status_code == 422 and "signing.E177" in answer.content.decode()
    browser.post(here, {**form, "most_at_once": "12"})
    assert SigningProvider.objects.get().most_at_once == 12

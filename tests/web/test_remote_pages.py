"""The pages of remote signing: the signer's, the account's, the administrator's."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from congvu.kit import clock
from congvu.signing.ask_provider import ask_provider
from congvu.signing.models import Certificate, SigningProvider, WaitingSignature
from congvu.signing.poll_provider import poll_provider
from paperwork import approved, fresh
from remote_doubles import SECRET, USER
from remote_keys import FarKey, far_key, make_admin, pem, registered
from web.province import Province, hidden, make_province, words

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.10.3")]


@pytest.fixture
def province(at: datetime, settings: Any) -> Province:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    return make_province(at)


@pytest.fixture
def key(province: Province) -> Iterator[FarKey]:
    """The leader's key at MySign, not yet registered."""
    admin = make_admin(province.office.leader, province.at)
    with far_key("mysign", province.office.leader, admin, province.at) as made:
        yield made


@pytest.fixture
def ready(province: Province, key: FarKey) -> FarKey:
    registered(key, province.office.leader, province.at)
    return key


# --- The signer -----------------------------------------------------------------------------------


def test_from_the_page_to_the_phone_and_to_the_next_document(
    province: Province, ready: FarKey
) -> None:
    office, at = province.office, province.at
    first, second = approved(office, at), approved(office, at, subject="Về việc thứ hai")
    browser = province.browser(office.leader)
    page = browser.get(f"/trinh-ky/{first.id}/")
    assert "được gửi tới điện thoại của Ông/Bà qua Viettel MySign" in words(page)

    answer = browser.post(f"/trinh-ky/{first.id}/ky/", {"seen_sha256": hidden(page, "seen_sha256")})
    waiting = WaitingSignature.objects.get()
    assert answer.headers["Location"] == f"/trinh-ky/yeu-cau/{waiting.id}/"
    page = browser.get(answer.headers["Location"])
    shown = words(page)
    assert "Hãy xác nhận trên điện thoại" in shown and "3:00" in shown
    assert f"{first.base_file[:4]}-{first.base_file[4:8]}".upper() in shown
    assert first.subject in shown

    ask_provider(waiting_id=waiting.id, at=at)
    state = f"/trinh-ky/yeu-cau/{waiting.id}/trang-thai/"
    assert browser.get(state, headers={"hx-request": "true"}).status_code == 204
    ready.service.confirm()
    poll_provider(waiting_id=waiting.id, at=at)

    answer = browser.get(state, headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == f"/trinh-ky/{second.id}/"
    assert fresh(first).state == "signed"
    assert "Đã ký số. Đây là văn bản tiếp theo." in words(browser.get(f"/trinh-ky/{second.id}/"))


def test_the_list_says_which_wait_for_the_phone(province: Province, ready: FarKey) -> None:
    office = province.office
    document = approved(office, province.at)
    browser = province.browser(office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    waiting = WaitingSignature.objects.get()
    listed = browser.get("/trinh-ky/")
    assert "Chờ Ông/Bà xác nhận ký" in words(listed)
    assert f'href="/trinh-ky/yeu-cau/{waiting.id}/"' in listed.content.decode()
    page = browser.get(f"/trinh-ky/{document.id}/")
    assert "Xem yêu cầu đang chờ xác nhận" in words(page)


def test_refused_and_expired_offer_to_send_again(province: Province, ready: FarKey) -> None:
    office, at = province.office, province.at
    document = approved(office, at)
    browser = province.browser(office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    first = WaitingSignature.objects.get()
    ask_provider(waiting_id=first.id, at=at)
    ready.service.refuse()
    poll_provider(waiting_id=first.id, at=at)
    panel = browser.get(f"/trinh-ky/yeu-cau/{first.id}/trang-thai/", headers={"hx-request": "true"})
    assert "Yêu cầu bị từ chối" in words(panel) and "Gửi lại" in words(panel)

    answer = browser.post(f"/trinh-ky/yeu-cau/{first.id}/gui-lai/")
    second = WaitingSignature.objects.exclude(id=first.id).get()
    assert answer.headers["Location"] == f"/trinh-ky/yeu-cau/{second.id}/"
    ask_provider(waiting_id=second.id, at=at)
    later = at + timedelta(seconds=181)
    poll_provider(waiting_id=second.id, at=later)
    with clock.frozen(later):
        assert "Đã hết thời gian chờ" in words(browser.get(f"/trinh-ky/yeu-cau/{second.id}/"))


def test_cancelled_it_is_as_before(province: Province, ready: FarKey) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    waiting = WaitingSignature.objects.get()
    answer = browser.post(f"/trinh-ky/yeu-cau/{waiting.id}/huy/")
    assert answer.headers["Location"] == f"/trinh-ky/{document.id}/"
    assert "Đã hủy yêu cầu ký" in words(browser.get(f"/trinh-ky/{document.id}/"))
    assert browser.post(f"/trinh-ky/yeu-cau/{waiting.id}/huy/").status_code == 302


@pytest.mark.clause("S.11")
def test_nobody_else_sees_a_request(province: Province, ready: FarKey) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})
    waiting = WaitingSignature.objects.get()
    for other in (province.office.deputy, province.office.clerk, province.other.leader):
        stranger = province.browser(other)
        for part in ("", "trang-thai/"):
            assert stranger.get(f"/trinh-ky/yeu-cau/{waiting.id}/{part}").status_code == 404
        for part in ("huy/", "gui-lai/"):
            assert stranger.post(f"/trinh-ky/yeu-cau/{waiting.id}/{part}").status_code == 404
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


# --- The account ----------------------------------------------------------------------------------


def test_a_person_registers_their_key(province: Province, key: FarKey) -> None:
    leader = province.office.leader
    browser = province.browser(leader)
    page = browser.get("/tai-khoan/chung-thu-so/")
    assert "Chưa có chứng thư số nào" in words(page) and "Viettel MySign" in words(page)
    typed = {"provider": str(key.provider.id), "user": USER}
    found = browser.post("/tai-khoan/chung-thu-so/tim/", typed)
    assert leader.full_name in words(found) and 'value="cred-054"' in found.content.decode()
    answer = browser.post("/tai-khoan/chung-thu-so/dang-ky/", {**typed, "credential": "cred-054"})
    assert answer.headers["Location"] == "/tai-khoan/chung-thu-so/"
    certificate = Certificate.objects.get(person_id=leader.person_id)
    assert certificate.key_reference == f"mysign:{key.provider.id}:cred-054"
    assert "Đang dùng để ký" in words(browser.get("/tai-khoan/chung-thu-so/"))


def test_a_wrong_identifier_is_said_in_place(province: Province, key: FarKey) -> None:
    browser = province.browser(province.office.leader)
    typed = {"provider": str(key.provider.id), "user": "nguoi-la"}
    answer = browser.post("/tai-khoan/chung-thu-so/tim/", typed)
    assert answer.status_code == 422 and "signing.E172" in answer.content.decode()
    assert 'value="nguoi-la"' in answer.content.decode()


def test_another_persons_certificate_cannot_be_chosen(province: Province, key: FarKey) -> None:
    browser = province.browser(province.office.deputy)
    typed = {"provider": str(key.provider.id), "user": USER}
    found = browser.post("/tai-khoan/chung-thu-so/tim/", typed)
    assert "không phải Lê Tấn Hổ" in words(found) and "disabled" in found.content.decode()
    answer = browser.post("/tai-khoan/chung-thu-so/dang-ky/", {**typed, "credential": "cred-054"})
    assert answer.status_code == 422


def test_back_to_the_former_key_and_never_to_anybody_elses(
    province: Province, ready: FarKey
) -> None:
    from congvu.signing.enrol import enrol_person

    leader, at = province.office.leader, province.at
    remote = Certificate.objects.get(person_id=leader.person_id)
    remote.state = Certificate.State.REPLACED
    remote.save()
    own = enrol_person(person_id=leader.person_id, at=at)
    browser = province.browser(leader)
    browser.post(f"/tai-khoan/chung-thu-so/{remote.id}/dung/")
    remote.refresh_from_db()
    own.refresh_from_db()
    assert (remote.state, own.state) == ("in_use", "replaced")
    stranger = province.browser(province.office.deputy)
    assert stranger.post(f"/tai-khoan/chung-thu-so/{own.id}/dung/").status_code == 404


# --- The administrator ----------------------------------------------------------------------------

FORM = {
    "kind": "mysign", "name": "MySign thử", "client_id": "ms-phuyen", "service_password": SECRET,
    "profile_id": "adss:ras:profile:001", "answers": "raw", "hashes": "",
}  # fmt: skip


def test_a_service_is_entered_tried_and_switched(province: Province, key: FarKey) -> None:
    browser = province.browser(key.admin)
    address = "/quan-tri/dich-vu-ky-so/"
    form = {**FORM, "base_url": key.service.address, "issuers": pem(key.service.chain[1:])}
    answer = browser.post(address + "them/", form)
    made = SigningProvider.objects.get(name="MySign thử")
    here = f"{address}{made.id}/"
    assert answer.headers["Location"] == here
    page = browser.get(here)
    assert "chưa được kiểm tra" in words(page) and SECRET not in page.content.decode()

    assert browser.post(here + "dung/", {"on": "1"}).status_code == 422
    browser.post(here + "thu/", {"user": "nguoi-la"})
    assert "Kết nối không thành công" in words(browser.get(here))
    browser.post(here + "thu/", {"user": USER})
    assert "đọc được 1 chứng thư số" in words(browser.get(here))
    browser.post(here + "dung/", {"on": "1"})
    assert SigningProvider.objects.get(id=made.id).is_active
    listed = words(browser.get(address))
    assert "MySign thử" in listed and "Viettel MySign" in listed  # several may be in use


def test_what_was_typed_stays_and_the_secret_does_not(province: Province, key: FarKey) -> None:
    browser = province.browser(key.admin)
    answer = browser.post("/quan-tri/dich-vu-ky-so/them/", {**FORM, "base_url": "http://dichvu.vn"})
    html = answer.content.decode()
    assert answer.status_code == 422 and "signing.E161" in html
    assert 'value="http://dichvu.vn"' in html and "MySign thử" in html and SECRET not in html


@pytest.mark.clause("S.11")
def test_only_the_system_administrator_comes_in(province: Province, key: FarKey) -> None:
    for who in (province.office.leader, province.office.clerk):
        assert province.browser(who).get("/quan-tri/dich-vu-ky-so/").status_code == 403

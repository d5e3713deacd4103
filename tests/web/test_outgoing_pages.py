"""The pages of signing, outgoing documents and registers, opened by those who use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from congvu.exchange.deliver import deliver_waiting
from paperwork import approved, drafted, fresh, issued, numbered, signed, submitted
from web.province import Province, hidden, make_province, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


# --- Every page opens for those who use it, and shows what they need ------------------------------

PAGES: dict[str, Callable[[Province], str]] = {
    "du-thao": lambda p: "/du-thao/",
    "soan": lambda p: "/du-thao/soan/",
    "trinh-ky": lambda p: "/trinh-ky/",
    "van-ban-di": lambda p: "/van-ban-di/",
    "so-van-ban": lambda p: "/so-van-ban/",
}
OPEN_TO = {
    "drafter": {"du-thao", "soan", "van-ban-di", "trinh-ky"},  # as a secretary, say
    "head": {"du-thao", "soan", "van-ban-di", "trinh-ky"},
    "leader": set(PAGES),
    "clerk": set(PAGES),
    "archivist": {"du-thao", "van-ban-di", "so-van-ban"},
}


@pytest.mark.clause("S.11")
@pytest.mark.parametrize("role", OPEN_TO)
def test_each_role_opens_its_pages_and_no_others(province: Province, role: str):
    browser = province.browser(getattr(province.office, role))
    for name, address in PAGES.items():
        expected = 200 if name in OPEN_TO[role] else 403
        assert browser.get(address(province)).status_code == expected, name


def test_lists_without_anything_say_what_would_stand_there(province: Province):
    leader = province.browser(province.office.leader)
    assert "Không có dự thảo nào" in words(leader.get("/du-thao/"))
    assert "Không có văn bản nào chờ Ông/Bà" in words(leader.get("/trinh-ky/"))
    assert "Không có văn bản đi nào" in words(leader.get("/van-ban-di/"))
    assert "Chưa có sổ nào" in words(leader.get("/so-van-ban/"))


@pytest.mark.clause("S.11")
def test_a_stranger_agency_finds_nothing(province: Province):
    office, at = province.office, province.at
    draft, sent = drafted(office, at), issued(office, at, to=[province.other])
    stranger = province.browser(province.other.clerk)
    for page in (
        f"/du-thao/{draft.id}/",
        f"/du-thao/{draft.id}/xem-truoc/",
        f"/du-thao/{draft.id}/ban-in/",
        f"/van-ban-di/{sent.id}/",
        f"/van-ban-di/{sent.id}/nguoi-nhan/",
        f"/trinh-ky/{sent.id}/",
        f"/van-ban/{draft.id}/noi-nhan/",
    ):
        assert stranger.get(page).status_code == 404, page


# --- Signing --------------------------------------------------------------------------------------


@pytest.mark.clause("ND30.13.7")
def test_the_leader_signs_what_is_shown_in_three_steps(province: Province):
    office = province.office
    document = approved(office, province.at, to=[province.other])
    browser = province.browser(office.leader)
    listed = browser.get("/trinh-ky/").content.decode()
    assert f'href="/trinh-ky/{document.id}/"' in listed
    page = browser.get(f"/trinh-ky/{document.id}/")
    assert "Ký số với tư cách" in words(page)
    assert "Sau khi ký, nội dung không sửa được" in words(page)
    shown = hidden(page, "seen_sha256")
    assert shown == document.base_file
    answer = browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": shown})
    assert answer.headers["Location"] == "/trinh-ky/"
    assert fresh(document).state == "signed"
    assert document.subject in words(browser.get("/trinh-ky/?tab=da-ky"))


@pytest.mark.clause("ND30.11")
def test_another_file_than_the_one_shown_is_not_signed(province: Province):
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    answer = browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": "0" * 64})
    assert answer.status_code == 422 and "documents.E201" in answer.content.decode()
    assert fresh(document).state == "approved"


# --- Outgoing -------------------------------------------------------------------------------------


@pytest.mark.clause("QC.11.4", "ND30.15.1")
def test_the_clerk_numbers_and_issues_with_one_button(province: Province):
    office = province.office
    document = signed(office, province.at, to=[province.other])
    browser = province.browser(office.clerk)
    page = browser.get(f"/van-ban-di/{document.id}/")
    assert "Phát hành tới 1 cơ quan, không gửi bản giấy" in words(page)
    assert "01/QĐ-SNV" in words(page)
    answer = browser.post(f"/van-ban-di/{document.id}/ban-hanh/", {"on": "14/02/2022"})
    assert answer.status_code == 302
    document = fresh(document)
    assert (document.state, document.symbol) == ("issued", "01/QĐ-SNV")
    assert "Chờ gửi" in words(browser.get(f"/van-ban-di/{document.id}/"))


@pytest.mark.clause("ND30.15.1")
def test_a_refused_issue_takes_no_number(province: Province):
    office = province.office
    document = signed(office, province.at)
    browser = province.browser(office.clerk)
    answer = browser.post(f"/van-ban-di/{document.id}/ban-hanh/", {"on": ""})
    assert answer.status_code == 422 and "Chưa chọn nơi nhận" in words(answer)
    assert (fresh(document).state, fresh(document).symbol) == ("signed", "")


@pytest.mark.clause("QC.8.1")
def test_deliveries_are_live_and_each_moment_says_why(province: Province):
    office, at = province.office, province.at
    document = issued(office, at, to=[province.other])
    browser = province.browser(office.clerk)
    before = browser.get(f"/van-ban-di/{document.id}/nguoi-nhan/")
    assert "Chờ gửi" in words(before) and 'hx-trigger="every 15s"' in before.content.decode()
    mark = re.search(r"dau=(\w+)", before.content.decode())
    assert mark is not None
    unmoved = browser.get(f"/van-ban-di/{document.id}/nguoi-nhan/?dau={mark[1]}")
    assert unmoved.status_code == 204
    deliver_waiting(document_id=document.id, at=at)
    after = browser.get(f"/van-ban-di/{document.id}/nguoi-nhan/?dau={mark[1]}")
    assert "Đã đến" in words(after) and "09:00, thứ Hai 14/02/2022" in words(after)
    why = browser.get(f"/van-ban-di/{document.id}/nguoi-nhan/{province.other.agency.id}/")
    assert "trong giờ làm việc" in words(why) and "QC.8.1" in words(why)


@pytest.mark.clause("ND30.18.4")
def test_recall_with_its_reason(province: Province):
    document = issued(province.office, province.at, to=[province.other])
    browser = province.browser(province.office.clerk)
    assert "Thu hồi" in words(browser.get(f"/van-ban-di/{document.id}/"))
    reason = "Gửi nhầm bản chưa hoàn chỉnh tới cơ quan nhận."
    browser.post(f"/van-ban-di/{document.id}/thu-hoi/", {"reason": reason})
    assert fresh(document).state == "recalled"
    assert reason in words(browser.get(f"/van-ban-di/{document.id}/"))


@pytest.mark.clause("ND30.15.1")
def test_a_void_number_stays_in_the_register(province: Province):
    document = numbered(province.office, province.at, to=[province.other])
    browser = province.browser(province.office.clerk)
    assert document.symbol in words(browser.get("/so-van-ban/"))
    reason = "Văn bản ban hành trùng nội dung."
    browser.post(f"/van-ban-di/{document.id}/huy-so/", {"reason": reason})
    page = words(browser.get("/so-van-ban/"))
    assert f"Số hủy: {reason}" in page and "Số chưa phát hành" in page


@pytest.mark.clause("ND30.18.3")
def test_replacement_by_a_document_that_was_issued(province: Province):
    old = issued(province.office, province.at, to=[province.other])
    new = issued(province.office, province.at, to=[province.other], subject="Về việc đính chính")
    browser = province.browser(province.office.clerk)
    browser.post(f"/van-ban-di/{old.id}/thay-the/", {"replacement": new.id})
    assert fresh(old).state == "replaced"
    assert new.symbol in words(browser.get(f"/van-ban-di/{old.id}/"))


def test_tabs_and_filters_narrow_the_list(province: Province):
    office, at = province.office, province.at
    waiting = signed(office, at, to=[province.other], subject="Về việc chờ cấp số")
    out = issued(office, at, to=[province.other], subject="Về việc đã đi")
    browser = province.browser(office.clerk)
    tab = words(browser.get("/van-ban-di/?tab=cho-cap-so"))
    assert waiting.subject in tab and out.subject not in tab
    assert out.subject in words(browser.get(f"/van-ban-di/?so={out.symbol}"))
    assert "Không có văn bản đi nào" in words(browser.get("/van-ban-di/?so=999"))
    assert out.subject not in words(browser.get("/van-ban-di/?tu=15/02/2022"))


@pytest.mark.clause("QC.7.1")
def test_signatures_of_the_issued_file_are_judged_on_the_page(province: Province):
    document = issued(province.office, province.at, to=[province.other])
    browser = province.browser(province.office.clerk)
    page = browser.get(f"/van-ban-di/{document.id}/")
    assert f"/van-ban/{document.id}/kiem-tra-chu-ky/" in page.content.decode()
    cards = browser.post(f"/van-ban/{document.id}/kiem-tra-chu-ky/")
    assert cards.content.decode().count('class="signature"') >= 2


# --- Registers ------------------------------------------------------------------------------------


@pytest.mark.clause("ND30.16.2.b", "ND30.PL4")
def test_the_register_on_the_screen_and_as_its_legal_print(province: Province):
    document = issued(province.office, province.at, to=[province.other])
    browser = province.browser(province.office.clerk)
    page = browser.get("/so-van-ban/?chieu=di")
    assert document.symbol in words(page) and province.other.agency.name in words(page)
    link = re.search(r'href="(/so-van-ban/\d+/in/[^"]*)"', page.content.decode())
    assert link is not None
    assert browser.get(unescape(link[1])).content.startswith(b"%PDF")
    book = re.search(r"/so-van-ban/(\d+)/in/", link[1])
    assert book is not None
    checked = words(browser.get(f"/so-van-ban/{book[1]}/kiem-tra/?kiem-tra=1"))
    assert document.symbol in checked and "liền số" in checked


# --- Cost -----------------------------------------------------------------------------------------

CEILINGS = {"/van-ban-di/": 16, "/du-thao/": 14, "/trinh-ky/": 12, "/so-van-ban/": 13}


@pytest.mark.parametrize(("address", "ceiling"), CEILINGS.items())
def test_a_list_asks_no_more_when_it_is_longer(province: Province, address: str, ceiling: int):
    office, at = province.office, province.at
    browser = province.browser(office.clerk)
    counts = []
    for _ in range(2):
        submitted(office, at, to=[province.other])
        issued(office, at, to=[province.other])
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1] and counts[1] <= ceiling, counts

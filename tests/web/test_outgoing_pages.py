"""The pages of drafts, signing, outgoing documents and registers, opened by those who use them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
)
from congvu.accounts.models import KeptInput
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.models import Arrival, Autosave, Document, DraftVersion, Recipient
from congvu.documents.types import draft_of_text
from congvu.exchange.deliver import deliver_waiting
from congvu.kit import clock
from congvu.orgs.types import Actor
from paperwork import approved, drafted, fresh, issued, numbered, signed, submitted
from staff import client_for

pytestmark = pytest.mark.django_db
CV = {"type_code": "cong-van", "subject": "rà soát quy trình gửi, nhận văn bản"}


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@dataclass
class Province:
    """Two agencies that can sign and send, and a browser for each of their people."""

    office: House
    other: House
    at: datetime

    def browser(self, who: Actor) -> Client:
        return client_for(who.posting_id or 0, self.at)


@pytest.fixture
def province(at: datetime) -> Province:
    enter_working_time(at)
    approve_systems(at)
    office, other = make_department(at), make_committee(at)
    found_keys(at)
    return Province(office, other, at)


def words(answer: HttpResponse) -> str:
    """The text of a page without its tags."""
    return unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def hidden(answer: HttpResponse, name: str) -> str:
    """The value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', answer.content.decode())
    assert found, f"no field {name}"
    return unescape(found[1])


def editor_form(browser: Client, document: Document, **typed: str) -> dict[str, str]:
    """The fields of the editor as the browser would post them, with what is typed."""
    page = browser.get(f"/du-thao/{document.id}/")
    fields = {
        "version": hidden(page, "version"),
        "subject": document.subject,
        "signer": str(document.signer_id or ""),
        "urgency": str(document.urgency),
        "text": "Điều 1. Nội dung.",
    }
    return fields | typed


# --- Every page opens for those who use it, and shows what they need ------------------------------

PAGES: dict[str, Callable[[Province], str]] = {
    "du-thao": lambda p: "/du-thao/",
    "soan": lambda p: "/du-thao/soan/",
    "trinh-ky": lambda p: "/trinh-ky/",
    "van-ban-di": lambda p: "/van-ban-di/",
    "so-van-ban": lambda p: "/so-van-ban/",
}
OPEN_TO = {
    "drafter": {"du-thao", "soan", "van-ban-di"},
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


# --- Drafting -------------------------------------------------------------------------------------


@pytest.mark.clause("ND30.10")
def test_a_draft_begins_on_one_screen_with_its_recipients(province: Province):
    office = province.office
    browser = province.browser(office.drafter)
    answer = browser.post(
        "/du-thao/soan/",
        {
            **CV,
            "signer": office.leader.posting_id,
            "urgency": "1",
            "addressees": "Ủy ban nhân dân tỉnh",
            "to": [province.other.agency.id],
            "names": "Công ty Cấp nước",
        },
    )
    document = Document.objects.get()
    assert answer.headers["Location"] == f"/du-thao/{document.id}/"
    assert (document.urgency, document.signer_id) == (1, office.leader.posting_id)
    names = list(Recipient.objects.values_list("name", flat=True))
    assert names == ["Ủy ban nhân dân tỉnh Phú Yên", "Công ty Cấp nước"]
    assert "Soạn thảo" in words(browser.get(answer.headers["Location"]))


def test_a_refused_start_keeps_everything_typed(province: Province):
    browser = province.browser(province.office.drafter)
    other = province.other.agency.id
    answer = browser.post(
        "/du-thao/soan/", {**CV, "subject": "  ", "addressees": "Ban A", "to": other}
    )
    page = answer.content.decode()
    assert answer.status_code == 422 and not Document.objects.exists()
    assert "Chưa có trích yếu" in words(answer) and "documents.E101" in page
    assert "Ban A" in page and re.search(rf'value="{other}" checked', page)


@pytest.mark.clause("QC.9.1")
def test_an_answer_is_prefilled_from_the_arrival(province: Province):
    sent = issued(province.office, province.at, to=[province.other])
    deliver_waiting(document_id=sent.id, at=province.at)
    arrival = Arrival.objects.get(document=sent)
    browser = province.browser(province.other.clerk)
    page = browser.get(f"/du-thao/soan/?tra-loi={arrival.id}")
    assert f"trả lời Quyết định số {sent.symbol}" in words(page)
    assert re.search(rf'value="{province.office.agency.id}" checked', page.content.decode())


def test_saving_makes_a_version_and_marks_become_bold_words(province: Province):
    office = province.office
    document = drafted(office, province.at)
    browser = province.browser(office.drafter)
    typed = editor_form(browser, document, text="Điều 1. Giao **Sở Nội vụ** thực hiện.")
    answer = browser.post(f"/du-thao/{document.id}/luu/", typed)
    assert answer.status_code == 302
    version = DraftVersion.objects.get(document=document, ordinal=2)
    assert {"text": "Sở Nội vụ", "bold": True} in version.content["blocks"][0]["runs"]
    assert (
        "Giao **Sở Nội vụ** thực hiện." in browser.get(f"/du-thao/{document.id}/").content.decode()
    )


def test_what_is_typed_is_autosaved_and_shown_again(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    typed = editor_form(browser, document, text="Điều 1. Đang gõ dở.", subject="Trích yếu mới")
    answer = browser.post(f"/du-thao/{document.id}/luu-tam/", typed)
    assert answer.json()["version"].startswith("1@2022-")
    page = browser.get(f"/du-thao/{document.id}/")
    assert "Đang gõ dở." in page.content.decode() and "Trích yếu mới" in page.content.decode()
    assert "chưa lưu thành phiên bản" in words(page)
    browser.post(f"/du-thao/{document.id}/bo-luu-tam/")
    assert "Đang gõ dở." not in browser.get(f"/du-thao/{document.id}/").content.decode()


def test_two_tabs_both_texts_are_shown_and_kept(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    first = editor_form(browser, document, text="Điều 1. Nội dung của thẻ thứ nhất.")
    second = editor_form(browser, document, text="Điều 1. Nội dung của thẻ thứ hai.")
    assert browser.post(f"/du-thao/{document.id}/luu/", first).status_code == 302
    answer = browser.post(f"/du-thao/{document.id}/luu/", second)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Hai nội dung khác nhau" in words(answer) and "phiên bản 2" in words(answer)
    assert "Nội dung của thẻ thứ nhất." in words(answer)
    assert "Nội dung của thẻ thứ hai." in page
    assert "<ins>" in page and "<del>" in page
    assert Autosave.objects.get().content["blocks"][0]["runs"][0]["text"] == (
        "Nội dung của thẻ thứ hai."
    )
    # Saving again, knowingly, puts the second text on top; the first stays as version 2.
    again = second | {"version": hidden(answer, "version")}
    assert browser.post(f"/du-thao/{document.id}/luu/", again).status_code == 302
    assert DraftVersion.objects.filter(document=document).count() == 3


def test_a_second_tab_does_not_write_over_the_autosave_of_the_first(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    first = editor_form(browser, document, text="Điều 1. Thẻ thứ nhất.")
    second = editor_form(browser, document, text="Điều 1. Thẻ thứ hai.")
    browser.post(f"/du-thao/{document.id}/luu-tam/", first)
    answer = browser.post(
        f"/du-thao/{document.id}/luu-tam/", second, headers={"Sec-Fetch-Dest": "empty"}
    )
    assert answer.status_code == 422 and "X-Say" in answer.headers
    assert Autosave.objects.get().content["blocks"][0]["runs"][0]["text"] == "Thẻ thứ nhất."
    shown = browser.post(f"/du-thao/{document.id}/luu/", second)
    assert shown.status_code == 422 and "Thẻ thứ hai." in shown.content.decode()
    assert "Thẻ thứ nhất." in words(shown)


@pytest.mark.clause("S.06")
def test_a_lost_session_keeps_the_text(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    typed = editor_form(browser, document, text="Điều 1. Gõ trong lúc phiên hết hạn.")
    with clock.frozen(province.at + timedelta(hours=5)):
        autosave = browser.post(
            f"/du-thao/{document.id}/luu-tam/", typed, headers={"Sec-Fetch-Dest": "empty"}
        )
        assert autosave.status_code == 401  # the page keeps the text and asks to sign in again
        answer = browser.post(f"/du-thao/{document.id}/luu/", typed)
        assert answer.status_code == 302 and "/dang-nhap/" in answer.headers["Location"]
    assert KeptInput.objects.get().path == f"/du-thao/{document.id}/luu/"


def test_the_print_is_shown_with_what_is_typed_or_says_why_not(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    typed = editor_form(browser, document)
    shown = browser.post(f"/du-thao/{document.id}/xem-truoc/", typed)
    picture = re.search(r'src="(/du-thao/[^"]+\.png[^"]*)"', shown.content.decode())
    assert picture is not None
    assert browser.get(picture[1]).content.startswith(b"\x89PNG")
    assert browser.get(f"/du-thao/{document.id}/ban-in/").content.startswith(b"%PDF")
    letter = drafted(province.office, province.at, type_code="cong-van")
    refused = browser.post(f"/du-thao/{letter.id}/xem-truoc/", editor_form(browser, letter))
    assert refused.status_code == 200 and "Công văn phải có mục “Kính gửi”" in words(refused)


def test_versions_are_compared_word_by_word(province: Province):
    office = province.office
    document = drafted(office, province.at)
    revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=draft_of_text("Điều 1. Giao nhiệm vụ kiểm tra quy trình gửi, nhận văn bản."),
        by=office.drafter,
        at=province.at,
    )
    page = province.browser(office.drafter).get(f"/du-thao/{document.id}/so-sanh/?cu=1&moi=2")
    assert "<ins>kiểm tra</ins>" in page.content.decode()


@pytest.mark.clause("ND30.12")
def test_the_road_from_submission_to_signature(province: Province):
    office, at = province.office, province.at
    document = drafted(office, at, to=[province.other])
    drafter = province.browser(office.drafter)
    answer = drafter.post(f"/du-thao/{document.id}/trinh/", {"version": "1", "reviewer": ""})
    assert answer.status_code == 302
    for reviewer in (office.head, office.clerk):
        browser = province.browser(reviewer)
        assert document.subject in words(browser.get("/trinh-ky/"))
        assert "Trả lại" in words(browser.get(f"/du-thao/{document.id}/"))
        assert browser.post(f"/du-thao/{document.id}/duyet/").status_code == 302
    assert fresh(document).state == "approved"
    leader = province.browser(office.leader)
    assert f"/trinh-ky/{document.id}/" in leader.get("/trinh-ky/").content.decode()


def test_a_draft_comes_back_with_its_reason_in_a_strip(province: Province):
    office = province.office
    document = submitted(office, province.at)
    head = province.browser(office.head)
    short = head.post(f"/du-thao/{document.id}/tra-lai/", {"reason": "sai"})
    assert short.status_code == 422 and "từ 10" in words(short)
    reason = "Cần bổ sung căn cứ pháp lý và thời hạn báo cáo."
    assert head.post(f"/du-thao/{document.id}/tra-lai/", {"reason": reason}).status_code == 302
    drafter = province.browser(office.drafter)
    assert reason in words(drafter.get(f"/du-thao/{document.id}/"))
    assert reason in words(drafter.get("/du-thao/?tab=tra-lai"))


def test_opinions_are_asked_and_given(province: Province):
    office = province.office
    document = drafted(office, province.at)
    drafter, colleague = province.browser(office.drafter), province.browser(office.colleague)
    assert colleague.get(f"/du-thao/{document.id}/").status_code == 404
    drafter.post(
        f"/du-thao/{document.id}/xin-y-kien/",
        {"people": office.colleague.posting_id, "question": "Thời hạn đã hợp lý chưa?"},
    )
    assert document.subject in words(colleague.get("/du-thao/?tab=xin-y-kien"))
    colleague.post(f"/du-thao/{document.id}/y-kien/", {"text": "Nên lùi thời hạn một tuần."})
    assert "Nên lùi thời hạn một tuần." in words(drafter.get(f"/du-thao/{document.id}/"))


def test_an_attachment_is_judged_by_what_it_is(province: Province):
    document = drafted(province.office, province.at)
    browser = province.browser(province.office.drafter)
    answer = browser.post(
        f"/du-thao/{document.id}/dinh-kem/",
        {"file": SimpleUploadedFile("phụ lục.pdf", b"not a pdf")},
        headers={"Sec-Fetch-Dest": "empty"},
    )
    assert answer.json()["verdict"]["state"] == "refused"
    assert not document.attachments.exists()


def test_recipients_are_chosen_again_before_the_issue(province: Province):
    document = drafted(province.office, province.at, to=[province.other])
    browser = province.browser(province.office.drafter)
    page = browser.get(f"/van-ban/{document.id}/noi-nhan/")
    assert re.search(rf'value="{province.other.agency.id}" checked', page.content.decode())
    assert f'value="{province.office.agency.id}"' not in page.content.decode()
    browser.post(f"/van-ban/{document.id}/noi-nhan/", {"names": "Báo Phú Yên"})
    assert list(document.recipients.values_list("name", flat=True)) == ["Báo Phú Yên"]


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

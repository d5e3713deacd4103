"""The pages of drafts: the start, the editor with its two tabs, the print, the way to review."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from congvu.accounts.models import KeptInput
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.models import Arrival, Autosave, Document, DraftVersion, Recipient
from congvu.documents.types import draft_of_text
from congvu.exchange.deliver import deliver_waiting
from congvu.kit import clock
from paperwork import drafted, fresh, issued, submitted
from web.province import Province, hidden, make_province, words

pytestmark = pytest.mark.django_db
CV = {"type_code": "cong-van", "subject": "rà soát quy trình gửi, nhận văn bản"}


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


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

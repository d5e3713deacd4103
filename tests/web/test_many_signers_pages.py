"""Several people sign one document, on the pages: chosen, asked in turn, shown in their order."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from congvu.documents.drafting.approve import approve_draft
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import CoSigner, Document
from congvu.documents.queries.draft_lists import autosave_of
from paperwork import fresh
from web.province import Province, hidden, make_province, words

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


def minutes(province: Province) -> Document:
    """Minutes begun and written on the pages by their secretary."""
    house = province.office
    browser = province.browser(house.drafter)
    answer = browser.post(
        "/du-thao/soan/",
        {
            "type_code": "bien-ban",
            "subject": "Họp giao ban tháng 02",
            "signer": house.leader.posting_id,
            "co_signer": house.drafter.posting_id,
            "names": "Các thành phần dự họp",
        },
    )
    assert answer.status_code == 302, words(answer)
    document = Document.objects.get()
    answer = browser.post(
        f"/du-thao/{document.id}/luu/",
        {
            "version": "1@",
            "subject": "Họp giao ban tháng 02",
            "signer": house.leader.posting_id,
            "co_signer": house.drafter.posting_id,
            "text": "1. Các phòng báo cáo.",
            "minutes_began": "08 giờ 00, ngày 14 tháng 02 năm 2022",
            "minutes_ended": "09 giờ 00, ngày 14 tháng 02 năm 2022",
            "minutes_attended": "- Lãnh đạo Sở;\n- Trưởng các phòng",
        },
    )
    assert answer.status_code == 302, words(answer)
    return fresh(document)


def laid_before_signers(province: Province, document: Document) -> None:
    house, at = province.office, province.at
    submit_draft(document_id=document.id, base_ordinal=2, by=house.drafter, at=at)
    for reviewer in (house.head, house.clerk):
        approve_draft(document_id=document.id, by=reviewer, at=at)


@pytest.mark.clause("ND30.PL3")
def test_the_form_of_minutes_asks_for_secretary_chair_and_hours(province: Province):
    house = province.office
    browser = province.browser(house.drafter)
    asked = words(browser.get("/du-thao/theo-loai/?type_code=bien-ban"))
    assert "Chủ tọa" in asked and "Thư ký" in asked
    assert "Nhiều người cùng ký" in words(browser.get("/du-thao/theo-loai/?type_code=thong-bao"))
    document = minutes(province)
    page = browser.get(f"/du-thao/{document.id}/").content.decode()
    assert "08 giờ 00, ngày 14 tháng 02 năm 2022" in page
    assert "- Lãnh đạo Sở" not in page and "Lãnh đạo Sở" in page
    preview = browser.get(f"/du-thao/{document.id}/ban-in/")
    assert preview.content.startswith(b"%PDF")


@pytest.mark.clause("ND30.13.7", "ND30.11")
def test_each_signs_the_file_that_is_shown_and_the_next_is_asked(province: Province):
    house = province.office
    document = minutes(province)
    laid_before_signers(province, document)
    secretary, chair = province.browser(house.drafter), province.browser(house.leader)
    address = f"/trinh-ky/{document.id}/"
    assert f'href="{address}"' in secretary.get("/").content.decode()
    page = secretary.get(address)
    assert "Ký số với tư cách THƯ KÝ: Nguyễn Văn An" in words(page)
    assert "chuyển tới Trần Hữu Thế ký tiếp" in words(page)
    first = hidden(page, "seen_sha256")
    assert chair.get(address).status_code == 302, "not the chair's turn"

    secretary.post(f"{address}ky/", {"seen_sha256": first})
    stale = chair.post(f"{address}ky/", {"seen_sha256": first})
    assert stale.status_code == 422 and "documents.E201" in stale.content.decode()
    page = chair.get(address)
    assert "Thứ tự ký" in words(page) and "Đã ký" in words(page)
    seen = hidden(page, "seen_sha256")
    assert seen != first
    chair.post(f"{address}ky/", {"seen_sha256": seen})
    assert fresh(document).state == "signed"
    outgoing = words(province.browser(house.clerk).get(f"/van-ban-di/{document.id}/"))
    assert "Nguyễn Văn An ký lúc" in outgoing and "Trần Hữu Thế ký lúc" in outgoing


@pytest.mark.clause("ND30.12")
def test_who_refuses_says_why_and_the_road_shows_what_was_void(province: Province):
    house = province.office
    document = minutes(province)
    laid_before_signers(province, document)
    secretary, chair = province.browser(house.drafter), province.browser(house.leader)
    seen = hidden(secretary.get(f"/trinh-ky/{document.id}/"), "seen_sha256")
    secretary.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": seen})
    page = chair.get(f"/trinh-ky/{document.id}/")
    assert "Các chữ ký đã có hết giá trị" in words(page)
    reason = "Ghi rõ đơn vị thực hiện kết luận."
    chair.post(f"/du-thao/{document.id}/tra-lai/", {"reason": reason})
    page = words(secretary.get(f"/du-thao/{document.id}/"))
    assert reason in page and "Đã ký, hết giá trị vì bị trả lại" in page


def test_what_is_typed_about_signers_survives_in_the_autosave(province: Province):
    house = province.office
    browser = province.browser(house.drafter)
    browser.post(
        "/du-thao/soan/",
        {"type_code": "thong-bao", "subject": "Kết luận", "signer": house.leader.posting_id},
    )
    document = Document.objects.get()
    typed = {
        "version": "1@",
        "subject": "Kết luận",
        "signer": house.leader.posting_id,
        "text": "1. Một.",
        "co_signer": [house.head.posting_id, house.deputy.posting_id, ""],
        "co_label": ["Trưởng phòng Tổng hợp", "", ""],
    }
    browser.post(f"/du-thao/{document.id}/luu-tam/", typed)
    assert not CoSigner.objects.exists()
    kept = autosave_of(house.drafter, document.id)
    assert kept is not None and kept.content["heading"]["co_signers"].count("\n") == 1
    page = browser.get(f"/du-thao/{document.id}/").content.decode()
    assert 'value="Trưởng phòng Tổng hợp"' in page and "(3 người)" in page
    wrong = {**typed, "co_signer": [house.leader.posting_id, "", ""]}
    answer = browser.post(f"/du-thao/{document.id}/luu/", {**wrong, "version": "1"})
    assert answer.status_code == 422 and "documents.E818" in answer.content.decode()
    browser.post(f"/du-thao/{document.id}/luu/", {**typed, "version": "1"})
    chosen = CoSigner.objects.filter(document=document)
    assert [one.posting_id for one in chosen] == [house.head.posting_id, house.deputy.posting_id]

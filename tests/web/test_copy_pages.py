"""The pages of copies, of the right to decide on them, and of the stamp of arrival."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from cast import House
from congvu.documents.copies.competence import let_decide_on_copies
from congvu.documents.incoming.receive_by_hand import receive_by_hand
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import (
    Arrival,
    ArrivalStamp,
    CopyAuthority,
    Document,
    DocumentCopy,
    StampChoice,
)
from congvu.kit import blobs
from congvu.orgs.types import Actor
from congvu.signing import queries as signing
from letters import by_hand
from paperwork import issued
from scans import scan
from web.province import Province, make_province, words

pytestmark = pytest.mark.django_db
PURPOSE = "Gửi Thanh tra tỉnh theo đề nghị"


@pytest.fixture(autouse=True)
def light_hashing(settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


def paper(house: House, at: datetime, *, register: bool = True, symbol: str = "12/GM-X") -> Arrival:
    """A letter on paper that the clerk has scanned and, mostly, registered."""
    arrival = receive_by_hand(
        described=by_hand(symbol=symbol),
        content=scan(pages=2),
        file_name="quet.pdf",
        is_declared_open=True,
        by=house.clerk,
        at=at,
    )
    if register:
        register_arrival(arrival_id=arrival.id, by=house.clerk, at=at)
    return Arrival.objects.get(id=arrival.id)


def ask(browser: Client, document: Document, way: str, **more: str) -> DocumentCopy:
    answer = browser.post(f"/van-ban/{document.id}/sao/", {"way": way, "purpose": PURPOSE, **more})
    assert answer.status_code == 302, words(answer)
    return DocumentCopy.objects.order_by("-id")[0]


@pytest.mark.clause("ND30.25", "ND30.26", "ND30.27", "ND30.PL1.II.I")
def test_a_copy_is_asked_for_decided_made_and_taken_away(province: Province):
    house, at = province.office, province.at
    drafter, leader, clerk = map(province.browser, (house.drafter, house.leader, house.clerk))
    document = issued(house, at, to=[province.other])
    assert "Sao văn bản" in words(drafter.get(f"/van-ban-di/{document.id}/"))
    form = words(drafter.get(f"/van-ban/{document.id}/sao/"))
    assert "Trích sao → bản sao điện tử" in form and "Sao y → bản sao giấy" in form
    assert "Sao y → bản sao điện tử" not in form and "Sao lục" not in form

    copy = ask(drafter, document, "TrS:electronic:electronic:0", pages="1", extracted="Điều 1")
    assert copy.state == "asked"
    assert "Chờ quyết định sao" in words(leader.get("/"))
    page = drafter.get(f"/ban-sao/{copy.id}/")
    assert "Cho sao" not in words(page) and "Đang xem văn bản được sao" in words(page)
    assert f"/van-ban/{document.id}/trang/1.png" in page.content.decode()
    leader.post(f"/ban-sao/{copy.id}/quyet-dinh/", {"answer": "allow"})
    assert "Chờ sao" in words(clerk.get("/"))
    clerk.post(f"/ban-sao/{copy.id}/sao/")
    copy.refresh_from_db()
    assert (copy.state, copy.symbol) == ("made", "01/TrS-SNV")

    page = words(drafter.get(f"/ban-sao/{copy.id}/"))
    assert "TRÍCH SAO; Sở Nội vụ;" in page and "Chữ ký hợp lệ" in page
    given = drafter.get(f"/ban-sao/{copy.id}/tep/?tai=1")
    assert b"".join(given.streaming_content) == blobs.read(copy.file)
    assert drafter.get(f"/ban-sao/{copy.id}/trang/1.png").headers["Content-Type"] == "image/png"
    assert "01/TrS-SNV" in words(drafter.get(f"/van-ban-di/{document.id}/"))
    checked = drafter.post(f"/ban-sao/{copy.id}/kiem-tra-chu-ky/")
    assert "Chữ ký hợp lệ" in words(checked)
    assert "Sao văn bản" in words(clerk.get(f"/van-ban-di/{document.id}/"))


@pytest.mark.clause("ND30.27")
def test_a_refusal_says_why_and_an_unlawful_way_is_not_taken(province: Province):
    house, at = province.office, province.at
    drafter, leader = province.browser(house.drafter), province.browser(house.leader)
    document = issued(house, at, to=[province.other])
    full = {"way": "SY:electronic:electronic:0", "purpose": PURPOSE}
    answer = drafter.post(f"/van-ban/{document.id}/sao/", full)
    assert answer.status_code == 422 and "documents.E803" in answer.content.decode()
    assert PURPOSE in answer.content.decode(), "what was typed stays"
    copy = ask(drafter, document, "SY:electronic:paper:0")
    reason = "Văn bản đã công khai, hãy dùng chính tệp."
    leader.post(f"/ban-sao/{copy.id}/quyet-dinh/", {"answer": "refuse", "reason": reason})
    assert reason in words(drafter.get(f"/ban-sao/{copy.id}/"))


@pytest.mark.clause("ND30.25", "ND30.PL1.II.II", "ND30.16.2.b")
def test_paper_is_copied_and_the_register_is_printed(province: Province):
    house, at = province.office, province.at
    leader, clerk = province.browser(house.leader), province.browser(house.clerk)
    arrival = paper(house, at)
    form = words(leader.get(f"/van-ban/{arrival.document_id}/sao/"))
    assert "Từ văn bản giấy đã quét; đây là bản gốc, bản chính" in form
    assert "đây đã là một bản sao y" in form and "Sao lục → bản sao điện tử" in form
    assert "Quyết định sao" in form
    for way in ("SY:paper:electronic:0", "SL:paper:paper:1"):
        copy = ask(leader, arrival.document, way)
        clerk.post(f"/ban-sao/{copy.id}/sao/")
    book = words(clerk.get("/so-van-ban/?chieu=sao"))
    assert "01/SY-SNV" in book and "02/SL-SNV" in book and PURPOSE in book
    number = copy.book_id or DocumentCopy.objects.get(id=copy.id).book_id
    printed = clerk.get(f"/so-van-ban/{number}/in/?tu=01/01/2022&den=31/12/2022")
    assert printed.content.startswith(b"%PDF")
    assert "Bản sao giấy" in words(clerk.get(f"/ban-sao/{copy.id}/"))
    assert "02/SL-SNV" in words(clerk.get("/ban-sao/?tab=da-sao"))
    assert "02/SL-SNV" in words(clerk.get(f"/van-ban-den/{arrival.id}/"))


@pytest.mark.clause("ND30.27", "S.11")
def test_the_head_lets_somebody_decide_and_takes_it_back(province: Province):
    house, at = province.office, province.at
    leader, head = province.browser(house.leader), province.browser(house.colleague)
    drafter = province.browser(house.drafter)
    document = issued(house, at, to=[province.other])
    copy = ask(drafter, document, "SY:electronic:paper:0")
    assert head.get(f"/ban-sao/{copy.id}/").status_code == 404
    given = {
        "posting": house.colleague.posting_id,
        "basis": "Điều 12 Quy chế công tác văn thư",
        "valid_from": "14/02/2022",
        "valid_to": "",
    }
    assert leader.post("/ban-sao/tham-quyen/giao/", given).status_code == 302
    assert "Chờ quyết định sao" in words(head.get("/"))
    assert "Cho sao" in words(head.get(f"/ban-sao/{copy.id}/"))
    head.post(f"/ban-sao/{copy.id}/quyet-dinh/", {"answer": "allow"})
    copy.refresh_from_db()
    assert (copy.state, copy.basis) == ("allowed", given["basis"])

    page = leader.get("/ban-sao/tham-quyen/")
    assert "Thôi giao" in words(page)
    row = CopyAuthority.objects.get()
    leader.post(f"/ban-sao/tham-quyen/{row.id}/thoi/")
    row.refresh_from_db()
    assert row.valid_to == date(2022, 2, 13)
    again = ask(drafter, document, "SY:electronic:paper:0")
    assert "Chờ quyết định sao" not in words(head.get("/"))
    refused = head.post(f"/ban-sao/{again.id}/quyet-dinh/", {"answer": "allow"})
    assert refused.status_code in {403, 404, 422}


def test_a_bad_grant_keeps_what_was_typed(province: Province):
    leader = province.browser(province.office.leader)
    answer = leader.post(
        "/ban-sao/tham-quyen/giao/", {"posting": "0", "basis": "Quy chế văn thư", "valid_from": ""}
    )
    assert answer.status_code == 422 and 'value="Quy chế văn thư"' in answer.content.decode()
    drafter = province.browser(province.office.drafter)
    assert drafter.get("/ban-sao/tham-quyen/").status_code == 403


@pytest.mark.clause("ND30.22", "ND30.PL4")
def test_the_clerk_stamps_with_one_click_and_the_original_stays(province: Province):
    house, at = province.office, province.at
    clerk = province.browser(house.clerk)
    arrival = paper(house, at)
    before = clerk.get(f"/van-ban-den/{arrival.id}/")
    assert "Đóng dấu Đến" in words(before) and "Bản lưu có dấu Đến" not in words(before)
    answer = clerk.post(f"/van-ban-den/{arrival.id}/dau-den/", {"handed_to": "Phòng TH"})
    assert answer.status_code == 302, words(answer)
    stamp = ArrivalStamp.objects.get(arrival=arrival)
    page = clerk.get(f"/van-ban-den/{arrival.id}/?ban=dau-den")
    assert "Đang xem bản lưu có dấu Đến" in words(page)
    assert f"/van-ban-den/{arrival.id}/dau-den/trang/1.png" in page.content.decode()
    assert "Bản gốc đã nhận" in words(page)
    file = b"".join(clerk.get(f"/van-ban-den/{arrival.id}/dau-den/tep/").streaming_content)
    assert file == blobs.read(stamp.file) and file.startswith(blobs.read(stamp.original_file))
    picture = clerk.get(f"/van-ban-den/{arrival.id}/dau-den/trang/1.png")
    assert picture.headers["Content-Type"] == "image/png"
    twice = clerk.post(f"/van-ban-den/{arrival.id}/dau-den/")
    assert twice.status_code == 422 and "documents.E821" in twice.content.decode()


def choose(browser: Client, look: str, **more: str) -> None:
    typed = {"look": look, "stamps_from": "14/02/2022", "stamp_basis": "Quy chế công tác văn thư"}
    assert browser.post("/ban-sao/cach-the-hien/", {**typed, **more}).status_code == 302


@pytest.mark.clause("ND30.22", "ND30.PL1.II.I", "ND30.33.2")
def test_the_agency_chooses_how_stamps_look_from_a_day_on(province: Province):
    house, at = province.office, province.at
    leader, clerk = province.browser(house.leader), province.browser(house.clerk)
    first = paper(house, at, register=False)
    clerk.post(f"/van-ban-den/{first.id}/tiep-nhan/")
    assert not ArrivalStamp.objects.exists(), "nothing was chosen yet"
    choose(leader, "tt01", when_registered="1")
    assert "tự đóng khi đăng ký" in words(clerk.get("/ban-sao/tham-quyen/"))
    second = paper(house, at, register=False, symbol="13/GM-X")
    clerk.post(f"/van-ban-den/{second.id}/tiep-nhan/")
    assert ArrivalStamp.objects.get().arrival_id == second.id

    copy = ask(leader, second.document, "SY:paper:electronic:0")
    clerk.post(f"/ban-sao/{copy.id}/sao/")
    copy.refresh_from_db()
    report = signing.newest_report(copy.file)
    assert report is not None and report.agency_is_valid
    twice = {"look": "nd30", "stamps_from": "14/02/2022", "stamp_basis": "Quy chế khác"}
    answer = leader.post("/ban-sao/cach-the-hien/", twice)
    assert answer.status_code == 422 and "documents.E827" in answer.content.decode()
    assert StampChoice.objects.count() == 1


@pytest.mark.clause("S.23")
def test_a_copy_of_a_restricted_document_leaves_under_a_password_only(province: Province):
    house, at = province.office, province.at
    clerk, leader = province.browser(house.clerk), province.browser(house.leader)
    arrival = paper(house, at)
    level = {"sensitivity": "3", "reason": "Có dữ liệu cá nhân của công dân"}
    clerk.post(f"/van-ban/{arrival.document_id}/muc-do/", level)
    copy = ask(leader, arrival.document, "SY:paper:electronic:0")
    clerk.post(f"/ban-sao/{copy.id}/sao/")
    assert clerk.get(f"/ban-sao/{copy.id}/tep/").status_code == 422
    given = clerk.post(f"/ban-sao/{copy.id}/tai-co-mat-khau/", {"password": "mat-khau-du-dai-2022"})
    assert given.status_code == 200 and given.content.startswith(b"%PDF")


@pytest.mark.clause("S.11")
def test_a_stranger_agency_finds_no_copy(province: Province):
    house, at = province.office, province.at
    arrival = paper(house, at)
    copy = ask(province.browser(house.leader), arrival.document, "SY:paper:electronic:0")
    stranger = province.browser(province.other.clerk)
    for page in (f"/ban-sao/{copy.id}/", f"/van-ban/{arrival.document_id}/sao/"):
        assert stranger.get(page).status_code == 404, page


def granted(house: House, to: Actor, at: datetime) -> CopyAuthority:
    return let_decide_on_copies(
        posting_id=to.posting_id or 0,
        basis="Quy chế công tác văn thư",
        valid_from=at.date(),
        by=house.leader,
        at=at,
    )


@pytest.mark.clause("ND30.27")
def test_who_may_decide_can_read_what_is_asked_for(province: Province):
    house, at = province.office, province.at
    granted(house, house.colleague, at)
    document = issued(house, at, to=[province.other])
    copy = ask(province.browser(house.drafter), document, "SY:electronic:paper:0")
    assert province.browser(house.colleague).get(f"/ban-sao/{copy.id}/").status_code == 200

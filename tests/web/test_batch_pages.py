"""Duyệt và ký nhiều văn bản, as the leader uses it: read, agree, one confirmation, results."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from congvu.documents.drafting.send_back import take_back_draft
from congvu.documents.models import BatchItem, Document, Shown, SigningBatch
from congvu.kit import jobs, page_images
from paperwork import fresh
from sittings import PIN, laid, results, run
from web.province import Province, hidden, make_province
from web.province import words as spread_words

pytestmark = [pytest.mark.django_db, pytest.mark.clause("ND30.13.7")]
REASON = "Sửa lại căn cứ pháp lý cho đúng."


@pytest.fixture(autouse=True)
def light(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]


@pytest.fixture
def province(at: datetime) -> Province:
    return make_province(at)


@pytest.fixture
def leader(province: Province) -> Client:
    return province.browser(province.office.leader)


def words(answer: HttpResponse) -> str:
    """The text of a page, single-spaced."""
    return " ".join(spread_words(answer).split())


def lay(province: Province, count: int) -> list[Document]:
    office = province.office
    return [
        laid(office, province.at, to=[province.other], subject=f"Về việc thứ {number}")
        for number in range(1, count + 1)
    ]


def begin(leader: Client) -> tuple[SigningBatch, str]:
    answer = leader.post("/trinh-ky/loat/")
    batch = SigningBatch.objects.latest("id")
    assert answer.headers["Location"] == f"/trinh-ky/loat/{batch.id}/1/"
    return batch, f"/trinh-ky/loat/{batch.id}/"


def decide(leader: Client, page: str, decision: str = "agree") -> HttpResponse:
    opened = leader.get(page)
    for picture in re.findall(r'<img (?:src|data-page-src)="([^"]+)"', opened.content.decode()):
        assert leader.get(picture.replace("&amp;", "&")).status_code == 200
    seen = hidden(opened, "seen_sha256")
    return leader.post(page + "quyet-dinh/", {"decision": decision, "seen_sha256": seen})


@pytest.mark.clause("ND30.11")
def test_the_leader_goes_through_all_of_them_and_signs_with_one_confirmation(
    province: Province, leader: Client
):
    first, second, third, fourth = lay(province, 4)
    listed = leader.get("/trinh-ky/")
    assert "Duyệt và ký nhiều văn bản (4)" in words(listed)
    batch, address = begin(leader)
    page = words(leader.get(address + "1/"))
    assert "0/4 đã xem" in page and first.subject in page and "Đã xem 0/1 trang" in page

    answer = decide(leader, address + "1/")
    assert answer.headers["Location"] == address + "2/"
    assert decide(leader, address + "2/", "leave").headers["Location"] == address + "3/"
    answer = leader.post(address + "3/tra-lai/", {"reason": REASON})
    assert answer.headers["Location"] == address + "4/"
    assert fresh(third).state == "sent_back"
    assert "Tiếp tục lượt ký (3/4)" in words(leader.get("/trinh-ky/"))
    assert decide(leader, address + "4/").headers["Location"] == address

    summary = leader.get(address)
    told = words(summary)
    assert "Ký số 2 văn bản" in told and "Để lại 1 văn bản" in told
    assert first.base_file[:12] in told and province.other.agency.name in told
    mark = hidden(summary, "mark")
    assert leader.post(address + "ky/", {"mark": mark}).headers["Location"] == address
    assert "Ông/Bà có thể đóng trang này" in words(leader.get(address))
    assert "0/2 đang ký" in words(leader.get(address + "tien-do/"))
    assert "Xem lượt ký đang chạy" in words(leader.get("/trinh-ky/"))

    run(batch, province.at)
    ended = leader.get(address + "tien-do/")
    assert ended.headers["HX-Refresh"] == "true" and "hx-trigger" not in ended.content.decode()
    assert "Đã ký 2 văn bản" in words(leader.get(address))
    assert [fresh(one).state for one in (first, second, third, fourth)] == [
        "signed",
        "approved",
        "sent_back",
        "signed",
    ]


@pytest.mark.clause("ND30.11")
def test_only_what_the_server_delivered_counts_as_seen(
    province: Province, leader: Client, monkeypatch: pytest.MonkeyPatch
):
    (document,) = lay(province, 1)
    Document.objects.filter(id=document.id).update(page_count=3)
    monkeypatch.setattr(page_images, "run_limited", lambda *_, **__: b"png")
    batch, address = begin(leader)
    page = leader.get(address + "1/")
    pictures = re.findall(r'data-page-src="([^"]+)"', page.content.decode())
    assert len(pictures) == 2  # the first comes with the page
    assert not Shown.objects.exists()  # the page alone has shown nothing

    def agree() -> HttpResponse:
        told = {"decision": "agree", "seen_sha256": document.file}
        return leader.post(address + "1/quyet-dinh/", told)

    assert leader.get(address + "1/chuan-bi/").status_code == 200  # drawn ahead: not delivered
    leader.get(address + "1/trang/1/", headers={"Sec-Purpose": "prefetch"})
    assert not Shown.objects.exists()
    first = leader.get(address + "1/trang/1/")
    assert "no-store" in first.headers["Cache-Control"]
    refused = agree()
    assert refused.status_code == 422 and "Mới xem 1/3 trang" in words(refused)
    leader.get(address + "1/tep/")
    assert agree().status_code == 302
    assert results(batch) == ["waiting"]


def test_a_page_of_a_newer_file_is_not_shown_among_the_old(province: Province, leader: Client):
    lay(province, 1)
    _, address = begin(leader)
    assert leader.get(address + "1/trang/1/?b=0000000000000000").status_code == 422
    assert not Shown.objects.exists()


@pytest.mark.clause("ND30.11")
def test_what_has_changed_is_told_before_and_after(province: Province, leader: Client):
    first, _ = lay(province, 2)
    batch, address = begin(leader)
    decide(leader, address + "1/")
    decide(leader, address + "2/")
    office = province.office
    take_back_draft(document_id=first.id, reason=REASON, by=office.drafter, at=province.at)
    summary = leader.get(address)
    told = words(summary)
    assert "Ký số 1 văn bản" in told
    assert "1 văn bản đã thay đổi sau khi Ông/Bà đồng ý" in told and "không còn chờ ký" in told
    assert "không còn chờ Ông/Bà ký" in words(leader.get(address + "1/"))
    leader.post(address + "ky/", {"mark": hidden(summary, "mark")})
    run(batch, province.at)
    told = words(leader.get(address))
    assert "Đã ký 1 văn bản, 1 không ký được" in told and "documents.E003" in told
    refused = leader.post(address + "ky-lai/")
    assert refused.status_code == 422 and "không còn chờ Ông/Bà ký" in words(refused)


def test_a_list_that_moved_is_confirmed_anew(province: Province, leader: Client):
    lay(province, 1)
    batch, address = begin(leader)
    decide(leader, address + "1/")
    again = leader.post(address + "ky/", {"mark": "cũ", "pin": PIN})
    assert again.status_code == 422 and "Danh sách văn bản đồng ý ký đã thay đổi" in words(again)
    assert PIN not in again.content.decode()
    assert SigningBatch.objects.get(id=batch.id).state == "reviewing"


@pytest.mark.clause("QC.10.3")
def test_a_refused_pin_is_asked_for_again(province: Province, leader: Client):
    lay(province, 1)
    batch, address = begin(leader)
    decide(leader, address + "1/")
    SigningBatch.objects.filter(id=batch.id).update(
        state="wants_pin", said="Mã PIN không đúng. Còn 2 lần thử. Hãy nhập lại."
    )
    page = leader.get(address)
    assert "Còn 2 lần thử" in words(page) and 'name="pin"' in page.content.decode()


def test_a_sitting_may_be_ended_without_signing(province: Province, leader: Client):
    lay(province, 1)
    batch, address = begin(leader)
    leader.post(address + "ket-thuc/")
    assert results(batch) == ["skipped"]
    assert words(leader.get(address)).count("Đã ký 0 văn bản") == 1
    assert leader.get(address + "1/").headers["Location"] == address


@pytest.mark.clause("S.11")
def test_a_sitting_is_found_by_its_person_only(province: Province, leader: Client):
    lay(province, 1)
    _, address = begin(leader)
    for other in (province.office.deputy, province.office.head, province.other.leader):
        browser = province.browser(other)
        for page in ("", "1/", "1/trang/1/", "1/tep/", "1/chuan-bi/", "tien-do/"):
            assert browser.get(address + page).status_code == 404, page
    assert not Shown.objects.exists()


def test_the_job_is_the_batchs_own_and_holds_its_lock(province: Province, leader: Client):
    lay(province, 1)
    batch, address = begin(leader)
    decide(leader, address + "1/")
    leader.post(address + "ky/", {"mark": hidden(leader.get(address), "mark"), "pin": PIN})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT args::text, lock, queue_name FROM procrastinate_jobs"
            " WHERE task_name LIKE '%sign_batch'"
        )
        ((arguments, lock, queue),) = cursor.fetchall()
    assert (lock, queue) == (f"signing-batch-{batch.id}", "now")
    assert PIN not in arguments
    assert jobs.STALLED_AFTER_SECONDS < 60


# Questions of the sitting's pages: the frame's own, the sitting's one, and the document's.
CEILINGS = {"": 9, "tien-do/": 7, "2/": 20, "2/trang/1/": 15}


def test_fifty_documents_ask_no_more_than_two(province: Province, leader: Client):
    _, other = lay(province, 2)
    batch, address = begin(leader)

    def asked() -> dict[str, int]:
        counts = {}
        for page in CEILINGS:
            leader.get(address + page)
            with CaptureQueriesContext(connection) as statements:
                assert leader.get(address + page).status_code == 200
            counts[page] = len(statements)
        return counts

    few = asked()
    copies = []
    for number in range(3, 51):
        copy = fresh(other)
        copy.pk, copy.check_code, copy.subject = None, f"MA{number}", f"Về việc thứ {number}"
        copies.append(copy)
    Document.objects.bulk_create(copies)
    BatchItem.objects.bulk_create(
        BatchItem(agency=copy.agency, batch=batch, document=copy, ordinal=number)
        for number, copy in enumerate(copies, start=3)
    )
    assert leader.get(address + "2/").content.decode().count("Về việc thứ") >= 50
    assert asked() == few
    assert {page: number for page, number in few.items() if number > CEILINGS[page]} == {}

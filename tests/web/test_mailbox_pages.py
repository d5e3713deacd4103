"""Hộp thư công vụ in the browser, without a script: written, sent, read, kept, found, measured."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cast import House, approve_systems, enter_working_time, make_department, make_official
from congvu.documents.models import Arrival
from congvu.incidents.models import Incident
from congvu.kit import clock
from congvu.mailboxes.forget_purged import forget_purged
from congvu.mailboxes.models import AwayRule, ImapAccount, Letter, Mailbox, MailDraft, MailItem
from congvu.orgs.types import AGENCY_ADMIN, Actor
from congvu.timers.models import Timer
from letters import small_pdf
from mailroom import box_of, item_in, mail_from_outside, office_box, send
from staff import client_for
from web.province import hidden, words

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.1.đ", "QC.10.2")]


@pytest.fixture
def at() -> Iterator[datetime]:
    """A Friday evening after work, the Regulation in force."""
    moment = datetime.fromisoformat("2022-03-04T18:20:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    made = make_department(at)
    office_box(made, at)
    for one in (made.leader, made.drafter, made.colleague, made.clerk):
        box_of(one, at)
    return made


def browser(who: Actor, at: datetime) -> Client:
    return client_for(who.posting_id or 0, at)


def draft_of(client: Client, box: Mailbox) -> str:
    """The address of a new draft."""
    return str(client.post(f"/hop-thu/{box.id}/soan/").headers["Location"])


@pytest.mark.clause("QC.8.3.b", "QC.7.2")
def test_a_letter_is_written_sent_and_read_with_its_moments(house: House, at: datetime) -> None:
    sender, reader = browser(house.drafter, at), browser(house.colleague, at)
    mine, theirs = box_of(house.drafter, at), box_of(house.colleague, at)
    address = draft_of(sender, mine)
    page = sender.get(address)
    assert "Nguyễn Văn An" in words(page) and hidden(page, "version") == "1"
    typed = {"to": theirs.address, "subject": "Góp ý dự thảo", "text": "Đề nghị góp ý."}
    kept = sender.post(f"{address}luu-tam/", {**typed, "version": "1"})
    assert kept.json() == {"version": 2}
    listed = words(sender.get(f"/hop-thu/{mine.id}/?muc=nhap"))
    assert "Góp ý dự thảo" in listed
    sender.post(f"{address}gui/", {**typed, "version": "2"})
    assert "Đã gửi thư đến 1 nơi nhận." in words(sender.get(f"/hop-thu/{mine.id}/?muc=da-gui"))
    assert not MailDraft.objects.exists()
    assert '"mailboxes": 1' in reader.get("/so-luong/").content.decode()
    assert "Góp ý dự thảo" in words(reader.get(f"/hop-thu/{theirs.id}/"))
    item = item_in(theirs)
    page = words(reader.get(f"/hop-thu/thu/{item.id}/"))
    assert "Đề nghị góp ý." in page and "07:30, thứ Hai 07/03/2022" in page
    assert "ngoài giờ làm việc" in page and "Thông tin của cơ quan nhà nước" in page
    assert '"mailboxes": 0' in reader.get("/so-luong/").content.decode()
    sent = item_in(mine, is_sent=True)
    page = words(sender.get(f"/hop-thu/thu/{sent.id}/"))
    assert "Hạng chứng cứ A" in page and "Đã mở 18:20" in page


def test_nobody_else_opens_a_persons_mailbox_or_letter(house: House, at: datetime) -> None:
    box = box_of(house.drafter, at)
    mail_from_outside(box, at)
    item = item_in(box)
    for who in (house.clerk, house.leader, house.colleague):
        client = browser(who, at)
        for address in (f"/hop-thu/{box.id}/", f"/hop-thu/thu/{item.id}/"):
            assert client.get(address).status_code == 404
        assert client.post(f"/hop-thu/{box.id}/xep/", {"act": "trash"}).status_code == 404


@pytest.mark.clause("QC.4.1")
def test_a_state_secret_stays_in_the_form_alone(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    address = draft_of(client, box)
    typed = {"to": "snv@phuyen.gov.vn", "subject": "Báo cáo", "text": "Kính gửi\nTUYỆT MẬT\nSố 7"}
    kept = client.post(f"{address}luu-tam/", typed, headers={"sec-fetch-dest": "empty"})
    assert kept.status_code == 422 and "kit.E040" in kept.content.decode()
    refused = client.post(f"{address}gui/", typed)
    assert refused.status_code == 422
    assert "kit.E040" in words(refused) and "TUYỆT MẬT\nSố 7" in refused.content.decode()
    assert MailDraft.objects.get().text.strip().startswith("Nguyễn Văn An")
    assert not Letter.objects.exists() and Incident.objects.exists()


def test_what_is_refused_stays_in_the_form(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    address = draft_of(client, box)
    refused = client.post(f"{address}gui/", {"to": "ai đó", "subject": "S", "text": "Dài lắm"})
    assert refused.status_code == 422
    assert "mailboxes.E006" in words(refused) and "Dài lắm" in words(refused)
    client.post(f"{address}luu-tam/", {"subject": "Cửa sổ khác", "version": "1"})
    stale = client.post(f"{address}luu/", {"subject": "Của tôi", "version": "1"})
    assert "mailboxes.E004" in words(stale) and 'value="Của tôi"' in stale.content.decode()
    client.post(f"{address}luu/", {"subject": "Của tôi", "version": hidden(stale, "version")})
    assert MailDraft.objects.get().subject == "Của tôi"


def test_files_go_up_come_off_and_are_opened(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    theirs = box_of(house.colleague, at)
    address = draft_of(client, box)
    said = client.post(
        f"{address}dinh-kem/", {"file": SimpleUploadedFile("a.pdf", small_pdf())}
    ).json()
    assert said["verdict"]["state"] == "ok"
    bad = client.post(f"{address}dinh-kem/", {"file": SimpleUploadedFile("a.pdf", b"MZ")})
    assert bad.status_code == 422 and bad.json()["verdict"]["state"] == "refused"
    file = MailDraft.objects.get().files.get()
    client.post(f"{address}go-tep/", {"detach": file.id, "subject": "Đang gõ"})
    assert MailDraft.objects.get().subject == "Đang gõ"
    assert not MailDraft.objects.get().files.exists()
    typed = {"to": theirs.address, "subject": "Tài liệu", "text": "Gửi kèm."}
    client.post(f"{address}gui/", {**typed, "file": SimpleUploadedFile("b.pdf", small_pdf())})
    item = item_in(theirs)
    page = browser(house.colleague, at).get(f"/hop-thu/thu/{item.id}/")
    key = f"l{Letter.objects.get().files.get().id}"
    assert f"/hop-thu/thu/{item.id}/tep/{key}/" in page.content.decode()
    opened = browser(house.colleague, at).get(f"/hop-thu/thu/{item.id}/tep/{key}/")
    assert b"".join(opened.streaming_content) == small_pdf()
    for key in ("l0", "i1", "x"):
        answer = browser(house.colleague, at).get(f"/hop-thu/thu/{item.id}/tep/{key}/")
        assert answer.status_code == 404


def test_answering_and_keeping_order(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    mail_from_outside(box, at)
    item = item_in(box)
    answer = client.post(f"/hop-thu/thu/{item.id}/tra-loi/", {"how": "tra-loi"})
    form = client.get(answer.headers["Location"])
    assert "Trả lời thư" in words(form) and "dan@example.com" in form.content.decode()
    here = f"/hop-thu/{box.id}/"
    client.post(f"{here}thu-muc/", {"name": "Dân hỏi"})
    folder = box.folders.get()
    for act, place in (
        ("star", "gan-sao"),
        ("archive", "luu-tru"),
        (f"to-{folder.id}", str(folder.id)),
        ("trash", "thung-rac"),
        ("inbox", ""),
    ):
        done = client.post(f"{here}xep/", {"act": act, "select": [item.id], "back": here})
        assert done.status_code == 302
        assert "Hỏi thủ tục" in words(client.get(f"{here}?muc={place}")), act
    assert "Hỏi thủ tục" in words(client.get(f"{here}?q=thu+tuc+dan"))
    assert "Không tìm thấy thư nào" in words(client.get(f"{here}?q=khong+co"))
    client.post(f"{here}bo-thu-muc/", {"folder": folder.id})
    assert not box.folders.exists()
    assert client.post(f"{here}xep/", {"act": "x", "select": [item.id]}).status_code == 422


def test_the_agencys_mailbox_is_shared_with_notes(house: House, at: datetime) -> None:
    office = Mailbox.objects.get(person=None)
    inbound = mail_from_outside(office, at)
    clerk, item = browser(house.clerk, at), item_in(office)
    page = words(clerk.get(f"/hop-thu/thu/{item.id}/"))
    assert "đang chờ phân loại" in page and inbound.reference in page
    clerk.post(
        f"/hop-thu/thu/{item.id}/giao/",
        {"assignee": house.drafter.posting_id, "note": "Trước thứ Sáu."},
    )
    doer = browser(house.drafter, at)
    assert "Hỏi thủ tục" in words(doer.get("/hop-thu/duoc-giao/"))
    page = words(doer.get(f"/hop-thu/thu/{item.id}/"))
    assert "Trước thứ Sáu." in page and "Trả lời tất cả" not in page
    doer.post(f"/hop-thu/thu/{item.id}/ghi-chu/", {"text": "Đã gọi điện."})
    assert "Đã gọi điện." in words(clerk.get(f"/hop-thu/thu/{item.id}/"))
    bell = words(doer.get("/thong-bao/"))
    assert "giao xử lý thư “Hỏi thủ tục”. Trước thứ Sáu." in bell
    refused = doer.post(f"/hop-thu/thu/{item.id}/tra-loi/", {"how": "chuyen-tiep"})
    assert refused.status_code == 422
    address = doer.post(f"/hop-thu/thu/{item.id}/tra-loi/", {}).headers["Location"]
    typed = {"to": "dan@example.com", "subject": "Re: Hỏi thủ tục", "text": "Kính gửi Ông."}
    back = doer.post(f"{address}luu/", typed).headers["Location"]
    assert back == f"/hop-thu/thu/{item.id}/"
    assert "Thư nháp trả lời của" in words(clerk.get(back))
    assert doer.post(f"{address}gui/", typed).headers["Location"] == back
    assert Letter.objects.get().from_address == office.address


@pytest.mark.clause("QC.8.3.b", "QC.9.2", "ND30.22")
def test_a_letter_of_colleagues_becomes_an_incoming_document_with_its_moments(
    house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Y tế", "SYT")
    office, box = Mailbox.objects.get(person=None, agency=house.agency), box_of(other.drafter, at)
    letter = send(other.drafter, box, office.address, at, subject="Đề nghị phối hợp")
    item, clerk = item_in(office, letter), browser(house.clerk, at)
    address = f"/hop-thu/thu/{item.id}/van-ban-den/"
    assert address in clerk.get(f"/hop-thu/thu/{item.id}/").content.decode()
    form = clerk.get(address).content.decode()
    assert "Bản in của tin" in form and "Đề nghị phối hợp" in form and "Sở Y tế" in form
    typed = {
        "main": "0",
        "declared": "1",
        "type_code": "cong-van",
        "issuer_name": "Sở Y tế",
        "subject": "Đề nghị phối hợp",
    }
    assert clerk.post(address, {**typed, "main": "3"}).status_code == 422
    answer = clerk.post(address, typed)
    arrival = Arrival.objects.get()
    assert answer["Location"] == f"/van-ban-den/{arrival.id}/"
    assert (arrival.channel, arrival.sent_at, arrival.entered_at) == ("message", at, at)
    assert arrival.received_at == datetime.fromisoformat("2022-03-07T07:30:00+07:00")
    assert not Timer.objects.filter(subject_kind="letter_recipient", state="running").exists()
    assert "Văn bản đến đã lập từ thư này" in words(clerk.get(f"/hop-thu/thu/{item.id}/"))
    assert "Từ thư công vụ" in words(clerk.get(f"/van-ban-den/{arrival.id}/"))
    assert "mailboxes.E035" in words(clerk.post(address, typed))
    assert browser(house.drafter, at).get(address).status_code in {403, 404}
    own = item_in(box, letter, is_sent=True)
    assert browser(other.drafter, at).get(f"/hop-thu/thu/{own.id}/van-ban-den/").status_code == 403
    item.refresh_from_db()
    forget_purged(files=[item.became_file], agency_id=house.agency.id, at=at)
    letter.refresh_from_db()
    assert (letter.subject, letter.text) == ("(đã tiêu hủy)", "")


@pytest.mark.clause("QC.8.3")
def test_whoever_reads_a_letter_prints_what_proves_it(house: House, at: datetime) -> None:
    letter = send(house.drafter, box_of(house.drafter, at), box_of(house.colleague, at).address, at)
    places = (
        (house.drafter, item_in(box_of(house.drafter, at), letter, is_sent=True)),
        (house.colleague, item_in(box_of(house.colleague, at), letter)),
    )
    for who, item in places:
        address = f"/hop-thu/thu/{item.id}/"
        assert f"{address}chung-cu/" in browser(who, at).get(address).content.decode()
        pdf = browser(who, at).get(f"{address}chung-cu/")
        assert pdf["Content-Type"] == "application/pdf" and pdf.content.startswith(b"%PDF")
        assert browser(house.leader, at).get(f"{address}chung-cu/").status_code == 404


@pytest.mark.clause("QC.9.2.b")
def test_a_letter_of_colleagues_is_taken_up_or_declined_within_two_hours(
    house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Y tế", "SYT")
    office, box = Mailbox.objects.get(person=None), box_of(other.drafter, at)
    for number in (1, 2):
        send(other.drafter, box, office.address, at, subject=f"Đề nghị {number}")
    clerk = browser(house.clerk, at)
    assert "Còn 2 giờ" in words(clerk.get(f"/hop-thu/{office.id}/"))
    for item, order in zip(
        MailItem.objects.filter(mailbox=office).order_by("id"),
        ("thuoc-pham-vi", "khong-thuoc-pham-vi"),
        strict=True,
    ):
        address = f"/hop-thu/thu/{item.id}/"
        assert "có thuộc phạm vi giải quyết" in words(clerk.get(address))
        clerk.post(f"{address}{order}/", {"text": "Đề nghị gửi Sở Tài chính."})
        assert "có thuộc phạm vi giải quyết" not in words(clerk.get(address))
    assert "Còn 2 giờ" not in words(clerk.get(f"/hop-thu/{office.id}/"))
    answered = words(browser(other.drafter, at).get(f"/hop-thu/{box.id}/"))
    assert "[Không thuộc phạm vi giải quyết] Đề nghị 2" in answered


def test_absence_and_closing_words(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    here = f"/hop-thu/{box.id}/"
    typed = {"since": "05/03/2022", "until": "04/03/2022", "away_text": "Tôi đi công tác."}
    refused = client.post(f"{here}vang-mat/", typed)
    assert "mailboxes.E020" in words(refused) and "Tôi đi công tác." in words(refused)
    client.post(f"{here}vang-mat/", {**typed, "until": "08/03/2022"})
    assert "Đang đặt: từ 05/03/2022" in words(client.get(f"{here}sap-dat/"))
    client.post(f"{here}het-vang-mat/")
    assert AwayRule.objects.filter(ended_at__isnull=True).count() == 0
    client.post(f"{here}cuoi-thu/", {"signature": "An\nPhòng TH"})
    assert "An\nPhòng TH" in client.get(draft_of(client, box)).content.decode()


def test_a_mailbox_is_read_from_a_server_that_the_installation_names(
    house: House, at: datetime, settings: Any
) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    here = f"/hop-thu/{box.id}/"
    assert "Máy chủ thư của tỉnh" not in words(client.get(f"{here}sap-dat/"))
    settings.IMAP_SERVERS = {"imap.x.vn": {"host": "imap.x.vn", "port": "993", "tls": "tls"}}
    form = {"server": "169.254.169.254", "user": "an", "password": "Bi-mat-thu"}
    refused = client.post(f"{here}may-chu/", form)
    assert "mailboxes.E031" in words(refused) and "Bi-mat-thu" not in refused.content.decode()
    client.post(f"{here}may-chu/", {**form, "server": "imap.x.vn"})
    account = ImapAccount.objects.get()
    assert account.secrets["password"] == "Bi-mat-thu" and account.since == at
    page = client.get(f"{here}sap-dat/")
    assert "an tại imap.x.vn" in words(page) and "Bi-mat-thu" not in page.content.decode()
    client.post(f"{here}bo-may-chu/")
    account.refresh_from_db()
    assert (account.is_active, account.secrets) == (False, {})
    assert client.post(f"{here}bo-may-chu/").status_code == 302
    assert browser(house.clerk, at).post(f"{here}may-chu/", form).status_code == 404


def test_the_measure_and_giving_a_mailbox(house: House, at: datetime) -> None:
    admin = make_official(house.agency, "Quản trị cơ quan", AGENCY_ADMIN, at=at)
    send(house.clerk, box_of(house.clerk, at), box_of(house.drafter, at).address, at)
    page = words(browser(house.leader, at).get("/hop-thu/theo-doi/"))
    assert "1 thư chưa đọc" in page and "Chưa mở lần nào" in page and "Mời họp" not in page
    assert "Không thấy thư nào như vậy." in page
    keeper = browser(admin, at)
    assert "Chưa được cấp" in words(keeper.get("/hop-thu/theo-doi/"))
    form = {"person": house.archivist.person_id, "address": "luutru"}
    refused = keeper.post("/hop-thu/cap/", form)
    assert "mailboxes.E023" in words(refused) and 'value="luutru"' in refused.content.decode()
    keeper.post("/hop-thu/cap/", {**form, "address": "luutru@phuyen.gov.vn"})
    assert Mailbox.objects.get(person_id=house.archivist.person_id).name == "Huỳnh Lưu"
    told = browser(house.leader, at).post("/hop-thu/cap/", form)
    assert told.status_code == 422 and "mailboxes.E026" in words(told)
    assert "chưa được cấp hộp thư" in words(browser(house.head, at).get("/hop-thu/"))
    assert browser(house.head, at).get("/hop-thu/theo-doi/").status_code == 403


def test_the_address_book_answers_while_one_types(house: House, at: datetime) -> None:
    client = browser(house.drafter, at)
    found = client.get("/hop-thu/danh-ba/?q=do+minh").json()["found"]
    assert [one["name"] for one in found] == ["Đỗ Minh Châu"]
    assert client.get("/hop-thu/danh-ba/").json() == {"found": []}


def statements(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_mailbox_asks_no_more_when_it_is_longer(house: House, at: datetime) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    letter = send(house.clerk, box_of(house.clerk, at), box.address, at)
    address = f"/hop-thu/thu/{item_in(box, letter).id}/"
    short = {page: statements(client, page) for page in (f"/hop-thu/{box.id}/", address)}
    for number in range(60):
        mail_from_outside(box, at + timedelta(seconds=number), subject=f"Thư {number}")
    assert {page: statements(client, page) for page in short} == short
    assert short[f"/hop-thu/{box.id}/"] <= 12
    assert short[address] <= 20
    assert MailItem.objects.filter(mailbox=box).count() == 61


def hostile() -> list[dict[str, Any]]:
    return [{"muc": "²"}, {"muc": "99999999999999999999"}, {"sau": "W1tdXQ"}, {"q": "\x00'"}]


@pytest.mark.parametrize("query", hostile())
def test_no_query_breaks_the_list(house: House, at: datetime, query: dict[str, Any]) -> None:
    client, box = browser(house.drafter, at), box_of(house.drafter, at)
    assert client.get(f"/hop-thu/{box.id}/", query).status_code < 500

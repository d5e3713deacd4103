"""The pages of the channels: files and evidence, conversion, many at once, what was sent, consents,
providers; and the public page on which a consent ends."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cast import House, approve_systems, enter_working_time, make_department, make_official
from channel_double import NAME, Double, make_provider, stand_in
from congvu.channels.give_consent import give_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Consent, InboundMessage, Message, OwnAddress, Provider
from congvu.channels.types import MAIL, SMS
from congvu.documents.models import Arrival, Attachment
from congvu.kit import blobs, clock
from congvu.kit.models import Blob
from congvu.orgs.types import SYSTEM_ADMIN
from congvu.timers.escalate import escalate_due
from congvu.web.desk import signing_in
from letters import mail_to, small_pdf
from staff import client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def at() -> Iterator[datetime]:
    moment = datetime.fromisoformat("2022-03-04T09:00:00+07:00")
    with clock.frozen(moment):
        yield moment


@pytest.fixture
def house(at: datetime, settings: Any) -> House:
    stand_in(settings)
    enter_working_time(at)
    approve_systems(at)
    make_provider(MAIL, at)
    return make_department(at)


def with_file(house: House, at: datetime) -> InboundMessage:
    files = (("don.pdf", small_pdf(2)), ("phu luc.pdf", small_pdf(3)))
    return mail_to(house, at, files=files, facts={"written_at": "2022-03-04T08:58:00+07:00"})


@pytest.fixture
def clerk(house: House, at: datetime) -> Client:
    return client_for(house.clerk.posting_id or 0, at)


@pytest.mark.clause("S.32", "QC.9.2")
def test_files_open_beside_the_orders_and_the_raw_message_is_the_evidence(
    house: House, at: datetime, clerk: Client
) -> None:
    inbound = with_file(house, at)
    address = f"/thong-tin-den/{inbound.id}/"
    page = clerk.get(address).content.decode()
    assert f"{address}tep/1/trang/2.png" in page and "phu luc.pdf" in page
    assert f"{address}tep/2/trang/3.png" in clerk.get(f"{address}?tep=2").content.decode()
    file = clerk.get(f"{address}tep/1/")
    assert b"".join(file.streaming_content) == small_pdf(2)
    assert clerk.get(f"{address}tep/1/trang/1.png").content.startswith(b"\x89PNG")
    assert clerk.get(f"{address}tep/3/").status_code == 404
    raw = clerk.get(f"{address}tin-goc/")
    assert b"".join(raw.streaming_content) == blobs.read(inbound.raw)
    assert raw["Content-Disposition"].startswith("attachment")
    assert clerk.get(f"{address}chung-cu/").content.startswith(b"%PDF")


def test_a_file_that_waits_for_the_scanner_is_not_opened(
    house: House, at: datetime, clerk: Client
) -> None:
    inbound = with_file(house, at)
    Blob.objects.filter(sha256=inbound.files.get(ordinal=1).sha256).update(is_held=True)
    page = clerk.get(f"/thong-tin-den/{inbound.id}/").content.decode()
    assert "Chờ quét mã độc" in page and "/tep/1/trang/" not in page
    assert clerk.get(f"/thong-tin-den/{inbound.id}/tep/1/").status_code == 422
    held = clerk.get("/su-co/tep-cho-quet/").content.decode()
    assert "don.pdf" in held and f"thông tin đến {inbound.reference}" in held


@pytest.mark.clause("QC.8.2.b", "QC.9.2", "ND30.22")
def test_a_mail_becomes_an_incoming_document_with_its_moments(
    house: House, at: datetime, clerk: Client
) -> None:
    inbound = with_file(house, at)
    address = f"/thong-tin-den/{inbound.id}/van-ban-den/"
    form = clerk.get(address).content.decode()
    assert "don.pdf" in form and "Bản in của tin" in form
    typed = {
        "main": "1",
        "declared": "1",
        "type_code": "cong-van",
        "issuer_name": "Nguyễn Văn Dân",
        "subject": "Đề nghị cấp lại giấy tờ",
    }
    later = at + timedelta(minutes=10)
    with clock.frozen(later):
        assert clerk.post(address, {**typed, "main": "7"}).status_code == 422
        answer = clerk.post(address, typed)
    arrival = Arrival.objects.get()
    assert answer["Location"] == f"/van-ban-den/{arrival.id}/"
    assert (arrival.channel, arrival.entered_at, arrival.received_at) == ("message", at, at)
    assert arrival.sent_at == at - timedelta(minutes=2)
    assert arrival.findings["received_at"]["clause"] == "QC.8.2.b"
    parts = [(one.part, one.name) for one in Attachment.objects.order_by("id")]
    assert parts == [("main", "don.pdf"), ("appendix", "phu luc.pdf")]
    inbound.refresh_from_db()
    assert (inbound.became_kind, inbound.became_id) == ("arrival", arrival.id)
    assert (inbound.state, inbound.decided_in) == ("taken", 10)
    assert (
        f"/van-ban-den/{arrival.id}/" in clerk.get(f"/thong-tin-den/{inbound.id}/").content.decode()
    )
    assert inbound.reference in clerk.get(f"/van-ban-den/{arrival.id}/").content.decode()
    assert clerk.get(address).status_code == 422
    assert clerk.get(f"/van-ban-den/{arrival.id}/chung-cu/").content.startswith(b"%PDF")


def test_a_message_without_a_file_becomes_its_own_print(
    house: House, at: datetime, clerk: Client
) -> None:
    inbound = mail_to(house, at)
    clerk.post(
        f"/thong-tin-den/{inbound.id}/van-ban-den/",
        {
            "main": "0",
            "declared": "1",
            "type_code": "cong-van",
            "issuer_name": "Nguyễn Văn Dân",
            "subject": "Hỏi thủ tục",
        },
    )
    main = Attachment.objects.get()
    assert main.name == f"{inbound.reference}.pdf"
    assert blobs.read(main.sha256).startswith(b"%PDF")


@pytest.mark.clause("QC.9.2.b")
def test_many_are_answered_at_once_and_the_page_goes_on_to_the_oldest(
    house: House, at: datetime, clerk: Client
) -> None:
    ids = [mail_to(house, at + timedelta(minutes=n), subject=f"Hỏi {n}").id for n in range(4)]
    chosen = {"select": [str(one) for one in ids[:2]]}
    page = clerk.get("/thong-tin-den/nhieu/", chosen).content.decode()
    assert "Gửi 2 trả lời" in page
    text = "Đề nghị Ông/Bà liên hệ Sở Xây dựng."
    clerk.post("/thong-tin-den/nhieu/", {**chosen, "order": "decline", "text": text})
    states = list(InboundMessage.objects.order_by("id").values_list("state", flat=True))
    assert states == ["declined", "declined", "waiting", "waiting"]
    on = clerk.post(f"/thong-tin-den/{ids[3]}/khong-phai-xu-ly/", {"note": "Cảm ơn."})
    assert on["Location"] == f"/thong-tin-den/{ids[2]}/"
    assert clerk.get("/thong-tin-den/nhieu/")["Location"] == "/thong-tin-den/"


@pytest.mark.clause("QC.9.2.b")
def test_the_head_sees_the_alarm_in_the_bell_and_the_results_by_month(
    house: House, at: datetime
) -> None:
    inbound = mail_to(house, at)
    later = at + timedelta(minutes=61)
    escalate_due(at=later)
    with clock.frozen(later):
        leader = client_for(house.leader.posting_id or 0, later)
        clerk = client_for(house.clerk.posting_id or 0, later)
        assert leader.get("/so-luong/").json()["notices"] == 1
        page = leader.get("/thong-bao/").content.decode()
        assert inbound.reference in page and "chưa phân loại" in page
        assert leader.get("/so-luong/").json()["notices"] == 0
        clerk.post(f"/thong-tin-den/{inbound.id}/thuoc-pham-vi/", {})
        results = leader.get("/thong-tin-den/ket-qua/").content.decode()
    assert "03/2022" in results and "100,0 %" in results


def test_what_was_sent_is_found_followed_cancelled_and_sent_again(
    house: House, at: datetime, clerk: Client
) -> None:
    inbound = mail_to(house, at)
    clerk.post(f"/thong-tin-den/{inbound.id}/tra-loi/", {"text": "Mời đến Bộ phận Một cửa."})
    reply = Message.objects.get(purpose="reply")
    listed = clerk.get("/tin-da-gui/").content.decode()
    assert "Nguyễn Văn Dân" in listed and "đang gửi" in listed.lower()
    assert "Nguyễn Văn Dân" not in clerk.get("/tin-da-gui/?muc=da-nhan").content.decode()
    assert "Nguyễn Văn Dân" in clerk.get("/tin-da-gui/?nguoi-nhan=dân").content.decode()
    address = f"/tin-da-gui/{reply.id}/"
    page = clerk.get(address).content.decode()
    assert "chưa xác nhận" in page and 'id="huy"' in page
    clerk.post(f"{address}huy/", {"reason": "Ghi nhầm địa điểm."})
    assert "Đã hủy" in clerk.get(address).content.decode()
    hand_over_due(channel=MAIL)
    assert [one.purpose for one in Double.sent] == ["acknowledgement"]
    ack = Message.objects.get(purpose="acknowledgement")
    OwnAddress.objects.create(agency=house.agency, channel=SMS, address="84257", valid_from=at)
    clerk.post(f"/tin-da-gui/{ack.id}/gui-lai/", {"channel": SMS, "address": "0912 345 678"})
    page = clerk.get(f"/tin-da-gui/{ack.id}/").content.decode()
    assert "Lượt 2 qua tin nhắn SMS" in page and "84912345678" in page
    assert clerk.get(f"/tin-da-gui/{ack.id}/chung-cu/").content.startswith(b"%PDF")
    assert client_for(house.drafter.posting_id or 0, at).get(address).status_code == 404


@pytest.mark.clause("QC.6.2.b")
def test_a_consent_is_recorded_by_an_explicit_act_for_each_purpose_and_channel(
    house: House, at: datetime, clerk: Client
) -> None:
    form = clerk.get("/dong-y-nhan-tin/them/").content.decode()
    assert form.count('name="agree"') == 6 and not re.search(r'name="agree"[^>]*checked', form)
    typed = {
        "name": "Nguyễn Thị Hoa",
        "address_sms": "0912 345 678",
        "agree": ["notice:sms"],
        "origin": "ký tờ khai số 12",
    }
    refused = clerk.post("/dong-y-nhan-tin/them/", typed)
    assert refused.status_code == 422 and "channels.E342" in refused.content.decode()
    clerk.post("/dong-y-nhan-tin/them/", {**typed, "explicit": "1"})
    consent = Consent.objects.get()
    assert (consent.address, consent.purpose, consent.text_version) == (
        "84912345678",
        "notice",
        "2022-02",
    )
    listed = clerk.get("/dong-y-nhan-tin/").content.decode()
    assert "8491***678" in listed and "84912345678" not in listed
    proof = clerk.get(f"/dong-y-nhan-tin/{consent.id}/").content.decode()
    assert "ký tờ khai số 12" in proof and house.clerk.full_name in proof
    clerk.post(f"/dong-y-nhan-tin/{consent.id}/rut-lai/")
    consent.refresh_from_db()
    assert consent.withdrawn_at == at and house.clerk.full_name in consent.withdrawn_by


@pytest.mark.clause("QC.6.2.b", "S.29")
@pytest.mark.parametrize("ending", ["", "mot-lan/"])
def test_anybody_with_the_link_ends_the_consent_without_signing_in(
    house: House, at: datetime, ending: str
) -> None:
    consent = give_consent(
        agency_id=house.agency.id,
        channel=MAIL,
        address="dan@example.com",
        purpose="campaign",
        text="Tôi đồng ý.",
        text_version="2022-02",
        origin="tờ khai",
        name="Nguyễn Văn Dân",
        at=at,
    )
    nobody = Client()
    address = f"/dong-y/{consent.withdrawal_key}/"
    page = nobody.get(address).content.decode()
    assert "Sở Nội vụ" in page and "dan@example.com" not in page and "Nguyễn Văn Dân" not in page
    assert nobody.get(f"{address}mot-lan/")["Location"] == address
    for _ in range(2):
        nobody.post(address + ending, {"List-Unsubscribe": "One-Click"})
    consent.refresh_from_db()
    assert consent.withdrawn_at == at
    assert "Đã rút lại" in nobody.get(address).content.decode()
    assert nobody.get("/dong-y/khong-co/").status_code == 404


@pytest.mark.clause("QC.6.1", "S.22")
def test_the_administrator_enters_tries_and_switches_a_provider(house: House, at: datetime) -> None:
    who = make_official(house.agency, "Quản trị", SYSTEM_ADMIN, unit=house.unit, at=at)
    admin = client_for(who.posting_id or 0, at)
    typed = {
        "channel": SMS,
        "adapter": NAME,
        "name": "Tổng đài A",
        "rank": "1",
        "per_second": "30",
        "lines": "account = phuyen\npassword = rat-bi-mat",
    }
    assert (
        admin.post("/quan-tri/kenh/nha-cung-cap/them/", {**typed, "rank": "0"}).status_code == 422
    )
    made = admin.post("/quan-tri/kenh/nha-cung-cap/them/", typed)
    address = made["Location"]
    page = admin.get(address).content.decode()
    assert "account, password" in page and "rat-bi-mat" not in page
    admin.post(f"{address}gui-thu/", {"address": "0912345678", "sender": "SNV"})
    admin.post(f"{address}chuyen/", {"on": "1"})
    assert Provider.objects.get(name="Tổng đài A").is_active
    figures = admin.get("/quan-tri/kenh/").content.decode()
    assert "Tổng đài A" in figures and "Đang chạy" in figures
    assert "Tổng đài A" in admin.get("/quan-tri/kenh/so-lieu/").content.decode()
    admin.post(
        "/quan-tri/kenh/dia-chi/",
        {"agency": house.agency.id, "channel": MAIL, "address": "SNV@phuyen.gov.vn"},
    )
    row = OwnAddress.objects.get(address="snv@phuyen.gov.vn")
    assert "snv@phuyen.gov.vn" in admin.get("/quan-tri/kenh/dia-chi/?tim=snv").content.decode()
    admin.post(f"/quan-tri/kenh/dia-chi/{row.id}/ket-thuc/")
    row.refresh_from_db()
    assert row.valid_to == at
    clerk = client_for(house.clerk.posting_id or 0, at)
    assert clerk.get("/quan-tri/kenh/").status_code == 403


@pytest.mark.clause("QC.6.1.e", "QC.9.2.a")
def test_the_administrator_chooses_how_a_number_answers(house: House, at: datetime) -> None:
    who = make_official(house.agency, "Quản trị", SYSTEM_ADMIN, unit=house.unit, at=at)
    admin, register = client_for(who.posting_id or 0, at), "/quan-tri/kenh/dia-chi/"
    typed = {"agency": house.agency.id, "channel": SMS, "can_answer": "1"}
    admin.post(register, {**typed, "address": "0257 3841 234"})
    admin.post(register, {**typed, "address": "0257 3841 235", "with_marks": "1"})
    plain, marked = OwnAddress.objects.filter(channel=SMS).order_by("address")
    assert (plain.with_marks, marked.with_marks) == (False, True)
    page = admin.get(register).content.decode()
    assert "tin tự động không dấu" in page and "tin tự động có dấu" in page
    admin.post(f"{register}{plain.id}/cach-viet/", {"with_marks": "1"})
    plain.refresh_from_db()
    assert plain.with_marks
    mail = OwnAddress.objects.create(
        agency=house.agency, channel=MAIL, address="snv@phuyen.gov.vn", valid_from=at
    )
    assert admin.post(f"{register}{mail.id}/cach-viet/", {"with_marks": "1"}).status_code == 404


def test_the_lists_ask_no_more_when_they_are_longer(
    house: House, at: datetime, clerk: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(35):
        mail_to(house, at, subject=f"Hỏi {number}")
    for address, most in (("/tin-da-gui/", 10), ("/thong-tin-den/ket-qua/", 10)):
        clerk.get(address)
        with django_assert_max_num_queries(most):
            clerk.get(address)


@pytest.mark.clause("S.05", "S.22")
def test_whoever_writes_secrets_has_proved_the_second_factor_lately(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = make_official(house.agency, "Quản trị", SYSTEM_ADMIN, unit=house.unit, at=at)
    admin = client_for(who.posting_id or 0, at)
    monkeypatch.setattr(signing_in, "must_confirm_first", lambda visit, moment: True)
    address = "/quan-tri/kenh/nha-cung-cap/them/"
    for answer in (admin.get(address), admin.post(address, {"channel": SMS})):
        assert answer.status_code == 302
        assert answer["Location"].endswith("?tiep=%2Fquan-tri%2Fkenh%2Fnha-cung-cap%2Fthem%2F")
    assert Provider.objects.filter(channel=SMS).count() == 0
    assert admin.get("/quan-tri/kenh/nha-cung-cap/").status_code == 200

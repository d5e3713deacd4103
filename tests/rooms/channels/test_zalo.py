"""Messages over Zalo against the strict double: windows, templates, errors, events, links."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from cast import House, approve_systems, enter_working_time, make_department
from congvu.channels.accept import accept_message
from congvu.channels.decline import decline_inbound
from congvu.channels.fetch_files import LOST, fetch_files
from congvu.channels.give_consent import give_consent
from congvu.channels.give_link_code import Asked, give_link_code
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_zalo_template import TemplateForm, keep_template, set_template_state
from congvu.channels.link_citizen import unlink_citizen
from congvu.channels.models import (
    Attempt,
    Consent,
    Evidence,
    InboundFile,
    InboundMessage,
    Message,
    ProviderEvent,
    ZaloContact,
    ZaloGrant,
    ZaloLink,
    ZaloTemplate,
)
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.take_in_zalo import WAITS
from congvu.channels.types import ZALO, Order
from congvu.kit import clock
from congvu.rules.moments import Audience
from congvu.run.zalo.rows import Template
from congvu.systems.move_account import move_account
from congvu.timers.models import Timer
from letters import small_pdf
from paperwork import refused
from zalo_double import AN, BE, OA_ID, Line, granted, zalo_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(db: None, at: datetime) -> House:
    enter_working_time(at)
    approve_systems(at)
    return make_department(at, "Sở Nội vụ", "SNV")


@pytest.fixture
def line(house: House, at: datetime) -> Iterator[Line]:
    with zalo_line(at, moment=lambda: at) as line:
        granted(line, house, at)
        yield line


def order(house: House, key: str = "z1", **more: Any) -> Order:
    fields = {
        "agency_id": house.agency.id,
        "key": key,
        "purpose": Message.Purpose.REPLY,
        "audience": Audience.PERSON,
        "roads": (ZALO,),
        "addresses": {ZALO: AN},
        "texts": {ZALO: {"text": "Hồ sơ của Ông/Bà đang được xử lý."}},
        "basis": "duty QC.9.2.b",
    }
    return Order(**{**fields, **more})


def sent(line: Line, order: Order, house: House, at: datetime) -> Attempt:
    message = accept_message(order, by=house.clerk, at=at)
    hand_over_due(channel=ZALO, seconds=0.05)
    return message.attempts.get()


def template_of(line: Line, house: House, at: datetime, state: str = "approved") -> None:
    line.double.templates["7001"] = Template(OA_ID, {"ma_ho_so": 30, "ngay": 30})
    text = "Hồ sơ <ma_ho_so> có kết quả ngày <ngay>."
    form = TemplateForm("7001", "Trả kết quả", text)
    kept = keep_template(form=form, by=house.clerk, at=at)
    set_template_state(template_id=kept.id, state=state, by=house.clerk, at=at)


NOTICE = {
    "purpose": Message.Purpose.NOTICE,
    "basis": "duty QC.6.2.b",
    "texts": {
        ZALO: {
            "kind": "template",
            "template": "7001",
            "values": {"ma_ho_so": "000.12.H45-220228-0001", "ngay": "04/03/2022"},
        }
    },
}


@pytest.mark.clause("QC.9.2.a", "QC.8.2.a", "QC.8.2.b")
def test_a_citizen_writes_is_acknowledged_once_and_the_receipts_are_the_evidence(
    line: Line, house: House, at: datetime
) -> None:
    line.double.doubles = True  # every event comes twice
    line.double.citizen_sends(AN, OA_ID, "Cho tôi hỏi thủ tục đăng ký hộ kinh doanh.")
    line.hear()
    inbound = InboundMessage.objects.get()
    assert (inbound.channel, inbound.to_address, inbound.from_address) == (ZALO, OA_ID, AN)
    assert inbound.entered_at == at and inbound.received_at == at
    assert Timer.objects.get(subject_kind="inbound", subject_id=inbound.id).due_at is not None
    hand_over_due(channel=ZALO, seconds=0.05)
    (said,) = [one for one in line.double.citizens[AN].lines[OA_ID] if one.is_from_oa]
    assert inbound.reference in said.text and "Sở Nội vụ" in said.text
    message = inbound.acknowledgement
    message.refresh_from_db()
    assert (message.sent_at, message.received_at) == (at, None)  # never invented
    line.hear()
    message.refresh_from_db()
    assert (message.state, message.received_at) == ("received", at)
    line.double.sees(AN, OA_ID)
    line.hear()
    message.refresh_from_db()
    assert message.state == "seen"
    assert [one.kind for one in Evidence.objects.order_by("id")] == [
        "accepted",
        "delivered",
        "seen",
    ]
    assert InboundMessage.objects.count() == 1


@pytest.mark.clause("QC.9.2.b")
def test_what_is_not_ours_is_answered_in_the_same_conversation(
    line: Line, house: House, at: datetime
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Tôi muốn hỏi giấy phép xây dựng.")
    line.hear()
    inbound = InboundMessage.objects.get()
    where = "Đề nghị Ông/Bà liên hệ Sở Xây dựng, 02 Điện Biên Phủ, Tuy Hòa."
    decline_inbound(inbound_id=inbound.id, text=where, by=house.clerk, at=at)
    hand_over_due(channel=ZALO, seconds=0.05)
    assert where in [one.text for one in line.double.citizens[AN].lines[OA_ID]]


@pytest.mark.parametrize("is_shuffled", [False, True])
def test_events_out_of_order_end_in_the_same_place(
    line: Line, house: House, at: datetime, is_shuffled: bool
) -> None:
    line.double.shuffles = is_shuffled
    line.double.follow(AN, OA_ID)
    line.double.offset += 1
    line.double.follow(AN, OA_ID, follows=False)
    line.double.offset += 1
    line.double.follow(AN, OA_ID)
    with clock.frozen(at + timedelta(seconds=3)):
        line.hear()
    contact = ZaloContact.objects.get()
    assert contact.follows and contact.followed_at == at + timedelta(seconds=2)


@pytest.mark.clause("QC.6.2.b")
@pytest.mark.parametrize(
    ("hours", "code", "calls"),
    [(1, "", 1), (47, "", 1), (49, "", 1), (167, "", 1), (169, "-230", 0)],
)
def test_the_window_of_seven_days(
    line: Line, house: House, at: datetime, hours: int, code: str, calls: int
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    Message.objects.update(state="cancelled")
    Attempt.objects.update(state="cancelled")
    line.double.offset = hours * 3600
    later = at + timedelta(hours=hours)
    with clock.frozen(later):
        attempt = sent(line, order(house), house, later)
    assert (attempt.code, attempt.state) == (code, "failed_permanent" if code else "accepted")
    assert len([1 for path, _ in line.double.calls if path.endswith("/cs")]) == calls
    assert line.double.oas[OA_ID].credit == (10_000 - 55 if 48 < hours < 168 else 10_000)


def test_the_ninth_message_is_no_longer_free(line: Line, house: House, at: datetime) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    for number in range(7):  # the acknowledgement was the first
        sent(line, order(house, f"k{number}"), house, at)
    assert line.double.oas[OA_ID].credit == 10_000 and ZaloContact.objects.get().sent_since == 8
    line.double.oas[OA_ID].credit = 0
    attempt = sent(line, order(house, "k9"), house, at)
    assert (attempt.code, attempt.state) == ("-321", "failed_permanent")
    assert "ZCA" in ZaloGrant.objects.get().said


def test_who_never_wrote_gets_no_consultation_but_a_template(
    line: Line, house: House, at: datetime
) -> None:
    assert sent(line, order(house), house, at).code == "-232"
    template_of(line, house, at)
    attempt = sent(line, order(house, "z2", **NOTICE), house, at)
    assert attempt.state == "accepted" and attempt.external_id
    (path, body) = line.double.calls[-1]
    assert (path, body["tracking_id"]) == ("/message/template", attempt.tracking)


@pytest.mark.clause("QC.6.2.b", "QC.8.2.b")
def test_a_template_goes_to_a_number_and_its_delivery_time_is_the_receipt(
    line: Line, house: House, at: datetime
) -> None:
    template_of(line, house, at)
    to = {"addresses": {ZALO: "tel:84905111222"}}
    attempt = sent(line, order(house, **{**NOTICE, **to}), house, at)
    line.hear()
    attempt.refresh_from_db()
    message = attempt.message
    assert attempt.state == "delivered"
    assert message.received_at == at + timedelta(seconds=1)
    nobody = {"addresses": {ZALO: "tel:84999999999"}}
    attempt = sent(line, order(house, "z2", **{**NOTICE, **nobody}), house, at)
    assert (attempt.code, attempt.said) == ("-118", "Người nhận không dùng Zalo.")


@pytest.mark.parametrize("state", ["pending", "rejected", "stopped"])
def test_a_template_that_is_not_approved_never_leaves(
    line: Line, house: House, at: datetime, state: str
) -> None:
    template_of(line, house, at, state)
    calls = len(line.double.calls)
    attempt = sent(line, order(house, **NOTICE), house, at)
    assert attempt.state == "failed_permanent" and len(line.double.calls) == calls
    wrong = {ZALO: {**NOTICE["texts"][ZALO], "values": {"ma_ho_so": "x"}}}
    template_states = {"pending": "chờ", "rejected": "từ chối", "stopped": "ngừng"}
    assert template_states[state] in attempt.said
    set_template_state(
        template_id=ZaloTemplate.objects.get().id, state="approved", by=house.clerk, at=at
    )
    attempt = sent(line, order(house, "z2", **{**NOTICE, "texts": wrong}), house, at)
    assert "tham số" in attempt.said and len(line.double.calls) == calls


def test_an_expired_token_is_renewed_in_the_middle_and_the_message_goes(
    line: Line, house: House, at: datetime
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    line.double.access.clear()  # Zalo has forgotten the token: -216 with HTTP 200
    attempt = sent(line, order(house), house, at)
    assert attempt.state == "accepted" and attempt.tries == 1


def test_without_the_right_messages_wait_and_go_when_it_is_given_again(
    line: Line, house: House, at: datetime
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    line.double.access.clear()
    line.double.refresh.clear()
    attempt = sent(line, order(house), house, at)
    assert attempt.state == "failed_temporary" and attempt.next_at > at
    assert ZaloGrant.objects.get().state == "broken"


@pytest.mark.clause("QC.6.2.b")
def test_who_left_is_written_to_no_more(line: Line, house: House, at: datetime) -> None:
    line.double.follow(AN, OA_ID)
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    consent = give_consent(
        agency_id=house.agency.id, channel=ZALO, address=AN, purpose="notice",
        text="Tôi đồng ý.", text_version="1", origin="thử", at=at,
    )  # fmt: skip
    line.double.citizens[AN].bonds[OA_ID].left = True  # the event has not come yet
    attempt = sent(line, order(house), house, at)
    assert (attempt.code, attempt.state) == ("-213", "failed_permanent")
    consent.refresh_from_db()
    assert consent.withdrawn_at == at and not ZaloContact.objects.get().follows


def test_a_campaign_waits_for_the_morning(line: Line, house: House, at: datetime) -> None:
    line.double.follow(AN, OA_ID)
    line.hear()
    night = at.replace(hour=22, minute=30)
    with clock.frozen(night):
        campaign = order(house, purpose=Message.Purpose.CAMPAIGN, basis="duty QC.6.2.a")
        attempt = sent(line, campaign, house, night)
    assert attempt.state == "failed_temporary"
    assert attempt.next_at == datetime.fromisoformat("2022-03-01T06:00:00+07:00")


@pytest.mark.parametrize("wish", ["http500", "text", "cut"])
def test_a_broken_answer_is_a_doubt_and_nothing_is_sent_twice(
    line: Line, house: House, at: datetime, wish: str
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    hand_over_due(channel=ZALO, seconds=0.05)
    line.double.breaks = wish
    attempt = sent(line, order(house), house, at)
    assert attempt.state == "unknown"
    calls = len(line.double.calls)
    later = at + timedelta(minutes=3)
    reconcile_doubt(at=later)
    hand_over_due(channel=ZALO, seconds=0.05)
    assert len(line.double.calls) == calls


def test_lost_receipts_leave_it_unconfirmed(line: Line, house: House, at: datetime) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    line.double.dropped = 1.0
    attempt = sent(line, order(house), house, at)
    line.hear()
    attempt.refresh_from_db()
    assert attempt.state == "accepted" and attempt.message.received_at is None


@pytest.mark.clause("QC.6.2.c")
def test_a_suspended_account_sends_nothing(line: Line, house: House, at: datetime) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.hear()
    account = ZaloGrant.objects.get().account
    move_account(account_id=account.id, move="suspend", text="Bảo trì", by=house.leader, at=at)
    calls = len(line.double.calls)
    attempt = sent(line, order(house), house, at)
    assert attempt.state == "failed_permanent" and len(line.double.calls) == calls


# --- the webhook ---------------------------------------------------------------------------------


def post(line: Line, body: bytes, signature: str, **more: str) -> int:
    address = f"/api/kenh/zalo/{line.provider.id}/"
    headers = {"X-ZEvent-Signature": signature, **more}
    answer = Client().post(address, body, content_type="application/json", headers=headers)
    return int(answer.status_code)


@pytest.mark.clause("S.29", "S.46")
def test_only_signed_and_fresh_events_are_kept(line: Line, at: datetime) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    body = line.double.hooks.pop().body
    good = line.double.signature(body)
    assert post(line, body, "mac=" + "0" * 64) == 422
    assert post(line, body, "") == 422
    assert post(line, body + b" ", good) == 422
    assert post(line, b"[]", good) == 422
    assert ProviderEvent.objects.count() == 0
    with clock.frozen(at + timedelta(minutes=6)):
        assert post(line, body, good) == 422
        assert post(line, body, good, num_retry="2") == 200
    assert post(line, body, good) == 200  # the same again: taken, and once
    assert ProviderEvent.objects.count() == 1


def test_an_unanswered_event_comes_again_and_is_not_lost(
    line: Line, house: House, at: datetime
) -> None:
    line.double.citizen_sends(AN, OA_ID, "Xin chào")
    line.double.deliver(lambda body, headers: (500, 0.1))
    line.double.offset = 31
    line.double.deliver(lambda body, headers: (200, 2.5))  # too slow is no answer
    line.double.offset = 31 + 301
    with clock.frozen(at + timedelta(seconds=line.double.offset)):
        line.hear()
    assert InboundMessage.objects.count() == 1 and line.double.hooks == []


def test_strange_events_do_no_harm(line: Line, house: House, at: datetime) -> None:
    for name, said in (
        ("oa_send_text", {"message": {"msg_id": "1"}}),
        ("user_send_text", {"sender": {}, "recipient": {"id": OA_ID}, "message": {"msg_id": "2"}}),
        ("user_reacted_message", {"message": "không phải đối tượng"}),
        ("user_seen_message", {"message": {"msg_id": "khong-co"}}),
    ):
        line.double.tell(name, said)
    line.hear()
    states = list(ProviderEvent.objects.order_by("id").values_list("state", flat=True))
    assert states == ["ignored", "broken", "ignored", "orphan"]


def test_shared_details_are_kept_with_the_person(line: Line, house: House, at: datetime) -> None:
    line.double.shares_info(AN, OA_ID)
    line.hear()
    contact = ZaloContact.objects.get()
    assert (contact.name, contact.shared["phone"]) == ("Nguyễn Thị An", "84905111222")
    assert not ZaloLink.objects.exists()  # a number links nobody


# --- files ---------------------------------------------------------------------------------------


def a_file(line: Line, name: str, content: bytes, address: str = "") -> InboundMessage:
    line.double.files[name] = ("application/octet-stream", content)
    url = address or f"{line.address}/tep/{name}"
    payload = {"url": url, "name": name, "size": str(len(content))}
    line.double.citizen_sends(
        AN, OA_ID, "", event="user_send_file", attachments=[{"type": "file", "payload": payload}]
    )
    line.hear()
    inbound: InboundMessage = InboundMessage.objects.get()
    return inbound


@pytest.mark.clause("S.31", "S.33")
def test_a_file_is_fetched_afterwards_through_the_gate(
    line: Line, house: House, at: datetime
) -> None:
    inbound = a_file(line, "don-de-nghi.pdf", small_pdf())
    assert InboundFile.objects.get().said == WAITS
    assert fetch_files(inbound_id=inbound.id, is_last_try=False, at=at)
    file = InboundFile.objects.get()
    assert (file.mime, file.said) == ("application/pdf", "") and len(file.sha256) == 64
    assert fetch_files(inbound_id=inbound.id, is_last_try=False, at=at)  # twice is once


@pytest.mark.parametrize(
    ("name", "content", "address", "said"),
    [
        ("chay.exe", b"MZ" + b"\0" * 100, "", "chay.exe"),
        ("to.pdf", b"%PDF-1.7" + b"0" * (21 << 20), "", "Không tải được"),
        ("trong.pdf", b"x", "https://example.org/trong.pdf", "không thuộc máy chủ"),
        ("trong.pdf", b"x", "http://127.0.0.1:1/trong.pdf", "không thuộc máy chủ"),
        ("trong.pdf", b"x", "file:///etc/passwd", "không thuộc máy chủ"),
    ],
)
def test_a_file_that_may_not_come_in_is_left_out_and_said(
    line: Line, house: House, at: datetime, name: str, content: bytes, address: str, said: str
) -> None:
    inbound = a_file(line, name, content, address)
    assert fetch_files(inbound_id=inbound.id, is_last_try=True, at=at)
    file = InboundFile.objects.get()
    assert file.sha256 == "" and said in file.said


def test_a_file_that_cannot_be_had_now_is_tried_again(
    line: Line, house: House, at: datetime
) -> None:
    inbound = a_file(line, "don.pdf", small_pdf())
    del line.double.files["don.pdf"]
    assert not fetch_files(inbound_id=inbound.id, is_last_try=False, at=at)
    assert InboundFile.objects.get().said == WAITS
    assert fetch_files(inbound_id=inbound.id, is_last_try=True, at=at)
    assert InboundFile.objects.get().said == LOST


# --- links ---------------------------------------------------------------------------------------


@pytest.mark.clause("QC.6.2.b")
def test_a_citizen_is_linked_by_their_own_message_and_unlinked_by_huy(
    line: Line, house: House, at: datetime
) -> None:
    asked = Asked("Nguyễn Thị An", "84905111222", "000.12.H45-220228-0001")
    row, code = give_link_code(asked=asked, by=house.clerk, at=at)
    line.double.citizen_sends(AN, OA_ID, f" {code.lower()} ")
    line.hear()
    link = ZaloLink.objects.get()
    consent = link.consent
    assert (link.contact.user_id, link.full_name) == (AN, "Nguyễn Thị An")
    assert (consent.address, consent.text_version, consent.given_at) == (AN, "zalo-2022-02", at)
    assert "nhận qua Zalo" in consent.text and str(row.id) in consent.origin
    assert not InboundMessage.objects.exists()
    hand_over_due(channel=ZALO, seconds=0.05)
    assert "Đã liên kết" in line.double.citizens[AN].lines[OA_ID][-1].text
    line.double.citizen_sends(BE, OA_ID, code)  # the code has served: it is a message like others
    line.hear()
    assert (ZaloLink.objects.count(), InboundMessage.objects.count()) == (1, 1)
    line.double.offset = 1
    with clock.frozen(at + timedelta(seconds=1)):
        line.double.citizen_sends(AN, OA_ID, "Hủy")
        line.hear()
    link.refresh_from_db()
    consent.refresh_from_db()
    assert link.unlinked_at is not None and consent.withdrawn_at is not None
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 0


@pytest.mark.clause("QC.6.2.b")
def test_a_code_ends_after_a_day_and_a_link_ends_at_the_desk(
    line: Line, house: House, at: datetime
) -> None:
    _, code = give_link_code(asked=Asked("Nguyễn Thị An"), by=house.clerk, at=at)
    line.double.offset = 25 * 3600
    with clock.frozen(at + timedelta(hours=25)):
        line.double.citizen_sends(AN, OA_ID, code)
        line.hear()
    assert not ZaloLink.objects.exists()
    line.double.offset = 0
    _, code = give_link_code(asked=Asked("Nguyễn Thị An"), by=house.clerk, at=at)
    line.double.citizen_sends(AN, OA_ID, code)
    line.hear()
    link = ZaloLink.objects.get()
    unlink_citizen(link_id=link.id, by=house.clerk, at=at)
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()
    with refused("channels.E205"):
        give_link_code(asked=Asked("  "), by=house.clerk, at=at)

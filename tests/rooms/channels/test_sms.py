"""Brand names, refusals by text, the aggregator and its call-backs."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from aggregator_double import KEYS, Aggregator
from cast import House, make_department
from channel_double import Double
from congvu.audit.models import Entry
from congvu.channels import ports
from congvu.channels.accept import accept_message
from congvu.channels.give_consent import give_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.keep_brandname import BrandnameForm, end_brandname, keep_brandname
from congvu.channels.models import (
    Attempt,
    Brandname,
    Consent,
    InboundMessage,
    Message,
    OwnAddress,
    Provider,
    ProviderEvent,
)
from congvu.channels.reconcile import reconcile_doubt
from congvu.channels.send_sms import SmsForm, preview_sms, send_sms
from congvu.channels.sms_queries import brandname_register, brandnames_to_renew
from congvu.channels.take_in import take_in
from congvu.channels.types import SMS, Incoming, Order
from congvu.channels.work_events import work_events
from congvu.rules.moments import Audience
from congvu.timers.models import Timer
from paperwork import refused
from post_office import free_port
from remote_keys import make_admin

pytestmark = pytest.mark.django_db
PHONE, OURS = "84912345678", "842573999999"
SECRET = "mot-bi-mat-dai-cua-nha-cung-cap-0123"


def granted(house: House, at: datetime, name: str = "SNVPHUYEN", **more: Any) -> Brandname:
    form = {
        "name": name,
        "holder_id": house.agency.id,
        "provider_id": Provider.objects.get(channel=SMS).id,
        "kind": "care",
        "ground": "GCN số 12 ngày 01/02/2022",
        "granted_on": date(2022, 2, 1),
        "valid_to": date(2025, 1, 31),
        "price": 350,
        **more,
    }
    return keep_brandname(BrandnameForm(**form), by=make_admin(house.clerk, at), at=at)


def order(house: House, key: str = "k1", **text: object) -> Order:
    return Order(
        agency_id=house.agency.id,
        key=key,
        purpose=Message.Purpose.NOTICE,
        audience=Audience.PERSON,
        roads=(SMS,),
        addresses={SMS: PHONE},
        texts={SMS: {"text": "Hồ sơ đã xong.", **text}},
        basis="duty QC.5.5",
    )


def form(**more: Any) -> SmsForm:
    return SmsForm(
        **{
            "phones": "0912 345 678",
            "text": "Hồ sơ H45.12-220228-0001 đã xong.",
            "kind": "care",
            "with_marks": False,
            "basis": "QC.5.5",
            "sender": "",
            "key": "mau-don-0123456789",
            **more,
        }
    )


# --- brand names -------------------------------------------------------------------------------


@pytest.mark.clause("ND91.23", "ND91.28")
def test_a_text_goes_under_the_agencys_own_brand_name_while_it_is_valid(
    house: House, at: datetime
) -> None:
    granted(house, at)
    message = accept_message(order(house), by=house.clerk, at=at)
    assert message.texts[SMS]["from_address"] == "SNVPHUYEN"
    named = accept_message(order(house, "k2", from_address="snvphuyen"), by=house.clerk, at=at)
    assert named.texts[SMS]["from_address"] == "SNVPHUYEN"
    later = datetime.fromisoformat("2025-02-01T09:00:00+07:00")
    with refused("channels.E101"):
        accept_message(order(house, "k3", from_address="SNVPHUYEN"), by=house.clerk, at=later)
    # Not named, the number stands in; nothing goes under a name that has ended.
    fallen = accept_message(order(house, "k4"), by=house.clerk, at=later)
    assert fallen.texts[SMS]["from_address"] == OURS


@pytest.mark.clause("ND91.23")
def test_nobody_sends_under_a_name_that_is_anothers_or_for_another_class(
    house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Tài chính", "STC")
    granted(other, at, "STCPHUYEN")
    granted(house, at, "SNVNOIBO", kind="internal")
    for name in ("STCPHUYEN", "KHONGCO"):
        with refused("channels.E102"):
            accept_message(order(house, from_address=name), by=house.clerk, at=at)
    with refused("channels.E103"):
        accept_message(order(house, from_address="SNVNOIBO"), by=house.clerk, at=at)
    with refused("channels.E104"):
        accept_message(order(house, kind="advertising", from_address=OURS), by=house.clerk, at=at)


@pytest.mark.clause("ND91.23", "ND91.28")
@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": "SỞNỘIVỤ"}, "E111"),
        ({"name": "UBNDPHUYENTH"}, "E111"),
        ({"kind": "khac"}, "E112"),
        ({"holder_id": 999_999}, "E113"),
        ({"provider_id": 999_999}, "E114"),
        ({"ground": ""}, "E115"),
        ({"granted_on": None}, "E116"),
        ({"valid_to": date(2022, 1, 1)}, "E117"),
        ({"valid_to": date(2025, 2, 2)}, "E118"),
        ({"price": -1}, "E119"),
    ],
)
def test_what_the_register_does_not_take(
    house: House, at: datetime, wrong: dict[str, Any], code: str
) -> None:
    with refused(f"channels.{code}"):
        granted(house, at, **wrong)


def test_a_name_is_one_holders_and_a_renewal_begins_after_the_old_end(
    house: House, at: datetime
) -> None:
    kept = granted(house, at)
    other = make_department(at, "Sở Tài chính", "STC")
    with refused("channels.E122"):
        granted(other, at, "snvphuyen")
    with refused("channels.E123"):
        granted(house, at)
    granted(house, at, granted_on=date(2025, 2, 1), valid_to=date(2028, 1, 31))
    with refused("channels.E110"):
        end_brandname(brandname_id=kept.id, reason="Đổi tên cơ quan.", by=house.clerk, at=at)
    with refused("channels.E121"):
        end_brandname(brandname_id=kept.id, reason="Đổi", by=make_admin(house.clerk, at), at=at)
    end_brandname(
        brandname_id=kept.id, reason="Đổi tên cơ quan.", by=make_admin(house.clerk, at), at=at
    )
    with refused("channels.E101"):
        accept_message(order(house, from_address="SNVPHUYEN"), by=house.clerk, at=at)
    assert Entry.objects.filter(kind__startswith="channels.brandname").count() == 3


@pytest.mark.clause("ND91.28")
def test_the_register_warns_in_time(house: House, at: datetime) -> None:
    granted(house, at)
    (row,) = brandname_register(date(2025, 1, 10))
    assert (row.standing, row.days_left, row.renew_by) == ("renew", 21, date(2025, 1, 16))
    (row,) = brandname_register(date(2025, 1, 17))
    assert row.standing == "late"
    assert not brandnames_to_renew(date(2024, 12, 1))
    assert [one.row.name for one in brandnames_to_renew(date(2025, 1, 10))] == ["SNVPHUYEN"]
    assert not brandnames_to_renew(date(2025, 1, 10), house.agency.id + 1)
    granted(house, at, granted_on=date(2025, 2, 1), valid_to=date(2028, 1, 31))
    assert not brandnames_to_renew(date(2025, 1, 10), house.agency.id)
    assert brandname_register(date(2025, 1, 10))[0].is_renewed


# --- one text from the desk ----------------------------------------------------------------------


@pytest.mark.clause("QC.6.1.e", "QC.7.2")
def test_what_was_shown_is_sent_once_and_nothing_else(house: House, at: datetime) -> None:
    granted(house, at)
    written = form(phones="0912 345 678; +84 987.654.321\n0912345678")
    seen = preview_sms(written, by=house.clerk, at=at)
    assert seen.numbers == (PHONE, "84987654321")
    assert seen.measured.text == "Ho so H45.12-220228-0001 da xong."
    assert (seen.part_count, seen.cost, seen.sender) == (2, 700, "SNVPHUYEN")
    for _ in range(2):
        send_sms(written, seal=seen.seal, by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    assert [one.address for one in Double.sent] == [PHONE, "84987654321"]
    assert {one.text["text"] for one in Double.sent} == {seen.measured.text}
    assert set(Message.objects.values_list("basis", flat=True)) == {"duty QC.5.5"}
    with refused("channels.E129"):
        send_sms(form(text="Nội dung khác", key="k" * 20), seal=seen.seal, by=house.clerk, at=at)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"phones": ""}, "E106"),
        ({"phones": "0257 3842 222"}, "E105"),
        ({"phones": ",".join(f"09123456{n:02}" for n in range(21))}, "E107"),
        ({"text": " "}, "E108"),
        ({"text": "Hồ sơ " * 200, "with_marks": True}, "E109"),
        ({"basis": ""}, "E124"),
        ({"basis": "consent"}, "E127"),
        ({"kind": "advertising"}, "E104"),
        ({"sender": "CUANGUOI"}, "E102"),
    ],
)
def test_what_cannot_be_sent_is_said_before(
    house: House, at: datetime, wrong: dict[str, Any], code: str
) -> None:
    with refused(f"channels.{code}"):
        preview_sms(form(**wrong), by=house.clerk, at=at)


def test_an_official_does_not_send_and_without_a_sender_nothing_goes(
    house: House, at: datetime
) -> None:
    with refused("channels.E126"):
        preview_sms(form(), by=house.drafter, at=at)
    OwnAddress.objects.filter(channel=SMS).update(valid_to=at)
    with refused("channels.E125"):
        preview_sms(form(), by=house.clerk, at=at)


# --- refusing by a text --------------------------------------------------------------------------


def texted(text: str, at: datetime, number: int = 1, **more: object) -> InboundMessage:
    inbound = take_in(
        Incoming(
            **{
                "channel": SMS,
                "provider_id": None,
                "external_id": f"mo-{number}",
                "to_address": OURS,
                "from_address": PHONE,
                "from_name": "",
                "subject": "",
                "text": text,
                "raw": text.encode(),
                "raw_mime": "text/plain",
                "entered_at": at,
                **more,
            }
        ),
        at=at,
    )
    inbound.refresh_from_db()
    return inbound


def agreed(house: House, at: datetime, purpose: str = "notice") -> Consent:
    return give_consent(
        agency_id=house.agency.id, channel=SMS, address=PHONE, purpose=purpose,
        text="Tôi đồng ý nhận tin nhắn.", text_version="2022-01", origin="tờ khai", at=at,
    )  # fmt: skip


@pytest.mark.clause("ND91.13.4", "ND91.16.3", "ND91.16.4", "ND91.11.7")
def test_the_word_of_refusal_ends_consent_at_once_and_is_confirmed_once(
    house: House, at: datetime
) -> None:
    granted(house, at)
    agreed(house, at)
    agreed(house, at, "campaign")
    preview_sms(form(basis="consent"), by=house.clerk, at=at)
    inbound = texted("tc SNVPHUYEN", at)
    assert not Consent.objects.filter(withdrawn_at__isnull=True).exists()
    assert inbound.state == "no_action" and "2 lượt đồng ý" in inbound.decision
    assert Timer.objects.get().stopped_at == at
    with refused("channels.E127"):
        preview_sms(form(basis="consent"), by=house.clerk, at=at)
    again = texted("STOP", at + timedelta(hours=1), 2)
    assert again.acknowledgement == inbound.acknowledgement
    (told,) = Message.objects.all()
    assert told.texts[SMS]["from_address"] == OURS
    assert told.texts[SMS]["text"].startswith("So Noi vu da ghi nhan Ong/Ba tu choi")
    assert Consent.objects.count() == 2  # kept, with the moment and the way it ended


def test_a_letter_that_begins_with_the_word_is_a_letter(house: House, at: datetime) -> None:
    agreed(house, at)
    inbound = texted("Hủy hồ sơ giúp tôi", at)
    assert inbound.state == "waiting" and Consent.objects.get().withdrawn_at is None
    assert inbound.reference in inbound.acknowledgement.texts[SMS]["text"]


@pytest.mark.clause("QC.9.2.a")
def test_a_number_that_cannot_answer_is_obeyed_without_a_word(house: House, at: datetime) -> None:
    OwnAddress.objects.filter(channel=SMS).update(can_answer=False)
    agreed(house, at)
    inbound = texted("TC", at)
    assert inbound.acknowledgement is None and Message.objects.count() == 0
    assert Consent.objects.get().withdrawn_at == at


# --- an aggregator -------------------------------------------------------------------------------


@pytest.fixture
def aggregator(house: House) -> Iterator[Aggregator]:
    double = Aggregator(free_port())
    provider = Provider.objects.get(channel=SMS)
    provider.adapter = "sms_http"
    provider.secrets = {
        "url": double.url,
        "api_key": KEYS[0],
        "secret_key": KEYS[1],
        "callback_url": "https://congvu.example/api/",
        "callback_secret": SECRET,
    }
    provider.save()
    ports._adapter.cache_clear()
    yield double
    double.close()


def given_to(house: House, at: datetime, **text: object) -> Attempt:
    message = accept_message(order(house, **text), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    return message.attempts.get()


def call_back(house: House, at: datetime, secret: str = SECRET, **said: object) -> int:
    provider = Provider.objects.get(channel=SMS)
    answer = Client().post(
        f"/api/kenh/sms/{provider.id}/{secret}/",
        json.dumps(said),
        content_type="application/json",
        **({"headers": {"X-Signature": said.pop("signed")}} if "signed" in said else {}),
    )
    work_events(at=at)
    return int(answer.status_code)


@pytest.mark.clause("QC.6.1.e", "QC.8.2.b")
def test_a_text_through_the_aggregator_and_its_receipt(
    house: House, at: datetime, aggregator: Aggregator
) -> None:
    attempt = given_to(house, at)
    (asked,) = aggregator.took.values()
    assert (asked["Phone"], asked["IsUnicode"], asked["SmsType"]) == (PHONE, 1, 2)
    assert (asked["RequestId"], asked["Brandname"]) == (attempt.tracking, OURS)
    assert (attempt.state, attempt.external_id) == ("accepted", "sms-1")
    said = {"RequestId": attempt.tracking, "SMSID": "sms-1", "SendStatus": "5", "SendSuccess": "1"}
    assert call_back(house, at, **said) == 200
    assert call_back(house, at, **said) == 200
    attempt.refresh_from_db()
    assert attempt.state == "delivered" and ProviderEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("code", "state", "is_down"),
    [
        ("101", "failed_temporary", True),
        ("103", "failed_temporary", True),
        ("104", "failed_permanent", False),
        ("146", "failed_permanent", False),
        ("99", "failed_temporary", False),
    ],
)
def test_codes_of_the_aggregator(
    house: House, at: datetime, aggregator: Aggregator, code: str, state: str, is_down: bool
) -> None:
    aggregator.code = code
    attempt = given_to(house, at)
    assert (attempt.state, attempt.code) == (state, code)
    assert (Provider.objects.get(channel=SMS).failures_in_row > 0) is is_down


@pytest.mark.parametrize("trouble", ["drop", "garbage"])
def test_in_doubt_it_is_handed_over_with_the_same_request_id_and_is_one(
    house: House, at: datetime, aggregator: Aggregator, trouble: str
) -> None:
    setattr(aggregator, trouble, True)
    attempt = given_to(house, at)
    assert attempt.state == "unknown"
    setattr(aggregator, trouble, False)
    reconcile_doubt(at=at + timedelta(minutes=3))
    Attempt.objects.update(next_at=at)
    hand_over_due(channel=SMS)
    attempt.refresh_from_db()
    assert attempt.state == "accepted" and len(aggregator.took) == 1


def test_nobody_else_calls_back(house: House, at: datetime, aggregator: Aggregator) -> None:
    assert call_back(house, at, secret="doan-mo-khong-trung-voi-bi-mat", SendStatus="5") == 404
    provider = Provider.objects.get(channel=SMS)
    provider.secrets = {**provider.secrets, "callback_addresses": "203.0.113.0/24, 198.51.100.7"}
    provider.save()
    assert call_back(house, at, SendStatus="5") == 404
    provider.secrets = {**provider.secrets, "callback_addresses": "", "callback_hmac": "khoa"}
    provider.save()
    assert call_back(house, at, SendStatus="5") == 404
    body = json.dumps({"RequestId": "x", "SendStatus": "5"})
    signed = hmac.new(b"khoa", body.encode(), hashlib.sha256).hexdigest()
    answer = Client().post(
        f"/api/kenh/sms/{provider.id}/{SECRET}/",
        body,
        content_type="application/json",
        headers={"X-Signature": f"sha256={signed}"},
    )
    assert (answer.status_code, answer.content) == (200, b"")
    assert ProviderEvent.objects.count() == 1


def test_guesses_of_the_secret_are_counted(
    house: House, at: datetime, aggregator: Aggregator
) -> None:
    seen = [call_back(house, at, secret=f"doan-{n:030}", SendStatus="5") for n in range(40)]
    assert seen[0] == 404 and seen[-1] == 429


def test_a_text_that_comes_in_by_call_back(
    house: House, at: datetime, aggregator: Aggregator
) -> None:
    said = {"MOID": "77", "Phone": "0912345678", "Shortcode": OURS, "Content": "Xin hỏi"}
    assert call_back(house, at, **said) == 200
    inbound = InboundMessage.objects.get()
    assert (inbound.text, inbound.from_address) == ("Xin hỏi", PHONE)


@pytest.mark.parametrize("how", ["query", "form", "parts"])
def test_every_way_of_calling_back_is_read(
    house: House, at: datetime, aggregator: Aggregator, how: str
) -> None:
    attempt = given_to(house, at)
    said = {"RequestId": attempt.tracking, "SendStatus": "5", "SendSuccess": "1"}
    address = f"/api/kenh/sms/{Provider.objects.get(channel=SMS).id}/{SECRET}/"
    if how == "query":
        answer = Client().get(address, said)
    elif how == "form":
        form = urlencode(said)
        kind = "application/x-www-form-urlencoded"
        answer = Client().post(address, form, content_type=kind)
    else:
        answer = Client().post(address, said)
    work_events(at=at)
    attempt.refresh_from_db()
    assert (answer.status_code, attempt.state) == (200, "delivered")

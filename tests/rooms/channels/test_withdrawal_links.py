"""The way out in texts and over Zalo: short, counted, in what goes by consent and in nothing else."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client

from cast import House
from channel_double import Double
from congvu.channels.accept import accept_message
from congvu.channels.give_consent import give_consent, withdraw_consent
from congvu.channels.hand_over import hand_over_due
from congvu.channels.models import Consent, Message
from congvu.channels.send_sms import count_sms, preview_sms, send_sms
from congvu.channels.types import SMS, ZALO, Order
from congvu.rules.moments import Audience
from congvu.rules.sms_text import Alphabet, measure
from paperwork import refused
from rooms.channels.test_sms import PHONE, form

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.6.2.b", "ND91.13.4")]
USER = "zalo-user-1"
OTHER = "84987654321"


def agreed(house: House, at: datetime, channel: str = SMS, address: str = PHONE) -> Consent:
    return give_consent(
        agency_id=house.agency.id, channel=channel, address=address, purpose="notice",
        text="Tôi đồng ý nhận tin.", text_version="2022-02", origin="tờ khai", at=at,
    )  # fmt: skip


def order(house: House, key: str, **more: object) -> Order:
    return Order(
        **{
            "agency_id": house.agency.id,
            "key": key,
            "purpose": Message.Purpose.NOTICE,
            "audience": Audience.PERSON,
            "roads": (SMS,),
            "addresses": {SMS: PHONE, ZALO: USER},
            "texts": {
                SMS: {"text": "Hồ sơ đã xong.", "with_marks": False},
                ZALO: {"text": "Hồ sơ đã xong.", "kind": "transaction"},
            },
            "basis": "consent",
            **more,
        }
    )


def test_what_goes_by_consent_carries_a_short_link_that_ends_it(
    house: House, at: datetime, settings: object
) -> None:
    settings.PUBLIC_ADDRESS = "https://congvu.phuyen.gov.vn"
    consent = agreed(house, at)
    accept_message(order(house, "k1"), by=house.clerk, at=at)
    hand_over_due(channel=SMS)
    (sent,) = Double.sent
    text = sent.text["text"]
    link = f"https://congvu.phuyen.gov.vn/r/{consent.withdrawal_key}"
    assert text == f"Ho so da xong.\nTu choi nhan: {link}"
    assert measure(text).alphabet == Alphabet.GSM7 and len(measure(text).parts) == 1
    assert re.fullmatch("[2-9a-km-z]{14}", consent.withdrawal_key)
    phone = Client()
    opened = phone.get(link.removeprefix("https://congvu.phuyen.gov.vn"))
    consent.refresh_from_db()
    assert consent.withdrawn_at is None  # a program that looks at links ends nothing
    page = phone.get(opened["Location"]).content.decode()
    assert "Không nhận nữa" in page and PHONE not in page
    phone.post(opened["Location"])
    consent.refresh_from_db()
    assert consent.withdrawn_at == at
    with refused("channels.E003"):
        accept_message(order(house, "k2"), by=house.clerk, at=at)


def test_duty_carries_none_and_a_template_of_zalo_keeps_its_approved_words(
    house: House, at: datetime
) -> None:
    agreed(house, at)
    agreed(house, at, ZALO, USER)
    duty = accept_message(order(house, "duty", basis="duty QC.5.5"), by=house.clerk, at=at)
    assert duty.texts[SMS]["text"] == "Ho so da xong."
    chat = accept_message(order(house, "chat", roads=(ZALO,)), by=house.clerk, at=at)
    assert "\n\nTừ chối nhận tin: http" in chat.texts[ZALO]["text"]
    approved = {ZALO: {"kind": "template", "template": "7001", "values": {}, "text": "Hồ sơ"}}
    told = order(house, "template", roads=(ZALO,), texts=approved)
    kept = accept_message(told, by=house.clerk, at=at)
    assert kept.texts[ZALO]["text"] == "Hồ sơ"


def test_the_link_is_counted_and_shown_before_anything_leaves(house: House, at: datetime) -> None:
    agreed(house, at)
    keys = {agreed(house, at, address=OTHER).withdrawal_key}
    written = form(basis="consent", phones=f"{PHONE}, {OTHER}")
    plain = preview_sms(form(), by=house.clerk, at=at).measured.units
    seen = preview_sms(written, by=house.clerk, at=at)
    assert "/r/" in seen.measured.text
    counted = count_sms(written, by=house.clerk, at=at)
    assert counted.without_marks.units == seen.measured.units > plain
    sent = send_sms(written, seal=seen.seal, by=house.clerk, at=at)
    texts = [one.texts[SMS]["text"] for one in sent]
    assert len(set(texts)) == 2 and all(one.count("/r/") == 1 for one in texts)
    assert texts[1].endswith(keys.pop())
    assert {len(one) for one in texts} == {seen.measured.units}


@pytest.mark.clause("ND91.16.3")
def test_what_waits_is_not_sent_after_a_withdrawal(house: House, at: datetime) -> None:
    consent = agreed(house, at)
    agreed(house, at, address=OTHER)
    message = accept_message(order(house, "k1"), by=house.clerk, at=at)
    accept_message(order(house, "k2", addresses={SMS: OTHER}), by=house.clerk, at=at)
    withdraw_consent(withdrawal_key=consent.withdrawal_key, origin="liên kết", at=at)
    hand_over_due(channel=SMS)
    assert [one.address for one in Double.sent] == [OTHER]
    attempt = message.attempts.get()
    assert (attempt.state, attempt.code) == ("failed_permanent", "withdrawn")
    message.refresh_from_db()
    assert message.state == "failed" and message.sent_at is None

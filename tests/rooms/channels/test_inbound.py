"""What comes in: once, acknowledged once, with its legal moment and two working hours (QC.9.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cast import House
from congvu.audit.models import Entry
from congvu.channels.accept import accept_message
from congvu.channels.decline import decline_inbound
from congvu.channels.models import InboundMessage, Message
from congvu.channels.states import InboundState
from congvu.channels.take_in import take_in
from congvu.channels.take_in_mail import Envelope, take_in_mail
from congvu.channels.take_up import set_aside, take_up
from congvu.channels.types import MAIL, Incoming
from congvu.incidents.models import Incident
from congvu.kit.models import Blob
from congvu.timers.escalate import escalate_due
from congvu.timers.models import Timer, TimerRung
from hostile import EICAR
from paperwork import refused
from rooms.channels.test_send import order

pytestmark = pytest.mark.django_db
WHERE = "Đề nghị Ông/Bà liên hệ Sở Tài nguyên và Môi trường, số 12 Trần Phú, Tuy Hòa."


def letter(entered_at: datetime, **more: object) -> Incoming:
    return Incoming(
        **{
            "channel": MAIL,
            "provider_id": None,
            "external_id": "<1@example.com>",
            "to_address": "snv@phuyen.gov.vn",
            "from_address": "dan@example.com",
            "from_name": "Nguyễn Văn A",
            "subject": "Hỏi về đất đai",
            "text": "Tôi muốn hỏi thủ tục cấp sổ.",
            "raw": b"From: dan@example.com\r\n\r\nT\xc3\xb4i",
            "raw_mime": "message/rfc822",
            "entered_at": entered_at,
            **more,
        }
    )


@pytest.mark.clause("QC.9.2.a", "QC.8.2.b")
def test_a_person_is_told_at_once_that_it_arrived(house: House, at: datetime) -> None:
    inbound = take_in(letter(at), at=at)
    inbound.refresh_from_db()
    told = inbound.acknowledgement
    assert told.purpose == Message.Purpose.ACKNOWLEDGEMENT
    assert inbound.reference in told.texts[MAIL]["subject"]
    assert told.texts[MAIL]["is_automatic"] is True
    assert told.texts[MAIL]["in_reply_to"] == "<1@example.com>"
    assert (inbound.entered_at, inbound.received_at) == (at, at)


def test_a_forged_sender_is_taken_in_and_not_answered(house: House, at: datetime) -> None:
    """The answer would go to somebody who never wrote."""
    inbound = take_in(letter(at, facts={"is_forged": True, "dmarc": "fail"}), at=at)
    inbound.refresh_from_db()
    assert (inbound.state, inbound.acknowledgement) == ("waiting", None)
    assert "không xác nhận được người gửi" in inbound.ack_finding["explanation"]


def test_the_same_letter_twice_is_one(house: House, at: datetime) -> None:
    assert take_in(letter(at), at=at) == take_in(letter(at), at=at)
    assert Message.objects.count() == 1


def test_another_letter_under_a_name_that_is_taken_is_not_lost(house: House, at: datetime) -> None:
    first = take_in(letter(at), at=at)
    other = letter(at, from_address="nguoi.khac@example.com", text="Tôi phản ánh việc khác.")
    second = take_in(other, at=at)
    assert second != first and take_in(other, at=at) == second
    second.refresh_from_db()
    assert second.acknowledgement.texts[MAIL]["in_reply_to"] == "<1@example.com>"


@pytest.mark.clause("QC.9.2.a")
@pytest.mark.parametrize("fact", ["is_automatic", "is_bulk"])
def test_machines_are_not_answered(house: House, at: datetime, fact: str) -> None:
    inbound = take_in(letter(at, facts={fact: True}), at=at)
    inbound.refresh_from_db()
    assert inbound.acknowledgement is None
    assert "Không tự động trả lời" in inbound.ack_finding["explanation"]


@pytest.mark.clause("QC.9.2.a")
def test_a_flood_from_one_sender_is_taken_in_but_not_answered_for_ever(
    house: House, at: datetime
) -> None:
    for number in range(8):
        take_in(letter(at, external_id=f"<{number}@example.com>"), at=at)
    assert InboundMessage.objects.count() == 8
    assert Message.objects.count() == 5


@pytest.mark.clause("QC.9.2.b")
def test_two_working_hours_from_a_friday_afternoon(house: House, at: datetime) -> None:
    friday = datetime.fromisoformat("2022-03-04T16:30:00+07:00")
    inbound = take_in(letter(friday), at=friday)
    timer = Timer.objects.get(subject_kind="inbound", subject_id=inbound.id)
    assert timer.due_at == datetime.fromisoformat("2022-03-07T09:00:00+07:00")
    alarms = list(TimerRung.objects.values_list("name", "after_minutes"))
    assert alarms == [("60 phút", 60), ("90 phút", 90)]
    escalate_due(at=datetime.fromisoformat("2022-03-07T08:01:00+07:00"))
    assert TimerRung.objects.filter(fired_at__isnull=False).count() == 1


@pytest.mark.clause("QC.9.2.b")
def test_what_is_not_ours_is_answered_with_where_to_turn(house: House, at: datetime) -> None:
    inbound = take_in(letter(at), at=at)
    with refused("channels.E007"):
        decline_inbound(inbound_id=inbound.id, text="Không.", by=house.clerk, at=at)
    later = at + timedelta(minutes=40)
    decided = decline_inbound(inbound_id=inbound.id, text=WHERE, by=house.clerk, at=later)
    assert decided.state == InboundState.DECLINED
    assert decided.reply.texts[MAIL]["text"] == WHERE
    assert Timer.objects.get().stopped_at == later
    with refused("channels.E006"):
        take_up(inbound_id=inbound.id, by=house.clerk, at=later)


@pytest.mark.clause("QC.9.2.b")
def test_what_is_ours_stops_the_clock(house: House, at: datetime) -> None:
    inbound = take_in(letter(at), at=at)
    take_up(inbound_id=inbound.id, by=house.clerk, at=at, became=("document", 7))
    inbound.refresh_from_db()
    assert (inbound.state, inbound.became_kind) == (InboundState.TAKEN, "document")
    assert Timer.objects.get().stopped_at == at


def test_an_official_does_not_decide_and_a_stranger_finds_nothing(
    house: House, at: datetime
) -> None:
    inbound = take_in(letter(at), at=at)
    with refused("channels.E001"):
        set_aside(inbound_id=inbound.id, note="", by=house.drafter, at=at)


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_state_secret_is_refused_before_anything_is_kept(house: House, at: datetime) -> None:
    before = Blob.objects.count()
    with refused("kit.E039"):
        take_in(letter(at, text="MẬT\nKế hoạch CANARY-77"), at=at)
    assert (InboundMessage.objects.count(), Blob.objects.count()) == (0, before)
    assert not Entry.objects.filter(kind="channels.entered").exists()


@pytest.mark.clause("QC.4.1", "QC.4.4")
def test_a_secret_in_a_mail_leaves_an_incident_and_nothing_of_the_mail(
    house: House, at: datetime
) -> None:
    mail = (
        "From: dan@example.com\r\nTo: snv@phuyen.gov.vn\r\nMessage-ID: <kin@example.com>\r\n"
        "Subject: Tai lieu\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nMẬT\r\nCANARY-77\r\n"
    )
    envelope = Envelope("dan@example.com", ("snv@phuyen.gov.vn",))
    with refused("kit.E039"):
        take_in_mail(mail.encode(), envelope, provider_id=None, at=at)
    assert Incident.objects.get().agency_id == house.agency.id
    assert not InboundMessage.objects.exists()


@pytest.mark.clause("S.32")
def test_a_file_that_may_not_come_in_is_left_out_and_said(house: House, at: datetime) -> None:
    inbound = take_in(letter(at, files=(("virus.pdf", EICAR),)), at=at)
    (file,) = inbound.files.all()
    assert file.sha256 == "" and file.said


@pytest.mark.clause("QC.9.2.a")
def test_the_other_sides_own_acknowledgement_counts(house: House, at: datetime) -> None:
    ours = accept_message(order(house, roads=(MAIL,)), by=house.clerk, at=at)
    tracking = ours.attempts.get().tracking
    back = {"from_address": "dan@example.com", "answers": tracking}
    absent = {"is_automatic": True, "why_automatic": ["null_sender", "report"]}
    take_in(letter(at, external_id="<dsn@x>", facts=absent, **back), at=at)
    ours.refresh_from_db()
    assert ours.acknowledged_at is None
    received = {"is_automatic": True, "why_automatic": ["auto_submitted"]}
    take_in(letter(at, external_id="<ack@x>", facts=received, **back), at=at)
    ours.refresh_from_db()
    assert ours.acknowledged_at == at
    assert ours.findings["acknowledged"]["clause"] == "QC.9.2.a"


def test_an_address_that_is_nobodys_is_refused(house: House, at: datetime) -> None:
    with refused("channels.E011"):
        take_in(letter(at, to_address="khong-co@phuyen.gov.vn"), at=at)

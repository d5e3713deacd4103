"""The two working hours, played: who is warned when, what a sender hears at night, what is counted.

Moments checked by hand against the calendars of 2022 and 2026, hours 07:30-12:00 and 13:30-17:00.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from cast import House, make_department
from congvu.channels.decline import decline_inbound
from congvu.channels.models import InboundMessage, InboundNotice, OwnAddress
from congvu.channels.queries.two_hours import (
    two_hours,
    two_hours_by_agency,
    two_hours_by_officer,
)
from congvu.channels.take_in import take_in
from congvu.channels.take_up import set_aside
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit import clock
from congvu.orgs.models import Agency
from congvu.orgs.types import INSPECTOR
from congvu.rules.sms_text import measure, without_marks
from congvu.timers.escalate import escalate_due
from congvu.timers.models import Timer
from rooms.channels.conftest import own
from rooms.channels.test_inbound import WHERE, letter

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.9.2.b")]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+07:00")


# came, warned at 60 minutes, warned at 90, the two hours end
PLAYED = [
    ("2022-03-04T16:30", "2022-03-07T08:00", "2022-03-07T08:30", "2022-03-07T09:00"),  # Friday
    ("2022-01-28T16:30", "2022-02-07T08:00", "2022-02-07T08:30", "2022-02-07T09:00"),  # Tết 2022
    ("2026-01-01T09:00", "2026-01-05T08:30", "2026-01-05T09:00", "2026-01-05T09:30"),  # New Year
    ("2026-01-09T16:30", "2026-01-10T08:00", "2026-01-10T08:30", "2026-01-10T09:00"),  # swapped Sat
    ("2026-01-10T11:30", "2026-01-10T14:00", "2026-01-10T14:30", "2026-01-10T15:00"),  # over lunch
    ("2026-02-13T16:00", "2026-02-13T17:00", "2026-02-23T08:00", "2026-02-23T08:30"),  # Tết 2026
    ("2026-08-21T16:15", "2026-08-22T07:45", "2026-08-22T08:15", "2026-08-22T08:45"),  # swapped Sat
    ("2026-08-28T16:59", "2026-09-03T08:29", "2026-09-03T08:59", "2026-09-03T09:29"),  # 2 September
]


@pytest.mark.parametrize(("came", "first", "second", "end"), PLAYED)
def test_clerk_and_head_are_warned_in_working_time_and_never_twice(
    house: House, came: str, first: str, second: str, end: str
) -> None:
    at = moment(came)
    OwnAddress.objects.update(valid_from=moment("2022-01-01T08:00"))
    with clock.frozen(at):
        inbound = take_in(letter(at), at=at)
    assert Timer.objects.get(subject_kind="inbound").due_at == moment(end)
    officers = {house.clerk.posting_id, house.leader.posting_id}
    for step, (minute, key) in enumerate(((first, "60 phút"), (second, "90 phút")), start=1):
        early = moment(minute) - timedelta(minutes=1)
        escalate_due(at=early)
        assert InboundNotice.objects.count() == 2 * (step - 1), early
        for _ in range(2):
            escalate_due(at=moment(minute))
        told = InboundNotice.objects.filter(key=key)
        assert {one.to_id for one in told} == officers
        assert {one.at for one in told} == {moment(minute)}
    assert "còn 30 phút làm việc" in InboundNotice.objects.filter(key="90 phút")[0].text
    assert inbound.reference in InboundNotice.objects.filter(key="90 phút")[0].text


def test_what_was_decided_is_silent(house: House, at: datetime) -> None:
    inbound = take_in(letter(at), at=at)
    set_aside(inbound_id=inbound.id, note="Cảm ơn.", by=house.clerk, at=at)
    escalate_due(at=at + timedelta(hours=2))
    assert not InboundNotice.objects.exists()


@pytest.mark.clause("QC.9.2.a")
@pytest.mark.parametrize(
    ("channel", "to", "sender"),
    [(MAIL, "snv@phuyen.gov.vn", "dan@example.com"), (ZALO, "oa-snv", "user-1")],
)
@pytest.mark.parametrize(
    ("came", "opens"),
    [
        ("2022-03-04T18:40", "07:30 thứ Hai 07/03/2022"),
        ("2022-03-05T10:00", "07:30 thứ Hai 07/03/2022"),
        ("2022-03-07T12:10", "13:30 thứ Hai 07/03/2022"),
        ("2022-04-29T17:30", "07:30 thứ Tư 04/05/2022"),
    ],
)
def test_out_of_hours_the_sender_hears_when_work_resumes(
    house: House, channel: str, to: str, sender: str, came: str, opens: str
) -> None:
    at = moment(came)
    with clock.frozen(at):
        inbound = take_in(letter(at, channel=channel, to_address=to, from_address=sender), at=at)
    inbound.refresh_from_db()
    words = inbound.acknowledgement.texts[channel]["text"]
    assert f"Cơ quan làm việc trở lại lúc {opens}." in words
    assert inbound.reference in words


@pytest.mark.clause("QC.9.2.a", "QC.6.1.e")
@pytest.mark.parametrize(("has_marks", "parts"), [(False, 1), (True, 3)])
def test_by_text_it_is_one_part_without_marks_unless_the_number_is_set_otherwise(
    house: House, has_marks: bool, parts: int
) -> None:
    Agency.objects.update(name="Ủy ban nhân dân xã Hòa Tân Đông, thị xã Đông Hòa")
    OwnAddress.objects.filter(channel=SMS).update(with_marks=has_marks)
    at = moment("2022-03-04T18:40")
    with clock.frozen(at):
        came = letter(at, channel=SMS, to_address="842573999999", from_address="84912345678")
        inbound = take_in(came, at=at)
    inbound.refresh_from_db()
    text = inbound.acknowledgement.texts[SMS]["text"]
    plain = (
        "Uy ban nhan dan xa Hoa Tan Dong, thi xa Dong Hoa da nhan tin cua Ong/Ba luc 18:40 "
        f"04/03/2022. Ma tra cuu {inbound.reference}. Lam viec lai 07:30 07/03/2022."
    )
    assert (text if not has_marks else without_marks(text)) == plain
    assert len(measure(text).parts) == parts


def test_in_working_time_nothing_is_said_of_resuming(house: House, at: datetime) -> None:
    inbound = take_in(letter(at), at=at)
    inbound.refresh_from_db()
    assert "làm việc trở lại" not in inbound.acknowledgement.texts[MAIL]["text"]


def test_the_months_are_measured(house: House, at: datetime) -> None:
    def came(number: int, when: datetime) -> InboundMessage:
        return take_in(letter(when, external_id=f"<{number}@x>"), at=when)

    tell = {"text": WHERE, "by": house.clerk}
    for number, minutes in enumerate((30, 50, 119)):
        decline_inbound(inbound_id=came(number, at).id, at=at + timedelta(minutes=minutes), **tell)
    decline_inbound(inbound_id=came(7, at).id, at=at + timedelta(minutes=121), **tell)
    set_aside(inbound_id=came(8, at).id, note="", by=house.leader, at=at + timedelta(minutes=10))
    came(9, at)
    take_in(letter(at, external_id="<auto@x>", facts={"is_automatic": True}), at=at)
    (month,) = two_hours(house.leader, since=at - timedelta(days=60), at=at + timedelta(minutes=60))
    assert (month.total, month.declined_in_time, month.declined_late) == (6, 3, 1)
    assert (month.taken_in_time, month.waiting, month.overdue) == (1, 1, 0)
    assert (month.share, month.median) == (80.0, 50)
    (later,) = two_hours(house.leader, since=at - timedelta(days=60), at=at + timedelta(hours=4))
    assert (later.waiting, later.overdue, later.late, later.share) == (0, 1, 2, 66.7)
    assert two_hours(house.drafter, since=at, at=at) == []


def test_each_official_has_their_share_of_the_month(house: House, at: datetime) -> None:
    def came(number: int, when: datetime) -> InboundMessage:
        return take_in(letter(when, external_id=f"<{number}@x>"), at=when)

    tell = {"text": WHERE, "by": house.clerk}
    decline_inbound(inbound_id=came(1, at).id, at=at + timedelta(minutes=30), **tell)
    decline_inbound(inbound_id=came(2, at).id, at=at + timedelta(minutes=121), **tell)
    set_aside(inbound_id=came(3, at).id, note="", by=house.leader, at=at + timedelta(minutes=10))
    came(4, at)
    march = at + timedelta(days=1)
    set_aside(inbound_id=came(5, march).id, note="", by=house.leader, at=march)
    told = {"month": at.date(), "at": at + timedelta(hours=4)}
    clerk, leader = two_hours_by_officer(house.leader, **told)
    assert (clerk.name, clerk.title) == (house.clerk.full_name, house.clerk.title)
    assert (clerk.total, clerk.declined_in_time, clerk.declined_late) == (2, 1, 1)
    assert (clerk.share, clerk.late, clerk.median) == (50.0, 1, 76)
    assert (leader.name, leader.total, leader.taken_in_time) == (house.leader.full_name, 1, 1)
    assert two_hours_by_officer(house.drafter, **told) == []


def test_the_inspector_sees_numbers_of_every_agency_and_nobody_else_does(
    house: House, at: datetime
) -> None:
    other = make_department(at, "Sở Tài chính", "STC")
    own(other, MAIL, "stc@phuyen.gov.vn", at)
    take_in(letter(at), at=at)
    late = take_in(letter(at, to_address="stc@phuyen.gov.vn", external_id="<s@x>"), at=at)
    set_aside(inbound_id=late.id, note="", by=other.clerk, at=at + timedelta(minutes=130))
    inspector = replace(house.drafter, roles=frozenset({INSPECTOR}))
    told = {"month": at.date(), "at": at + timedelta(hours=1)}
    found = {one.name: one for one in two_hours_by_agency(inspector, **told)}
    assert (found["Sở Nội vụ"].waiting, found["Sở Nội vụ"].share) == (1, None)
    assert (found["Sở Tài chính"].taken_late, found["Sở Tài chính"].share) == (1, 0.0)
    assert two_hours_by_agency(house.leader, **told) == []
    assert two_hours(inspector, since=at, at=at) == []

"""Article 8: when information counts as sent and as received."""

from datetime import UTC, datetime

import pytest

from congvu.rules.calendar import Opening
from congvu.rules.moments import (
    DEFAULT_POLICIES,
    QD55_NOTE,
    Audience,
    Channel,
    ReceiptPolicy,
    is_among_agencies,
    received,
    received_between_agencies,
    received_by_person,
    received_through_document_system,
    sent,
    sent_between_agencies,
    sent_through_document_system,
    sent_to_person,
)
from legal_time import phu_yen, vn

BY_BLOCK = ReceiptPolicy(shift_out_of_hours=True, opening=Opening.NEXT_BLOCK)
AS_ENTERED = ReceiptPolicy(shift_out_of_hours=False)


@pytest.mark.clause("QC.8.3.b")
@pytest.mark.parametrize(
    ("entered", "counts"),
    [
        ("2022-02-14 07:29", "2022-02-14 07:30"),  # before the day opens: that opening
        ("2022-02-14 07:30", "2022-02-14 07:30"),
        ("2022-02-14 09:15", "2022-02-14 09:15"),  # inside: as entered
        ("2022-02-14 11:30", "2022-02-14 11:30"),
        ("2022-02-14 12:00", "2022-02-14 12:00"),
        ("2022-02-14 12:10", "2022-02-15 07:30"),  # lunch break, to the letter of the law
        ("2022-02-14 13:30", "2022-02-14 13:30"),
        ("2022-02-14 17:00", "2022-02-14 17:00"),
        ("2022-02-14 17:01", "2022-02-15 07:30"),
        ("2022-02-11 17:01", "2022-02-14 07:30"),  # Friday evening
        ("2022-02-11 18:40", "2022-02-14 07:30"),
        ("2022-02-12 10:00", "2022-02-14 07:30"),  # Saturday
        ("2022-01-28 17:01", "2022-02-07 07:30"),  # the evening before Tết
        ("2022-01-31 10:00", "2022-02-07 07:30"),  # Tết eve
        ("2026-01-02 10:00", "2026-01-05 07:30"),  # swapped Friday
        ("2026-01-10 10:00", "2026-01-10 10:00"),  # make-up Saturday
        ("2026-01-09 17:30", "2026-01-10 07:30"),
        ("2021-10-29 07:10", "2021-10-29 07:10"),  # old hours
        ("2021-11-01 07:10", "2021-11-01 07:30"),  # new hours
    ],
)
def test_mail_between_agencies_counts_in_working_time(entered: str, counts: str) -> None:
    found = received_between_agencies(vn(entered), phu_yen())
    assert found.value == vn(counts)
    assert found.clause == "QC.8.3.b"
    assert found.calendar_version == phu_yen().version


@pytest.mark.clause("QC.8.3.b")
@pytest.mark.parametrize(
    ("entered", "counts"),
    [
        ("2022-02-14 12:10", "2022-02-14 13:30"),
        ("2022-02-14 17:01", "2022-02-15 07:30"),
        ("2022-02-14 09:15", "2022-02-14 09:15"),
    ],
)
def test_the_lunch_break_may_be_read_sensibly(entered: str, counts: str) -> None:
    assert received_between_agencies(vn(entered), phu_yen(), BY_BLOCK).value == vn(counts)


@pytest.mark.clause("QC.8.3.b")
def test_a_clerk_can_read_why() -> None:
    shifted = received_between_agencies(vn("2022-02-11 18:40"), phu_yen())
    assert shifted.explanation == (
        "Đến lúc 18:40 thứ Sáu 11/02/2022, ngoài giờ làm việc; được tính là nhận lúc "
        "07:30 thứ Hai 14/02/2022, theo Điều 8 khoản 3 điểm b."
    )
    assert shifted.notes == ()
    inside = received_between_agencies(vn("2022-02-11 09:40"), phu_yen())
    assert inside.explanation == (
        "Đến lúc 09:40 thứ Sáu 11/02/2022, trong giờ làm việc, theo Điều 8 khoản 3 điểm b."
    )
    assert inside.notes == ()


@pytest.mark.clause("QC.8.3.b")
def test_an_unofficial_calendar_is_named_in_the_answer() -> None:
    inside = received_between_agencies(vn("2027-03-01 09:40"), phu_yen())
    shifted = received_between_agencies(vn("2026-12-31 18:40"), phu_yen())
    for found in (inside, shifted):
        assert len(found.notes) == 1 and "năm 2027" in found.notes[0]


@pytest.mark.clause("QC.8.2.b")
@pytest.mark.parametrize("entered", ["2022-02-12 03:15", "2022-01-31 23:59", "2022-02-14 09:00"])
def test_a_person_receives_at_any_hour(entered: str) -> None:
    found = received_by_person(vn(entered))
    assert (found.value, found.clause) == (vn(entered), "QC.8.2.b")
    assert found.calendar_version == ""
    assert "tính đúng thời điểm đến, theo Điều 8 khoản 2 điểm b." in found.explanation


@pytest.mark.clause("QC.8.2.a", "QC.8.3.a")
def test_sent_is_when_our_account_reports_success() -> None:
    to_person = sent_to_person(vn("2022-02-12 03:15"))
    between = sent_between_agencies(vn("2022-02-12 03:15"))
    assert (to_person.value, to_person.clause) == (vn("2022-02-12 03:15"), "QC.8.2.a")
    assert (between.value, between.clause) == (vn("2022-02-12 03:15"), "QC.8.3.a")
    assert to_person.notes == between.notes == ()
    assert to_person.calendar_version == between.calendar_version == ""
    assert to_person.explanation == (
        "Gửi lúc 03:15 thứ Bảy 12/02/2022 (tài khoản bên gửi báo gửi thành công), "
        "theo Điều 8 khoản 2 điểm a."
    )
    assert between.explanation.endswith(
        "(tài khoản bên gửi báo gửi thành công), theo Điều 8 khoản 3 điểm a."
    )


@pytest.mark.clause("QC.8.1", "QD55")
@pytest.mark.parametrize(
    ("policy", "counts"),
    [
        (None, "2022-02-15 07:30"),  # our reading while QĐ 55/2019 is missing
        (BY_BLOCK, "2022-02-14 13:30"),
        (AS_ENTERED, "2022-02-14 12:10"),
    ],
)
def test_the_document_system_follows_dated_policy_and_says_what_is_missing(
    policy: ReceiptPolicy | None, counts: str
) -> None:
    entered = vn("2022-02-14 12:10")
    found = received(entered, Channel.DOCUMENT_SYSTEM, Audience.STATE_AGENCY, phu_yen(), policy)
    assert (found.value, found.clause) == (vn(counts), "QC.8.1")
    assert found.notes == (QD55_NOTE,)
    assert found.calendar_version == phu_yen().version
    if policy is None:
        assert received_through_document_system(entered, phu_yen()) == found


@pytest.mark.clause("QC.8.1", "QD55")
def test_the_document_system_says_so_inside_hours_too() -> None:
    found = received_through_document_system(vn("2027-03-01 09:00"), phu_yen())
    assert found.notes[0] == QD55_NOTE
    assert "năm 2027" in found.notes[1]
    issued = sent_through_document_system(vn("2022-01-31 10:00"))
    assert (issued.value, issued.clause) == (vn("2022-01-31 10:00"), "QC.8.1")
    assert issued.notes == (QD55_NOTE,)
    assert issued.explanation == (
        "Gửi lúc 10:00 thứ Hai 31/01/2022 (hệ thống ghi nhận phát hành thành công), "
        "theo Điều 8 khoản 1."
    )


@pytest.mark.clause("QC.8.1")
def test_the_regulation_itself_arrives_after_tet() -> None:
    found = received_through_document_system(vn("2022-01-31 16:00"), phu_yen())
    assert found.value == vn("2022-02-07 07:30")


SUNDAY = "2022-02-13 10:00"
MONDAY = "2022-02-14 07:30"


@pytest.mark.clause("QC.8.1", "QC.8.2.a", "QC.8.2.b", "QC.8.3.a", "QC.8.3.b")
@pytest.mark.parametrize(
    ("channel", "audience", "counts", "sent_under", "received_under"),
    [
        (Channel.DOCUMENT_SYSTEM, Audience.STATE_AGENCY, MONDAY, "QC.8.1", "QC.8.1"),
        (Channel.DOCUMENT_SYSTEM, Audience.PERSON, MONDAY, "QC.8.1", "QC.8.1"),
        (Channel.OFFICIAL_MAIL, Audience.STATE_AGENCY, MONDAY, "QC.8.3.a", "QC.8.3.b"),
        (Channel.OTHER_OFFICIAL, Audience.STATE_AGENCY, MONDAY, "QC.8.3.a", "QC.8.3.b"),
        (Channel.OFFICIAL_MAIL, Audience.PERSON, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
        (Channel.OTHER_OFFICIAL, Audience.PERSON, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
        (Channel.SMS, Audience.PERSON, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
        (Channel.SMS, Audience.STATE_AGENCY, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
        (Channel.ZALO, Audience.PERSON, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
        (Channel.ZALO, Audience.STATE_AGENCY, SUNDAY, "QC.8.2.a", "QC.8.2.b"),
    ],
)
def test_each_channel_and_audience_has_its_paragraph(
    channel: Channel, audience: Audience, counts: str, sent_under: str, received_under: str
) -> None:
    arrival = received(vn(SUNDAY), channel, audience, phu_yen())
    assert (arrival.value, arrival.clause) == (vn(counts), received_under)
    departure = sent(vn(SUNDAY), channel, audience)
    assert (departure.value, departure.clause) == (vn(SUNDAY), sent_under)
    assert is_among_agencies(channel, audience) is (received_under == "QC.8.3.b")


@pytest.mark.clause("QC.8.3.b")
def test_a_channel_policy_can_switch_the_shift_off_or_soften_it() -> None:
    mail = (Channel.OFFICIAL_MAIL, Audience.STATE_AGENCY, phu_yen())
    lunch = vn("2022-02-14 12:10")
    assert received(lunch, *mail).value == vn("2022-02-15 07:30")
    assert received(lunch, *mail, BY_BLOCK).value == vn("2022-02-14 13:30")
    unshifted = received(lunch, *mail, AS_ENTERED)
    assert unshifted.value == lunch
    assert unshifted.notes == ()
    assert {c for c, p in DEFAULT_POLICIES.items() if not p.shift_out_of_hours} == {
        Channel.SMS,
        Channel.ZALO,
    }
    assert {p.opening for p in DEFAULT_POLICIES.values()} == {Opening.NEXT_WORKING_DAY}


@pytest.mark.clause("QC.8.2.b", "QC.8.3.b")
def test_moments_are_told_in_vietnam_time() -> None:
    utc = datetime(2022, 2, 14, 2, 15, tzinfo=UTC)
    for found in (received_by_person(utc), received_between_agencies(utc, phu_yen())):
        assert found.value == utc
        assert found.value.hour == 9
        assert "09:15 thứ Hai 14/02/2022" in found.explanation

"""Article 9: acknowledging information, and declining what is not ours within two hours."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congvu.rules.deadlines import acknowledge_by
from congvu.rules.replies import Arrival, decline_by, decline_timer, must_acknowledge
from congvu.rules.timers import due, rungs_due
from legal_time import phu_yen, vn


@pytest.mark.clause("QC.9.2.b")
@pytest.mark.parametrize(
    ("received", "at_the_latest"),
    [
        ("2022-01-28 16:30", "2022-02-07 09:00"),
        ("2026-01-01 09:00", "2026-01-05 09:30"),
        ("2026-01-09 16:30", "2026-01-10 09:00"),
        ("2026-01-10 11:30", "2026-01-10 15:00"),
        ("2026-02-13 16:00", "2026-02-23 08:30"),
        ("2026-08-21 16:15", "2026-08-22 08:45"),
        ("2026-08-28 16:59", "2026-09-03 09:29"),
        ("2022-02-14 12:10", "2022-02-14 15:30"),  # the clock itself runs by blocks
        ("2022-02-14 15:00", "2022-02-14 17:00"),
    ],
)
def test_two_working_hours_to_say_it_is_not_ours(received: str, at_the_latest: str) -> None:
    found = decline_by(vn(received), phu_yen())
    assert found.value == vn(at_the_latest)
    assert (found.clause, found.calendar_version) == ("QC.9.2.b", phu_yen().version)
    assert due(decline_timer(vn(received)), phu_yen()).value == vn(at_the_latest)


@pytest.mark.clause("QC.9.2.b")
def test_the_answer_names_the_hours_and_the_law() -> None:
    found = decline_by(vn("2022-01-28 16:30"), phu_yen())
    assert found.explanation == (
        "Nhận lúc 16:30 thứ Sáu 28/01/2022; nếu không thuộc phạm vi giải quyết thì phản hồi trong "
        "02 giờ làm việc tiếp theo, trước 09:00 thứ Hai 07/02/2022, theo Điều 9 khoản 2 điểm b."
    )
    assert found.notes == ()
    assert "năm 2027" in decline_by(vn("2026-12-31 16:30"), phu_yen()).notes[0]


@pytest.mark.clause("QC.9.2.b")
def test_alarms_ring_after_sixty_and_ninety_working_minutes() -> None:
    timer = decline_timer(vn("2022-02-11 16:30"))
    assert timer.clause == "QC.9.2.b"
    rings = {
        at: [rung.name for rung in rungs_due(timer, phu_yen(), vn(at), ())]
        for at in ("2022-02-11 17:00", "2022-02-12 10:00", "2022-02-14 07:59", "2022-02-14 08:00",
                   "2022-02-14 08:30", "2022-02-14 09:00")
    }  # fmt: skip
    assert rings == {
        "2022-02-11 17:00": [],
        "2022-02-12 10:00": [],
        "2022-02-14 07:59": [],
        "2022-02-14 08:00": ["60 phút"],
        "2022-02-14 08:30": ["60 phút", "90 phút"],
        "2022-02-14 09:00": ["60 phút", "90 phút"],
    }


@pytest.mark.clause("QC.9.2.b")
@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60 * 24 * 60))
def test_whenever_it_arrives_two_working_hours_are_given(minutes: int) -> None:
    received = phu_yen().add(vn("2022-01-03 08:00"), minutes // 4)
    end = decline_by(received, phu_yen()).value
    assert phu_yen().minutes_between(received, end) == 120


@pytest.mark.clause("QC.9.2.a")
@pytest.mark.parametrize(
    ("arrival", "answered", "why"),
    [
        (Arrival(), True, "Tự động trả lời đã nhận thông tin, theo Điều 9 khoản 2 điểm a."),
        (Arrival(is_acknowledged=True), False, "Không tự động trả lời vì đã tự động trả lời tin này rồi."),
        (Arrival(is_automatic=True), False, "Không tự động trả lời vì đây là thư trả lời tự động, trả lời nữa sẽ lặp vô hạn."),
        (Arrival(is_bulk=True), False, "Không tự động trả lời vì đây là thư gửi hàng loạt."),
        (Arrival(is_forged=True), False, "Không tự động trả lời vì máy chủ thư không xác nhận được người gửi, thư có thể bị mạo danh."),
        (Arrival(can_answer=False), False, "Không tự động trả lời vì không thể trả lời người gửi qua kênh này."),
    ],
)  # fmt: skip
def test_each_message_is_acknowledged_once_and_machines_never(
    arrival: Arrival, answered: bool, why: str
) -> None:
    found = must_acknowledge(arrival)
    assert (found.value, found.clause, found.explanation) == (answered, "QC.9.2.a", why)
    assert found.calendar_version == ""


@pytest.mark.clause("QC.9.1", "ND30.21.2.c", "QD55")
@pytest.mark.parametrize(
    ("received", "before"),
    [
        ("2022-02-14 07:30", "2022-02-14 17:00"),
        ("2022-02-14 17:00", "2022-02-14 17:00"),
        ("2022-02-14 17:01", "2022-02-15 00:00"),  # counted as entered after hours: still that day
        ("2022-02-12 10:00", "2022-02-13 00:00"),
    ],
)
def test_a_document_is_acknowledged_the_same_day(received: str, before: str) -> None:
    found = acknowledge_by(vn(received), phu_yen())
    assert (found.value, found.clause) == (vn(before), "ND30.21.2.c")
    assert found.calendar_version == phu_yen().version
    assert found.notes == (
        "Chưa có nguyên văn Quyết định 55/2019/QĐ-UBND; áp dụng Nghị định 30/2020/NĐ-CP.",
    )


@pytest.mark.clause("QC.9.1")
def test_the_acknowledgement_deadline_is_explained() -> None:
    found = acknowledge_by(vn("2027-03-01 09:00"), phu_yen())
    assert found.explanation == (
        "Nhận lúc 09:00 thứ Hai 01/03/2027; thông báo đã nhận trong ngày, trước 17:00 thứ Hai "
        "01/03/2027, theo Điều 21 khoản 2 điểm c Nghị định 30/2020/NĐ-CP."
    )
    assert len(found.notes) == 2 and "năm 2027" in found.notes[1]

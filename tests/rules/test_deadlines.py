"""By when: issue, registration, presentation, handling (decree 30/2020, QĐ 28/2018)."""

from datetime import date

import pytest

from congvu.rules.deadlines import (
    QD28_NOTE,
    Deadline,
    Priority,
    end_of_same_day,
    finish_by_date,
    finish_by_days,
    finish_urgent,
    issue_by,
    present_by,
    register_by,
    time_left,
)
from legal_time import phu_yen, vn

URGENT = [Priority.URGENT, Priority.VERY_URGENT, Priority.EXPRESS, Priority.EXPRESS_AT_HOUR]


@pytest.mark.clause("ND30.18.1", "QD28.5")
@pytest.mark.parametrize(
    ("signed", "target", "latest"),
    [
        ("2022-02-14 09:00", "2022-02-14 17:00", "2022-02-15 12:00"),
        ("2022-02-14 17:00", "2022-02-14 17:00", "2022-02-15 12:00"),
        ("2022-02-14 18:00", "2022-02-15 00:00", "2022-02-15 12:00"),
        ("2022-02-11 16:59", "2022-02-11 17:00", "2022-02-14 12:00"),  # Friday
        ("2022-01-28 16:59", "2022-01-28 17:00", "2022-02-07 12:00"),  # before Tết
        ("2022-01-31 10:00", "2022-02-01 00:00", "2022-02-07 12:00"),  # the Regulation itself
        ("2026-01-09 15:00", "2026-01-09 17:00", "2026-01-10 12:00"),  # make-up Saturday
        ("2021-10-28 15:00", "2021-10-28 17:00", "2021-10-29 11:30"),  # old hours
    ],
)
def test_a_signed_document_leaves_the_same_day_or_the_next_working_morning(
    signed: str, target: str, latest: str
) -> None:
    found = issue_by(vn(signed), Priority.NORMAL, phu_yen())
    assert found.value == Deadline(vn(target), vn(latest))
    assert (found.clause, found.calendar_version) == ("QD28.5", phu_yen().version)
    assert found.notes == (QD28_NOTE,)


@pytest.mark.clause("ND30.18.1", "QD28.5")
def test_the_issue_deadline_is_explained() -> None:
    found = issue_by(vn("2022-02-11 16:59"), Priority.NORMAL, phu_yen())
    assert found.explanation == (
        "Ký lúc 16:59 thứ Sáu 11/02/2022; phát hành trong ngày, chậm nhất 12:00 thứ Hai "
        "14/02/2022, theo Điều 18 khoản 1 Nghị định 30/2020/NĐ-CP và Điều 5 Quyết định "
        "28/2018/QĐ-TTg."
    )
    late = issue_by(vn("2026-12-31 16:59"), Priority.NORMAL, phu_yen())
    assert len(late.notes) == 2 and "năm 2027" in late.notes[1]


@pytest.mark.clause("ND30.18.1", "ND30.4.2.c", "ND30.23.1", "ND30.24.2")
@pytest.mark.parametrize("priority", URGENT)
def test_urgent_documents_wait_for_nothing(priority: Priority) -> None:
    night = vn("2027-02-12 23:00")
    issue = issue_by(night, priority, phu_yen())
    register = register_by(night, priority, phu_yen())
    present = present_by(night, priority, phu_yen())
    for found in (issue, register, present):
        assert found.value == Deadline(night, night)
        assert found.calendar_version == phu_yen().version
        assert len(found.notes) == 1 and "năm 2027" in found.notes[0]
    assert [f.clause for f in (issue, register, present)] == [
        "ND30.18.1",
        "ND30.4.2.c",
        "ND30.23.1",
    ]
    assert issue.explanation == (
        "Văn bản khẩn: phát hành ngay sau khi ký (từ 23:00 thứ Sáu 12/02/2027), "
        "theo Điều 18 khoản 1 Nghị định 30/2020/NĐ-CP."
    )
    assert "Văn bản khẩn: đăng ký ngay sau khi nhận (từ" in register.explanation
    assert "Văn bản khẩn: trình, chuyển giao ngay sau khi nhận (từ" in present.explanation


@pytest.mark.clause("ND30.24.2")
def test_an_urgent_task_is_due_from_receipt() -> None:
    found = finish_urgent(vn("2022-02-14 09:00"), phu_yen())
    assert (found.value, found.clause) == (vn("2022-02-14 09:00"), "ND30.24.2")
    assert found.explanation == (
        "Văn bản khẩn: giải quyết ngay (từ 09:00 thứ Hai 14/02/2022), "
        "theo Điều 24 khoản 2 Nghị định 30/2020/NĐ-CP."
    )
    assert (found.calendar_version, found.notes) == (phu_yen().version, ())
    assert finish_urgent(vn("2027-02-12 09:00"), phu_yen()).notes != ()


@pytest.mark.clause("ND30.4.2.c", "ND30.22", "ND30.23.1")
@pytest.mark.parametrize(
    ("received", "target", "latest"),
    [
        ("2022-02-14 07:30", "2022-02-14 17:00", "2022-02-15 17:00"),
        ("2022-02-07 07:30", "2022-02-07 17:00", "2022-02-08 17:00"),
        ("2022-02-11 17:00", "2022-02-11 17:00", "2022-02-14 17:00"),
        ("2022-02-11 17:01", "2022-02-12 00:00", "2022-02-14 17:00"),
        ("2022-01-28 10:00", "2022-01-28 17:00", "2022-02-07 17:00"),
    ],
)
def test_arrivals_are_registered_and_presented_the_same_or_next_working_day(
    received: str, target: str, latest: str
) -> None:
    register = register_by(vn(received), Priority.NORMAL, phu_yen())
    present = present_by(vn(received), Priority.NORMAL, phu_yen())
    assert register.value == present.value == Deadline(vn(target), vn(latest))
    assert (register.clause, present.clause) == ("ND30.4.2.c", "ND30.23.1")
    assert register.calendar_version == phu_yen().version
    assert register.notes == ()


@pytest.mark.clause("ND30.22", "ND30.23.1")
def test_the_clerk_reads_by_when_to_register() -> None:
    register = register_by(vn("2026-12-31 10:00"), Priority.NORMAL, phu_yen())
    assert register.explanation == (
        "Nhận lúc 10:00 thứ Năm 31/12/2026; đăng ký trong ngày, chậm nhất 17:00 thứ Hai "
        "04/01/2027, theo Điều 4 khoản 2 điểm c Nghị định 30/2020/NĐ-CP."
    )
    assert len(register.notes) == 1
    present = present_by(vn("2022-02-14 10:00"), Priority.NORMAL, phu_yen())
    assert "; trình, chuyển giao trong ngày, chậm nhất 17:00 thứ Ba" in present.explanation


@pytest.mark.clause("ND30.23.2", "ND30.24.2")
@pytest.mark.parametrize(
    ("given", "days", "due"),
    [
        ("2022-02-14 09:00", 1, "2022-02-15 17:00"),
        ("2022-02-14 09:00", 5, "2022-02-21 17:00"),
        ("2022-01-27 16:00", 2, "2022-02-07 17:00"),
        ("2026-01-08 16:00", 2, "2026-01-10 17:00"),
        ("2022-02-12 09:00", 1, "2022-02-14 17:00"),  # given on a Saturday
    ],
)
def test_working_days_to_finish(given: str, days: int, due: str) -> None:
    found = finish_by_days(vn(given), days, phu_yen())
    assert (found.value, found.clause) == (vn(due), "ND30.23.2")
    assert (found.calendar_version, found.notes) == (phu_yen().version, ())


@pytest.mark.clause("ND30.23.2")
def test_the_handling_deadline_is_explained() -> None:
    found = finish_by_days(vn("2026-12-30 09:00"), 3, phu_yen())
    assert found.explanation == (
        "Giao lúc 09:00 thứ Tư 30/12/2026, thời hạn 3 ngày làm việc (không tính ngày giao), "
        "hết hạn lúc 17:00 thứ Ba 05/01/2027, theo Điều 23 khoản 2 Nghị định 30/2020/NĐ-CP."
    )
    assert len(found.notes) == 1


@pytest.mark.clause("ND30.23.2")
def test_a_day_named_by_the_leader_ends_with_its_work() -> None:
    start = vn("2022-02-14 09:00")
    working = finish_by_date(start, date(2022, 2, 18), phu_yen())
    assert (working.value, working.clause) == (vn("2022-02-18 17:00"), "ND30.23.2")
    assert working.explanation == (
        "Hạn xử lý ngày thứ Sáu 18/02/2022: hết hạn lúc 17:00 thứ Sáu 18/02/2022, "
        "theo Điều 23 khoản 2 Nghị định 30/2020/NĐ-CP."
    )
    resting = finish_by_date(start, date(2022, 2, 20), phu_yen())
    assert resting.value == vn("2022-02-21 00:00")
    assert resting.explanation == (
        "Hạn xử lý ngày Chủ nhật 20/02/2022: hết hạn lúc 00:00 thứ Hai 21/02/2022 vì ngày được "
        "giao không phải ngày làm việc, theo Điều 23 khoản 2 Nghị định 30/2020/NĐ-CP."
    )
    assert (resting.calendar_version, resting.notes) == (phu_yen().version, ())
    assert finish_by_date(start, date(2022, 2, 14), phu_yen()).value == vn("2022-02-14 17:00")
    with pytest.raises(ValueError, match=r"^a deadline cannot lie before its start$"):
        finish_by_date(start, date(2022, 2, 13), phu_yen())
    assert len(finish_by_date(start, date(2027, 1, 4), phu_yen()).notes) > 0


@pytest.mark.clause("ND30.24")
def test_time_left_is_told_in_working_time() -> None:
    due = vn("2022-02-14 08:30")
    early = time_left(due, vn("2022-02-11 16:30"), phu_yen())
    exact = time_left(due, due, phu_yen())
    late = time_left(due, vn("2022-02-14 09:15"), phu_yen())
    assert (early.value, exact.value, late.value) == (90, 0, -45)
    assert early.explanation == "Còn 1 giờ 30 phút làm việc (hạn 08:30 thứ Hai 14/02/2022)."
    assert exact.explanation == "Còn 0 phút làm việc (hạn 08:30 thứ Hai 14/02/2022)."
    assert late.explanation == "Quá hạn 45 phút làm việc (hạn 08:30 thứ Hai 14/02/2022)."
    assert (late.clause, late.calendar_version, late.notes) == ("ND30.24", phu_yen().version, ())
    assert time_left(vn("2027-03-01 09:00"), due, phu_yen()).notes != ()


@pytest.mark.clause("ND30.21.2.c")
@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2022-02-14 05:00", "2022-02-14 17:00"),
        ("2022-02-14 17:00", "2022-02-14 17:00"),
        ("2022-02-14 17:00:01", "2022-02-15 00:00"),
        ("2022-02-13 09:00", "2022-02-14 00:00"),
        ("2026-01-10 09:00", "2026-01-10 17:00"),
    ],
)
def test_the_same_day(moment: str, end: str) -> None:
    assert end_of_same_day(vn(moment), phu_yen()) == vn(end)


@pytest.mark.clause("ND30.18.1")
def test_urgency_is_coded_as_on_the_wire() -> None:
    assert [int(p) for p in (Priority.NORMAL, *URGENT)] == [0, 1, 2, 3, 4]

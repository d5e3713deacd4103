"""Clocks with a budget: what is spent, when it is due, which rung fires when."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congvu.rules.timers import (
    Rung,
    Suspension,
    Timer,
    budget_until,
    due,
    is_suspended,
    left,
    rungs_due,
    spent,
)
from legal_time import phu_yen, vn

pytestmark = pytest.mark.clause("ND30.24.2", "QC.9.2.b")

WARN, LATE = Rung("nhắc", 360), Rung("quá hạn", 480)
DAY = Timer("ND30.24.2", vn("2022-02-14 07:30"), 480, rungs=(LATE, WARN))


def stopped_for(since: str, until: str | None) -> Suspension:
    return Suspension(vn(since), None if until is None else vn(until), "chờ ý kiến")


@pytest.mark.parametrize(
    ("at", "used"),
    [
        ("2022-02-14 07:00", 0),
        ("2022-02-14 08:30", 60),
        ("2022-02-14 12:45", 270),
        ("2022-02-14 17:00", 480),
        ("2022-02-15 08:00", 510),
        ("2022-02-10 08:00", 0),  # before it starts
    ],
)
def test_only_working_time_is_spent(at: str, used: int) -> None:
    assert spent(DAY, phu_yen(), vn(at)) == used
    assert left(DAY, phu_yen(), vn(at)) == 480 - used


def test_nothing_is_spent_while_suspended() -> None:
    timer = replace(DAY, suspensions=(stopped_for("2022-02-14 09:30", "2022-02-15 09:30"),))
    assert spent(timer, phu_yen(), vn("2022-02-14 16:00")) == 120
    assert spent(timer, phu_yen(), vn("2022-02-15 09:30")) == 120
    assert spent(timer, phu_yen(), vn("2022-02-15 10:30")) == 180
    assert due(timer, phu_yen()).value == vn("2022-02-15 17:00")


def test_overlapping_and_early_suspensions_count_once() -> None:
    timer = replace(
        DAY,
        suspensions=(
            stopped_for("2022-02-14 10:30", "2022-02-14 11:30"),
            stopped_for("2022-02-11 08:00", "2022-02-14 08:30"),  # open when the clock starts
            stopped_for("2022-02-14 10:00", "2022-02-14 11:00"),
            stopped_for("2022-02-14 10:40", "2022-02-14 10:50"),
            stopped_for("2022-02-10 08:00", "2022-02-10 09:00"),  # over before it starts
        ),
    )
    assert spent(timer, phu_yen(), vn("2022-02-14 12:00")) == 120
    assert due(timer, phu_yen()).value == vn("2022-02-15 10:00")


def test_an_open_suspension_leaves_the_due_moment_unknown() -> None:
    timer = replace(DAY, suspensions=(stopped_for("2022-02-14 09:00", None),))
    found = due(timer, phu_yen())
    assert found.value is None
    assert found.explanation == (
        "Đang tạm dừng, còn 6 giờ 30 phút làm việc; hạn được tính lại khi tiếp tục."
    )
    assert (found.clause, found.calendar_version) == ("ND30.24.2", phu_yen().version)
    assert found.notes == ()
    assert spent(timer, phu_yen(), vn("2022-02-20 09:00")) == 90


def test_an_open_suspension_after_the_budget_changes_nothing() -> None:
    timer = replace(DAY, suspensions=(stopped_for("2022-02-14 17:00", None),))
    assert due(timer, phu_yen()).value == vn("2022-02-14 17:00")
    over_new_year = replace(
        DAY, started_at=vn("2026-12-31 16:30"), suspensions=(stopped_for("2027-01-04 08:00", None),)
    )
    assert "năm 2027" in due(over_new_year, phu_yen()).notes[0]


def test_the_due_moment_is_explained() -> None:
    found = due(DAY, phu_yen())
    assert found.value == vn("2022-02-14 17:00")
    assert found.explanation == (
        "Bắt đầu tính từ 07:30 thứ Hai 14/02/2022, thời hạn 8 giờ làm việc, "
        "hết hạn lúc 17:00 thứ Hai 14/02/2022."
    )
    assert (found.clause, found.calendar_version, found.notes) == (
        "ND30.24.2",
        phu_yen().version,
        (),
    )
    over_new_year = replace(DAY, started_at=vn("2026-12-31 16:30"))
    assert "năm 2027" in due(over_new_year, phu_yen()).notes[0]


def test_a_suspension_may_begin_at_any_second() -> None:
    timer = replace(
        DAY,
        budget_minutes=60,
        rungs=(),
        suspensions=(stopped_for("2022-02-14 07:30:20", "2022-02-14 09:00"),),
    )
    assert due(timer, phu_yen()).value == vn("2022-02-14 09:59:40")
    assert spent(timer, phu_yen(), vn("2022-02-14 09:59:40")) == 60
    assert spent(timer, phu_yen(), vn("2022-02-14 09:59:39")) == 59


@pytest.mark.parametrize(
    ("at", "suspended"),
    [
        ("2022-02-14 08:59", False),
        ("2022-02-14 09:00", True),
        ("2022-02-14 09:59", True),
        ("2022-02-14 10:00", False),
        ("2022-02-14 13:59", False),
        ("2022-02-14 14:00", True),
        ("2023-02-14 14:00", True),
    ],
)
def test_when_the_clock_stands_still(at: str, suspended: bool) -> None:
    pauses = (
        stopped_for("2022-02-14 09:00", "2022-02-14 10:00"),
        stopped_for("2022-02-14 14:00", None),
    )
    assert is_suspended(replace(DAY, suspensions=pauses), vn(at)) is suspended


def names(timer: Timer, at: str, fired: tuple[str, ...] = ()) -> list[str]:
    return [rung.name for rung in rungs_due(timer, phu_yen(), vn(at), fired)]


def test_rungs_fire_in_order_in_working_time_each_once() -> None:
    assert names(DAY, "2022-02-14 14:59") == []
    assert names(DAY, "2022-02-14 15:00") == ["nhắc"]
    assert names(DAY, "2022-02-14 15:00", ("nhắc",)) == []
    assert names(DAY, "2022-02-14 17:00", ("nhắc",)) == ["quá hạn"]
    assert names(DAY, "2022-02-14 19:00") == []  # after hours
    assert names(DAY, "2022-02-15 07:30") == ["nhắc", "quá hạn"]
    assert names(DAY, "2022-02-15 07:30", ("nhắc", "quá hạn")) == []


def test_no_rung_fires_while_suspended_or_once_done() -> None:
    pause = replace(DAY, suspensions=(stopped_for("2022-02-14 15:30", "2022-02-14 16:30"),))
    assert names(pause, "2022-02-14 16:00") == []
    assert names(pause, "2022-02-14 16:30") == ["nhắc"]
    done = replace(DAY, stopped_at=vn("2022-02-14 16:00"))
    assert names(done, "2022-02-14 15:59") == ["nhắc"]
    assert names(done, "2022-02-14 16:00") == []
    assert names(done, "2022-02-15 08:00") == []


def test_a_clock_that_was_stopped_spends_nothing_more() -> None:
    done = replace(DAY, stopped_at=vn("2022-02-14 09:30"))
    assert spent(done, phu_yen(), vn("2022-02-14 09:00")) == 90
    assert spent(done, phu_yen(), vn("2022-02-20 09:00")) == 120


def test_a_budget_up_to_a_named_moment() -> None:
    assert budget_until(vn("2022-02-11 16:30"), vn("2022-02-14 08:30"), phu_yen()) == 90
    assert budget_until(vn("2022-02-14 08:30"), vn("2022-02-11 16:30"), phu_yen()) == 0


def test_an_empty_budget_is_due_at_once() -> None:
    timer = Timer("ND30.24.2", vn("2022-02-12 10:00"), 0)
    assert due(timer, phu_yen()).value == vn("2022-02-14 07:30")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"budget_minutes": -1, "rungs": ()}, "^a budget cannot be negative$"),
        ({"rungs": (Rung("a", 1), Rung("a", 2))}, "^rungs need different names$"),
        ({"rungs": (Rung("a", 480),)}, "^a ladder must warn before the budget breaks$"),
    ],
)
def test_a_clock_that_makes_no_sense_is_refused(change: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        replace(DAY, **change)  # type: ignore[arg-type]


def test_a_ladder_needs_only_one_early_rung() -> None:
    assert replace(DAY, rungs=(Rung("a", 479), Rung("b", 480))).rungs[0].after_minutes == 479


def test_a_suspension_ends_after_it_starts() -> None:
    with pytest.raises(ValueError, match=r"^a suspension cannot end before it starts$"):
        stopped_for("2022-02-14 09:00", "2022-02-14 08:59")
    assert stopped_for("2022-02-14 09:00", "2022-02-14 09:00").until == vn("2022-02-14 09:00")


HOURS = st.integers(0, 24 * 30)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(HOURS, HOURS), max_size=4), st.integers(1, 2000))
def test_at_the_due_moment_exactly_the_budget_is_spent(
    pauses: list[tuple[int, int]], budget: int
) -> None:
    start = vn("2022-02-14 07:30")
    suspensions = tuple(
        Suspension(start + timedelta(hours=a), start + timedelta(hours=a + length), "chờ")
        for a, length in pauses
    )
    timer = Timer("ND30.24.2", start, budget, suspensions)
    moment = due(timer, phu_yen()).value
    assert moment is not None
    assert spent(timer, phu_yen(), moment) == budget
    assert left(timer, phu_yen(), moment) == 0
    assert spent(timer, phu_yen(), moment - timedelta(minutes=1)) <= budget


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 60 * 24 * 10), max_size=40))
def test_over_any_sequence_of_ticks_each_rung_fires_once(ticks: list[int]) -> None:
    fired: list[str] = []
    for tick in sorted(ticks):
        at: datetime = vn("2022-02-11 12:00") + timedelta(minutes=tick)
        new = [rung.name for rung in rungs_due(DAY, phu_yen(), at, fired)]
        assert not new or phu_yen().is_working_time(at)
        fired += new
    assert len(fired) == len(set(fired))
    assert fired == ["nhắc", "quá hạn"][: len(fired)]

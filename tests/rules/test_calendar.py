"""Working time: days, hours, swapped days, counting along them (Labour Code 111-112)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from congvu.rules.calendar import (
    Block,
    CalendarError,
    DayKind,
    DayRule,
    HoursPeriod,
    Opening,
    WorkingCalendar,
    calendar_from,
    with_closures,
)
from congvu.rules.words import VIETNAM
from legal_time import phu_yen, vn, written

pytestmark = pytest.mark.clause("BLLD.111", "BLLD.112")

OFF, WORK = False, True


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2022-01-28", WORK),  # Friday before Tết
        ("2022-01-31", OFF),  # Tết eve, the date on the Regulation
        ("2022-02-04", OFF),  # last day of Tết
        ("2022-02-05", OFF),  # the Saturday after
        ("2022-02-07", WORK),  # first Monday of work
        ("2022-01-01", OFF),  # Saturday, New Year
        ("2022-01-03", OFF),  # Monday in its stead
        ("2022-04-11", OFF),  # Monday in the stead of Hùng Kings' Sunday
        ("2022-05-03", OFF),
        ("2022-05-04", WORK),
        ("2022-09-01", OFF),
        ("2024-04-29", OFF),  # swapped with a Saturday
        ("2024-05-04", WORK),  # that Saturday
        ("2025-05-02", OFF),
        ("2025-04-26", WORK),
        ("2026-01-02", OFF),
        ("2026-01-10", WORK),
        ("2026-08-22", WORK),
        ("2026-08-31", OFF),
        ("2026-09-03", WORK),
        ("2020-09-03", WORK),  # National Day had one day before 2021
        ("2021-09-03", OFF),
    ],
)
def test_days_of_work_and_rest(day: str, works: bool) -> None:
    assert phu_yen().is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("year", "holidays"),
    # Article 112: ten days with pay, eleven since 2021, and 24 November since 2026. A holiday on
    # a weekend is made good and a swap takes as much as it gives, so the count never changes.
    [(2020, 10), (2021, 11), (2022, 11), (2023, 11), (2024, 11), (2025, 11), (2026, 12)],
)
def test_every_year_gives_exactly_the_holidays_of_the_law(year: int, holidays: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range(366)]
    days = [day for day in days if day.year == year]
    weekdays = [day for day in days if day.weekday() < 5]
    working = [day for day in days if phu_yen().is_working_day(day)]
    assert len(weekdays) - len(working) == holidays


@pytest.mark.parametrize(
    ("moment", "works"),
    [
        ("2022-02-14 07:29", OFF),
        ("2022-02-14 07:29:59", OFF),
        ("2022-02-14 07:30", WORK),
        ("2022-02-14 11:30", WORK),
        ("2022-02-14 12:00", WORK),
        ("2022-02-14 12:00:01", OFF),
        ("2022-02-14 13:29", OFF),
        ("2022-02-14 13:30", WORK),
        ("2022-02-14 17:00", WORK),
        ("2022-02-14 17:00:01", OFF),
        ("2022-02-11 17:01", OFF),  # Friday
        ("2022-02-12 09:00", OFF),  # Saturday
        ("2026-01-10 09:00", WORK),  # make-up Saturday
        ("2021-10-29 07:00", WORK),  # last Friday of the old hours
        ("2021-10-29 11:31", OFF),
        ("2021-11-01 07:00", OFF),  # first Monday of the new hours
        ("2021-11-01 11:31", WORK),
    ],
)
def test_hours_of_work_and_rest(moment: str, works: bool) -> None:
    assert phu_yen().is_working_time(vn(moment)) is works


def test_a_moment_in_another_zone_is_the_same_moment() -> None:
    assert phu_yen().is_working_time(datetime(2022, 2, 14, 0, 30, tzinfo=UTC))
    assert not phu_yen().is_working_time(datetime(2022, 2, 14, 0, 29, tzinfo=UTC))
    answer = phu_yen().add(datetime(2022, 2, 14, 0, 30, tzinfo=UTC), 0)
    assert answer.tzinfo is VIETNAM


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        phu_yen().is_working_time(datetime(2022, 2, 14, 8))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("moment", "next_day", "next_block"),
    [
        ("2022-02-14 07:29", "2022-02-14 07:30", "2022-02-14 07:30"),
        ("2022-02-14 07:30", "2022-02-15 07:30", "2022-02-14 13:30"),
        ("2022-02-14 12:10", "2022-02-15 07:30", "2022-02-14 13:30"),
        ("2022-02-14 13:30", "2022-02-15 07:30", "2022-02-15 07:30"),
        ("2022-02-11 17:01", "2022-02-14 07:30", "2022-02-14 07:30"),
        ("2022-01-28 17:30", "2022-02-07 07:30", "2022-02-07 07:30"),
        ("2022-01-31 10:00", "2022-02-07 07:30", "2022-02-07 07:30"),
        ("2026-01-09 17:01", "2026-01-10 07:30", "2026-01-10 07:30"),
        ("2021-10-31 20:00", "2021-11-01 07:30", "2021-11-01 07:30"),
    ],
)
def test_next_opening_under_both_readings(moment: str, next_day: str, next_block: str) -> None:
    assert phu_yen().next_opening(vn(moment)) == vn(next_day)
    assert phu_yen().next_opening(vn(moment), Opening.NEXT_BLOCK) == vn(next_block)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2022-01-28 16:30", "2022-02-07 09:00"),
        ("2026-01-01 09:00", "2026-01-05 09:30"),
        ("2026-01-09 16:30", "2026-01-10 09:00"),
        ("2026-01-10 11:30", "2026-01-10 15:00"),
        ("2026-02-13 16:00", "2026-02-23 08:30"),
        ("2026-08-21 16:15", "2026-08-22 08:45"),
        ("2026-08-28 16:59", "2026-09-03 09:29"),
        ("2022-02-14 15:00", "2022-02-14 17:00"),  # ends with the day, not next morning
        ("2022-02-14 10:00", "2022-02-14 12:00"),
        ("2022-02-14 10:01", "2022-02-14 13:31"),
    ],
)
def test_two_working_hours_on(start: str, end: str) -> None:
    assert phu_yen().add(vn(start), 120) == vn(end)
    assert phu_yen().minutes_between(vn(start), vn(end)) == 120


def test_zero_minutes_wait_for_the_next_working_time() -> None:
    assert phu_yen().add(vn("2022-02-14 09:00"), 0) == vn("2022-02-14 09:00")
    assert phu_yen().add(vn("2022-02-14 17:00"), 0) == vn("2022-02-14 17:00")
    assert phu_yen().add(vn("2022-02-14 12:30"), 0) == vn("2022-02-14 13:30")
    assert phu_yen().add(vn("2022-02-12 09:00"), 0) == vn("2022-02-14 07:30")


def test_counting_backwards_is_refused_and_measured_as_negative() -> None:
    with pytest.raises(ValueError, match=r"^working time cannot be negative$"):
        phu_yen().add(vn("2022-02-14 09:00"), -1)
    assert phu_yen().minutes_between(vn("2022-02-14 09:00"), vn("2022-02-11 16:30")) == -120
    assert phu_yen().minutes_between(vn("2022-02-14 09:00:30"), vn("2022-02-14 09:00:00")) == 0
    assert phu_yen().minutes_between(vn("2022-02-14 09:00"), vn("2022-02-14 09:00")) == 0
    assert phu_yen().minutes_between(vn("2022-02-14 09:00"), vn("2022-02-14 09:01:59")) == 1
    assert phu_yen().time_between(vn("2022-02-14 09:01"), vn("2022-02-14 09:00")) == timedelta(
        minutes=-1
    )


def test_a_whole_year_is_counted_day_by_day() -> None:
    """2022 has 260 weekdays and 11 holidays, each working day eight hours."""
    assert phu_yen().minutes_between(vn("2022-01-01 00:00"), vn("2023-01-01 00:00")) == 249 * 480
    assert phu_yen().minutes_between(vn("2022-01-04 16:00"), vn("2022-01-06 08:30")) == 600


def test_a_full_day_is_eight_hours_before_and_after_the_change_of_hours() -> None:
    for day in ("2021-10-29", "2021-11-01"):
        assert phu_yen().minutes_between(vn(f"{day} 00:00"), vn(f"{day} 23:59")) == 480
    assert phu_yen().opening(date(2021, 10, 29)) == vn("2021-10-29 07:00")
    assert phu_yen().closing(date(2021, 10, 29)) == vn("2021-10-29 17:00")


@pytest.mark.parametrize(
    ("blocks", "end"),
    [
        ([("07:30", "12:00"), ("13:30", "17:00")], "12:00"),
        ([("07:00", "11:30"), ("13:30", "17:00")], "11:30"),
        ([("07:30", "09:30"), ("10:00", "11:45"), ("13:00", "17:00")], "11:45"),
        ([("08:00", "16:00")], "12:00"),
        ([("12:00", "17:00")], "12:00"),
        ([("13:30", "17:00")], "13:30"),
    ],
)
def test_end_of_the_morning(blocks: list[tuple[str, str]], end: str) -> None:
    assert one_day_calendar(blocks).morning_end(date(2022, 2, 14)) == vn(f"2022-02-14 {end}")


def test_opening_and_closing_belong_to_working_days_only() -> None:
    for ask in (phu_yen().opening, phu_yen().closing, phu_yen().morning_end):
        with pytest.raises(CalendarError, match="2022-02-12 is not a working day"):
            ask(date(2022, 2, 12))


def test_working_days_are_counted_without_the_first() -> None:
    assert phu_yen().next_working_day(date(2022, 1, 28)) == date(2022, 2, 7)
    assert phu_yen().next_working_day(date(2022, 2, 7)) == date(2022, 2, 8)
    assert phu_yen().add_working_days(date(2022, 1, 27), 1) == date(2022, 1, 28)
    assert phu_yen().add_working_days(date(2022, 1, 27), 2) == date(2022, 2, 7)
    assert phu_yen().add_working_days(date(2026, 1, 8), 3) == date(2026, 1, 12)
    with pytest.raises(ValueError, match=r"^count of working days must be at least 1$"):
        phu_yen().add_working_days(date(2022, 1, 27), 0)


def test_an_unofficial_year_computes_and_says_so() -> None:
    assert phu_yen().notes(vn("2026-12-30 09:00"), vn("2026-12-31 09:00")) == ()
    (note,) = phu_yen().notes(vn("2026-12-31 16:30"), vn("2027-01-04 09:00"))
    assert note == (
        "Lịch nghỉ, làm bù chính thức của năm 2027 chưa được nhập; kết quả là tạm tính."
    )
    assert phu_yen().add(vn("2026-12-31 16:30"), 120) == vn("2027-01-04 09:00")
    two_years = phu_yen().notes(vn("2028-01-04 09:00"), vn("2026-12-31 16:30"))
    assert [note[:48] for note in two_years[:2]] == [
        "Lịch nghỉ, làm bù chính thức của năm 2027 chưa đ",
        "Lịch nghỉ, làm bù chính thức của năm 2028 chưa đ",
    ]


def test_a_day_not_verified_is_named_where_it_is_counted_over() -> None:
    before = phu_yen().notes(vn("2026-11-20 09:00"), vn("2026-11-23 17:00"))
    over = phu_yen().notes(vn("2026-11-23 17:30"), vn("2026-11-25 07:30"))
    assert before == ()
    assert len(over) == 1 and over[0].startswith("thứ Ba 24/11/2026 (Ngày Văn hóa Việt Nam): ")
    assert phu_yen().notes(vn("2026-11-24 09:00"), vn("2026-11-24 09:00")) == over
    assert phu_yen().notes(vn("2026-11-25 00:00"), vn("2026-11-26 09:00")) == ()


STORM = {
    "date": "2022-02-15",
    "kind": "closure",
    "name": "Nghỉ tránh bão",
    "blocks": [["07:30", "10:00"]],
    "source": "Công điện của Chủ tịch UBND tỉnh",
}


def test_a_closure_of_half_a_day_keeps_the_other_half() -> None:
    calendar = calendar_from(written("phu-yen-2022"), written("viet-nam"), [STORM])
    assert calendar.add(vn("2022-02-15 09:00"), 120) == vn("2022-02-16 08:30")
    assert calendar.closing(date(2022, 2, 15)) == vn("2022-02-15 10:00")
    rule = calendar.days[date(2022, 2, 15)]
    assert (rule.kind, rule.name) == (DayKind.CLOSURE, "Nghỉ tránh bão")
    assert rule.source == "Công điện của Chủ tịch UBND tỉnh"
    assert rule.note == ""


def test_a_closure_wins_over_the_yearly_letter() -> None:
    closed = {"date": date(2026, 1, 10), "kind": "closure", "name": "Nghỉ tránh lũ"}
    calendar = calendar_from(written("phu-yen-2022"), written("viet-nam"), [closed])
    assert not calendar.is_working_day(date(2026, 1, 10))


def test_every_change_of_data_is_another_version() -> None:
    same = calendar_from(written("phu-yen-2022"), written("viet-nam"))
    stormy = calendar_from(written("phu-yen-2022"), written("viet-nam"), [STORM])
    late = {date(2022, 2, 15): DayRule(DayKind.CLOSURE, "Nghỉ tránh bão")}
    later = {date(2022, 2, 16): DayRule(DayKind.CLOSURE, "Nghỉ tránh bão")}
    versions = [
        phu_yen().version,
        stormy.version,
        with_closures(same, late).version,
        with_closures(same, later).version,
    ]
    assert len(set(versions)) == 4
    assert same.version == phu_yen().version
    assert phu_yen().version.startswith("phu-yen-2022#")
    assert len(phu_yen().version) == len("phu-yen-2022#") + 8
    assert with_closures(same, late).version.startswith(f"{same.version}+")
    assert len(with_closures(same, late).version) == len(same.version) + 9


def test_closures_are_laid_over_without_touching_the_old_calendar() -> None:
    calendar = with_closures(
        phu_yen(), {date(2022, 2, 15): DayRule(DayKind.CLOSURE, "Nghỉ tránh bão")}
    )
    assert not calendar.is_working_day(date(2022, 2, 15))
    assert not calendar.is_working_day(date(2022, 1, 31))
    assert phu_yen().is_working_day(date(2022, 2, 15))
    assert calendar.official_years == phu_yen().official_years
    assert with_closures(phu_yen(), {}) is phu_yen()


def test_the_calendar_says_how_far_it_was_checked() -> None:
    calendar = calendar_from(written("phu-yen-2022"), written("viet-nam"))
    assert calendar.official_years == frozenset(range(2020, 2027))
    checked = [written(name)["verification"] for name in ("phu-yen-2022", "viet-nam")]
    assert "chưa đối chiếu với nguyên văn" in checked[0] and "nguồn thứ cấp" in checked[1]
    assert calendar.verification == f"{checked[0]} {checked[1]}".strip()
    assert one_day_calendar([("08:00", "16:00")]).verification == ""


def test_a_written_day_is_read_whole() -> None:
    hours = {
        "name": "x",
        "periods": [{"valid_from": "2022-01-01", "week": {"tue": [["09:00", "10:00"]]}}],
    }
    swap = {"date": "2022-02-12", "kind": "make_up", "name": "bù", "like": "tue", "note": "tạm"}
    plain = {"date": "2022-02-13", "kind": "make_up", "name": "bù"}
    years = [{"year": 2022, "official": True, "days": [swap, plain]}]
    calendar = calendar_from(hours, {"years": years}, [plain])
    assert calendar.days == {
        date(2022, 2, 12): DayRule(DayKind.MAKE_UP, "bù", note="tạm", like_weekday=1),
        date(2022, 2, 13): DayRule(DayKind.MAKE_UP, "bù"),
    }
    assert calendar.blocks(date(2022, 2, 12)) == (Block(time(9), time(10)),)
    assert calendar.notes(vn("2022-02-12 09:00"), vn("2022-02-13 09:00")) == (
        "thứ Bảy 12/02/2022 (bù): tạm",
    )


def test_a_make_up_day_keeps_the_hours_of_the_day_it_replaces() -> None:
    week = {0: (Block(time(8), time(10)),), 4: (Block(time(9), time(12)),)}
    hours = (HoursPeriod(date(2022, 1, 1), None, week),)
    days = {
        date(2022, 2, 12): DayRule(DayKind.MAKE_UP, "bù thứ Sáu", like_weekday=4),
        date(2022, 2, 13): DayRule(DayKind.MAKE_UP, "bù"),
        date(2022, 2, 19): DayRule(DayKind.MAKE_UP, "bù thứ Ba", like_weekday=1),
    }
    calendar = WorkingCalendar("test", hours, days, frozenset({2022}))
    assert calendar.blocks(date(2022, 2, 12)) == week[4]
    assert calendar.blocks(date(2022, 2, 13)) == week[0]
    assert calendar.blocks(date(2022, 2, 19)) == ()


def test_hours_end_with_their_validity() -> None:
    block = Block(time(8), time(10))
    hours = (HoursPeriod(date(2022, 2, 14), date(2022, 2, 15), {0: (block,), 1: (block,)}),)
    calendar = WorkingCalendar("test", hours, {}, frozenset({2022}))
    works = [d for d in range(1, 28) if calendar.is_working_day(date(2022, 2, d))]
    assert works == [14, 15]
    for ask in (
        lambda: calendar.add(vn("2022-02-15 09:00"), 120),
        lambda: calendar.next_opening(vn("2022-02-15 09:00")),
        lambda: calendar.next_working_day(date(2022, 2, 15)),
    ):
        with pytest.raises(CalendarError, match=r"no working hours known from 2022-02-15 .*test"):
            ask()


def test_the_longest_rest_we_believe_in() -> None:
    block = Block(time(8), time(10))
    day = date(2022, 1, 1)

    def calendar(rest: int) -> WorkingCalendar:
        rule = DayRule(DayKind.MAKE_UP, "ngày làm việc", blocks=(block,))
        days = {day + timedelta(days=rest): rule}
        return WorkingCalendar("test", (), days, frozenset())

    assert calendar(60).next_working_day(day) == day + timedelta(days=60)
    # Counted anew after every day of work: 60 days of rest may follow one.
    again = with_closures(
        calendar(60), {day: DayRule(DayKind.MAKE_UP, "ngày làm việc", blocks=(block,))}
    )
    assert again.add(vn("2022-01-01 09:00"), 120) == vn("2022-03-02 09:00")
    with pytest.raises(CalendarError):
        calendar(61).next_working_day(day)


@pytest.mark.parametrize(
    ("week", "reason"),
    [
        ({"mon": [["12:00", "07:30"]]}, "ends before"),
        ({"mon": [["07:30", "07:30"]]}, "ends before"),
        ({"mon": [["07:30", "12:00"], ["11:00", "17:00"]]}, "overlap"),
        ({"mon": [["07:30", "12:00"], ["12:00", "17:00"]]}, "overlap"),
        ({"mon": [["13:30", "17:00"], ["07:30", "12:00"]]}, "out of order"),
        ({"monday": []}, "cannot be read"),
        ({"mon": [["7h30", "12:00"]]}, "cannot be read"),
        (None, "cannot be read"),
    ],
)
def test_a_malformed_calendar_is_refused(week: object, reason: str) -> None:
    hours = {"name": "x", "periods": [{"valid_from": "2022-01-01", "week": week}]}
    with pytest.raises(CalendarError, match=reason):
        calendar_from(hours, {"years": []})


def one_day_calendar(blocks: list[tuple[str, str]]) -> WorkingCalendar:
    week = {"mon": [list(block) for block in blocks]}
    hours = {"name": "x", "periods": [{"valid_from": "2022-01-01", "week": week}]}
    return calendar_from(hours, {"years": []})


def test_written_dates_may_be_texts() -> None:
    hours = {
        "name": "x",
        "periods": [
            {
                "valid_from": "2022-01-01",
                "valid_to": "2022-02-20",
                "week": {"sun": [["08:00", "09:00"]]},
            }
        ],
    }
    calendar = calendar_from(hours, {"years": [{"year": "2022", "official": True, "days": []}]})
    assert calendar.is_working_day(date(2022, 2, 20))
    assert not calendar.is_working_day(date(2022, 2, 27))
    assert calendar.official_years == frozenset({2022})


# --- properties -----------------------------------------------------------------------------

MOMENTS = st.datetimes(datetime(2020, 1, 2), datetime(2026, 11, 30)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=VIETNAM)
)
MINUTES = st.integers(0, 480 * 15)


@settings(max_examples=150, deadline=None)
@given(MOMENTS, MINUTES)
def test_adding_and_measuring_are_inverse(start: datetime, minutes: int) -> None:
    end = phu_yen().add(start, minutes)
    assert phu_yen().minutes_between(start, end) == minutes
    assert phu_yen().is_working_time(end)
    assert end >= start


@settings(max_examples=100, deadline=None)
@given(MOMENTS, MOMENTS, MINUTES)
def test_a_later_start_never_ends_earlier(one: datetime, two: datetime, minutes: int) -> None:
    first, second = sorted((one, two))
    assert phu_yen().add(first, minutes) <= phu_yen().add(second, minutes)


@settings(max_examples=100, deadline=None)
@given(MOMENTS, MINUTES, MINUTES)
def test_minutes_may_be_added_in_parts(start: datetime, one: int, two: int) -> None:
    # Equal as working time; at a block's end the moment may be written as the next block's start.
    parts = phu_yen().add(phu_yen().add(start, one), two)
    whole = phu_yen().add(start, one + two)
    assert phu_yen().time_between(parts, whole) == timedelta()


@settings(max_examples=60, deadline=None)
@given(MOMENTS)
def test_an_opening_is_later_and_is_working_time(moment: datetime) -> None:
    for rule in Opening:
        opening = phu_yen().next_opening(moment, rule)
        assert opening > moment
        assert phu_yen().is_working_time(opening)
    assert phu_yen().next_opening(moment, Opening.NEXT_BLOCK) <= phu_yen().next_opening(moment)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 365 * 6))
def test_blocks_are_in_order_every_day(offset: int) -> None:
    blocks = phu_yen().blocks(date(2020, 1, 1) + timedelta(days=offset))
    flat = [edge for block in blocks for edge in (block.start, block.end)]
    assert flat == sorted(set(flat))

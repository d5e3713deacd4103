"""Only the clock reads the time; inside `frozen` it stands still (S.18)."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from congvu.kit import clock


@pytest.mark.clause("S.18")
def test_the_clock_goes_and_is_aware() -> None:
    first = clock.now()
    assert first.tzinfo is UTC
    assert clock.now() >= first
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_it_stands_still_inside_and_goes_on_outside() -> None:
    then = clock.at_vietnam(2022, 1, 31, 9, 10)
    with clock.frozen(then):
        assert clock.now() == then
        with clock.frozen(then + timedelta(days=1)):
            assert clock.today() == date(2022, 2, 1)
        assert clock.now() == then
    assert clock.now() > then


def test_it_goes_on_after_an_error_inside() -> None:
    with pytest.raises(ZeroDivisionError), clock.frozen(clock.at_vietnam(2022, 1, 1)):
        raise ZeroDivisionError
    assert clock.now().year > 2022


def test_the_day_in_vietnam_begins_seven_hours_before_utc() -> None:
    with clock.frozen(datetime(2022, 12, 31, 17, 30, tzinfo=UTC)):
        assert clock.today() == date(2023, 1, 1)
        assert clock.local(clock.now()).hour == 0
    assert clock.at_vietnam(2022, 2, 7, 7, 30) == datetime(2022, 2, 7, 0, 30, tzinfo=UTC)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"), clock.frozen(datetime(2022, 1, 1)):  # noqa: DTZ001
        pass


def test_another_thread_has_its_own_time() -> None:
    seen: list[datetime] = []
    with clock.frozen(clock.at_vietnam(2022, 1, 1)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0].year > 2022

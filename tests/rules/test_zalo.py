"""What may go to a person on Zalo, and when: windows, nights, terms of a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from congvu.rules.zalo import (
    Window,
    ZaloTerms,
    consultation_window,
    night_ends,
    terms_on,
)

TERMS = ZaloTerms(date(2022, 2, 18), 7, 48, 8, time(22), time(6), 120, None, "thử")
WORD = datetime.fromisoformat("2022-02-28T09:00:00+07:00")


@pytest.mark.clause("QC.6.2.b")
@pytest.mark.parametrize(
    ("hours", "seconds", "sent", "window"),
    [
        (0, 0, 0, Window.FREE),
        (48, 0, 7, Window.FREE),
        (48, 1, 0, Window.CHARGED),
        (1, 0, 8, Window.CHARGED),
        (168, 0, 0, Window.CHARGED),
        (168, 1, 0, Window.CLOSED),
    ],
)
def test_the_window_opens_with_the_persons_word(
    hours: int, seconds: int, sent: int, window: Window
) -> None:
    now = WORD + timedelta(hours=hours, seconds=seconds)
    found = consultation_window(WORD, sent, now=now, terms=TERMS)
    assert found.value is window and found.explanation.endswith(".")


@pytest.mark.clause("QC.6.2.b")
def test_who_never_wrote_has_no_window() -> None:
    assert consultation_window(None, 0, now=WORD, terms=TERMS).value is Window.NEVER


@pytest.mark.parametrize(
    ("clock", "ends"),
    [
        ("2022-03-01T05:59:59+07:00", "2022-03-01T06:00:00+07:00"),
        ("2022-03-01T06:00:00+07:00", None),
        ("2022-03-01T21:59:59+07:00", None),
        ("2022-03-01T22:00:00+07:00", "2022-03-02T06:00:00+07:00"),
        ("2022-02-28T16:30:00+00:00", "2022-03-01T06:00:00+07:00"),
    ],
)
def test_the_night_ends_in_the_morning_in_vietnam(clock: str, ends: str | None) -> None:
    found = night_ends(datetime.fromisoformat(clock), TERMS)
    assert found == (datetime.fromisoformat(ends) if ends else None)


def test_terms_are_those_of_the_day() -> None:
    later = ZaloTerms(date(2023, 1, 1), 7, 24, 4, time(21), time(7), None, None, "thử")
    known = [later, TERMS]
    assert terms_on(date(2022, 12, 31), known) is TERMS
    assert terms_on(date(2023, 1, 1), known) is later
    assert terms_on(date(2020, 1, 1), known) is TERMS

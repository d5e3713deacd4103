"""Many clocks counted again in slices: each stands where counting it alone would put it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from congvu.orgs.close_office import close_office
from congvu.timers import recount
from congvu.timers.count import KEPT, count_again
from congvu.timers.escalate import escalate_due
from congvu.timers.models import Timer, TimerEvent
from congvu.timers.recount import recount_timers
from congvu.timers.resume import resume_timer
from congvu.timers.start import start_timer
from congvu.timers.suspend import suspend_timer
from offices import enter_calendars
from staff import make_agency

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.8.3.b", "QC.9.2.b")]


def test_slices_say_what_one_by_one_would_say(
    at: datetime, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(recount, "SLICE", 4)
    enter_calendars(at - timedelta(days=60))
    agencies = [make_agency(), make_agency()]
    timers = [
        start_timer(
            subject=("message", number), kind="decline", agency_id=agencies[number % 2].id,
            started_at=at + timedelta(minutes=29 * number), budget_minutes=120,
            clause="QC.9.2.b", by=None, at=at,
        )
        for number in range(18)
    ]  # fmt: skip
    evening = at.replace(hour=17, minute=30)
    escalate_due(at=at.replace(hour=15, minute=30))  # some rungs have fired
    suspend_timer(timer_id=timers[15].id, reason="Chờ bổ sung", by=None, at=evening)
    suspend_timer(timer_id=timers[16].id, reason="Chờ bổ sung", by=None, at=evening)
    resume_timer(timer_id=timers[16].id, by=None, at=evening + timedelta(hours=16))
    close_office(
        agency_id=agencies[0].id, days={date(2022, 2, 15): None}, reason="Bão", basis="CĐ 02",
        by=None, at=evening,
    )  # fmt: skip
    later = evening + timedelta(minutes=1)
    expected = {}
    for one in Timer.objects.all():
        count_again(one, later)
        expected[one.id] = {name: getattr(one, name) for name in KEPT}
    before = {one.id: one.due_at for one in Timer.objects.all()}

    with django_assert_max_num_queries(60):
        moved = recount_timers(agency_id=None, at=later)

    shifted = {number for number, due_at in before.items() if expected[number]["due_at"] != due_at}
    assert moved == len(shifted) and 0 < moved < len(timers)
    for one in Timer.objects.all():
        said = {name: getattr(one, name) for name in KEPT}
        if one.id in shifted:
            assert said == expected[one.id]
        else:  # what did not move keeps the words it was first told with
            assert (said["due_at"], said["next_rung_at"]) == (
                before[one.id],
                expected[one.id]["next_rung_at"],
            )
    told = TimerEvent.objects.filter(kind=TimerEvent.Kind.RECOUNTED)
    assert {one.timer_id for one in told} == shifted
    assert all(one.due_before == before[one.timer_id] and " → " in one.reason for one in told)
    assert recount_timers(agency_id=None, at=later) == 0

"""The machine's clock is watched, and the log says what was seen (S.18)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest

from congvu.accounts import jobs
from congvu.audit.models import Entry
from congvu.audit.watch_clock import ALARM, KIND, Reading, judged, of_chrony_line, watch_clock

LINE = (
    "C0A80001,192.168.0.1,3,1644804000.1,{offset},0.0001,0.0002,-3.2,0.0,0.1,0.01,0.001,64.2,{leap}"
)


@pytest.mark.clause("S.18")
@pytest.mark.parametrize(
    "offset, state",
    [
        (None, "not_synchronised"),
        (0.0, "synchronised"),
        (1.0, "synchronised"),
        (1.001, "too_far"),
        (86_400.0, "too_far"),
    ],
)
def test_a_clock_is_good_up_to_the_threshold_and_never_without_a_source(
    offset: float | None, state: str
):
    assert judged(Reading(offset, "thử"), 1000) == state


@pytest.mark.clause("S.18")
def test_the_words_of_chrony_are_understood():
    assert of_chrony_line(LINE.format(offset="-0.25", leap="Normal")) == Reading(0.25, "chrony")
    lost = of_chrony_line(LINE.format(offset="0.0", leap="Not synchronised"))
    assert lost == Reading(None, "chrony")
    for broken in ("", "506 Cannot talk to daemon", LINE.format(offset="x", leap="Normal")):
        assert of_chrony_line(broken) is None


@pytest.mark.clause("S.18")
@pytest.mark.django_db
def test_every_reading_is_kept_and_a_bad_state_alarms_once(at: datetime):
    readings = [0.001, 3.0, 3.5, None, None, 0.001, 3.0]
    for number, offset in enumerate(readings):
        moment = at + timedelta(minutes=10 * number)
        watch_clock(at=moment, limit_ms=1000, read=lambda o=offset: Reading(o, "thử"))
    kept = Entry.objects.filter(kind=KIND).order_by("id")
    assert [json.loads(one.details)["offset_seconds"] for one in kept] == readings
    alarms = Entry.objects.filter(kind=ALARM).order_by("id")
    assert [one.outcome for one in alarms] == ["too_far", "not_synchronised", "too_far"]


@pytest.mark.clause("S.18")
@pytest.mark.django_db
def test_the_job_reads_this_machine_under_the_threshold_of_the_profile(at: datetime):
    jobs.watch_clock.task.func(0)
    entry = Entry.objects.get(kind=KIND)
    assert json.loads(entry.details)["limit"] == 1000
    assert entry.outcome in {"synchronised", "too_far", "not_synchronised"}

"""The log is kept; what goes after the legal time goes sealed, exported and written down."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction

from congvu.audit.drop import drop_entries, months_before
from congvu.audit.models import DroppedRun, Entry
from congvu.audit.queries import entries_of, storage_alarm
from congvu.audit.seal import seal_entries
from congvu.audit.verify import verify_log
from congvu.audit.watch_storage import watch_storage
from congvu.audit.write import write_entry
from congvu.kit import blobs, clock
from congvu.kit.refusal import Refusal

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=31)


def write(at: datetime, count: int = 2) -> list[Entry]:
    return [write_entry("thử.việc", by=None, at=at, agency_id=7) for _ in range(count)]


@pytest.mark.clause("S.16")
def test_nothing_younger_than_twelve_months_is_dropped(at: datetime):
    write(at - 14 * MONTH)
    seal_entries(at=at - 14 * MONTH)
    with pytest.raises(Refusal, match="E001"):
        drop_entries(before=at - timedelta(days=300), by=None, at=at)
    assert Entry.objects.count() == 2


@pytest.mark.clause("S.16")
def test_what_is_not_sealed_is_not_dropped(at: datetime):
    write(at - 14 * MONTH)
    with pytest.raises(Refusal, match="E002"):
        drop_entries(before=at - 13 * MONTH, by=None, at=at)


@pytest.mark.clause("S.16")
def test_old_sealed_entries_go_exported_and_written_down_and_the_chain_holds(at: datetime):
    old = write(at - 14 * MONTH, 3)
    seal_entries(at=at - 14 * MONTH)
    young = write(at - MONTH)
    seal_entries(at=at - MONTH)
    assert drop_entries(before=at - 13 * MONTH, by=None, at=at) == 3
    assert not Entry.objects.filter(id__in=[one.id for one in old]).exists()
    assert Entry.objects.filter(id__in=[one.id for one in young]).count() == 2
    assert "export" in Entry.objects.get(kind="audit.dropped").details
    verdict = verify_log()
    assert verdict.first is None and verdict.dropped_runs == 1
    lines = blobs.read(DroppedRun.objects.get().export_sha256).decode().splitlines()
    assert len(lines) == 4 and f"[1,{old[0].id}," in lines[1]


@pytest.mark.clause("S.16")
def test_the_database_itself_refuses_to_delete_a_young_entry_even_for_the_dropping_verb(
    at: datetime,
):
    (young,) = write(datetime.now(at.tzinfo) - timedelta(days=300), 1)
    with connection.cursor() as cursor, pytest.raises(Error, match="12 months"):
        cursor.execute("SELECT set_config('congvu.dropping_sealed_runs', 'yes', true)")
        with transaction.atomic():
            cursor.execute("DELETE FROM audit_entry WHERE id = %s", [young.id])


@pytest.mark.clause("S.16")
@pytest.mark.parametrize(
    "day, months, earlier",
    [
        ("2022-02-14", 12, "2021-02-14"),
        ("2024-02-29", 12, "2023-02-28"),
        ("2022-01-31", 11, "2021-02-28"),
    ],
)
def test_months_are_counted_on_the_calendar(day: str, months: int, earlier: str):
    moment = datetime.fromisoformat(f"{day}T09:00:00+07:00")
    assert clock.local(months_before(moment, months)).date().isoformat() == earlier


@pytest.mark.clause("S.17")
@pytest.mark.parametrize(
    "percent, alarm",
    [
        (0, ""),
        (69, ""),
        (70, "notice"),
        (84, "notice"),
        (85, "warning"),
        (95, "critical"),
        (130, "critical"),
    ],
)
def test_the_alarm_has_three_steps(percent: int, alarm: str):
    assert storage_alarm(percent, 100) == alarm


@pytest.mark.clause("S.17")
def test_a_new_step_is_told_once_and_a_full_log_still_takes_events(at: datetime, settings: Any):
    settings.AUDIT_QUOTA_BYTES = 1_000
    for used in (500, 860, 870, 1_000, 1_000):
        watch_storage(at=at, used=used)
    told = Entry.objects.filter(kind="audit.storage_alarm").order_by("id")
    assert [entry.outcome for entry in told] == ["warning", "critical"]
    write(at, 1)
    assert Entry.objects.filter(kind="thử.việc").count() == 1


def test_the_history_of_an_object_is_in_the_order_of_the_acts(at: datetime):
    for kind in ("documents.opened", "documents.signed", "documents.opened"):
        write_entry(kind, by=None, at=at, on=("document", 9))
    write_entry("documents.opened", by=None, at=at, on=("document", 10))
    assert [line.kind for line in entries_of("document", 9)][1] == "documents.signed"
    assert len(entries_of("document", 9, kinds=("documents.opened",))) == 2

"""The log cannot be changed, and whoever changes it anyway is found out, entry by entry."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import Error, connection, connections, transaction

from congvu.audit.models import DailyRoot, Entry, Seal
from congvu.audit.root import make_daily_root
from congvu.audit.seal import canonical_bytes, seal_entries, settled_horizon
from congvu.audit.verify import verify_log
from congvu.audit.write import write_entry
from congvu.kit import clock

pytestmark = pytest.mark.django_db


def write(at: datetime, count: int = 1, agency_id: int | None = 7) -> list[Entry]:
    return [
        write_entry("thử.việc", by=None, at=at, agency_id=agency_id, details={"n": n})
        for n in range(count)
    ]


def as_owner_without_triggers(statement: str, *values: object) -> None:
    """What somebody with the owner's password could do to the table."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_seal DISABLE TRIGGER USER")
        cursor.execute(statement, list(values))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE audit_seal ENABLE TRIGGER USER")


@pytest.mark.clause("S.14")
@pytest.mark.parametrize("role", ["none", "congvu_app", "congvu_jobs"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET kind = 'khác'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "UPDATE audit_seal SET own_hash = 'x'",
        "DELETE FROM audit_seal",
        "TRUNCATE audit_dailyroot",
    ],
)
def test_the_database_refuses_every_change_whoever_asks(at: datetime, role: str, statement: str):
    write(at)
    seal_entries(at=at)
    with connection.cursor() as cursor, pytest.raises(Error):
        cursor.execute("SELECT set_config('role', %s, true)", [role])
        with transaction.atomic():
            cursor.execute(statement)


@pytest.mark.clause("S.14")
def test_the_web_may_append_but_not_seal(at: datetime):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE congvu_app")
        write(at)
        with pytest.raises(Error), transaction.atomic():
            Seal.objects.create(
                chain_agency_id=7, first_entry_id=1, last_entry_id=1, entry_count=1,
                digests=b"", previous_hash="", own_hash="", sealed_at=at,
            )  # fmt: skip
        cursor.execute("RESET ROLE")


@pytest.mark.clause("S.14")
def test_the_worker_has_the_rights_it_needs_to_seal_and_no_others(at: datetime):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE congvu_jobs")
        write(at, 2)
        assert seal_entries(at=at) == 2
        make_daily_root(day=clock.local(at).date(), at=at + timedelta(days=1))
        assert verify_log().first is None
        cursor.execute("RESET ROLE")


@pytest.mark.clause("S.14")
def test_each_agency_has_its_own_chain_and_it_goes_on(at: datetime):
    write(at, 3, agency_id=7)
    write(at, 2, agency_id=8)
    write(at, 1, agency_id=None)
    assert seal_entries(at=at) == 6
    assert seal_entries(at=at) == 0
    write(at, 1, agency_id=7)
    assert seal_entries(at=at) == 1
    first, second = Seal.objects.filter(chain_agency_id=7).order_by("id")
    assert second.previous_hash == first.own_hash and first.entry_count == 3
    verdict = verify_log()
    assert verdict.first is None and (verdict.entries, verdict.seals) == (7, 4)


@pytest.mark.clause("S.14")
def test_one_altered_byte_names_the_first_broken_entry(at: datetime):
    entries = write(at, 5)
    seal_entries(at=at)
    for broken in (entries[3], entries[1]):
        as_owner_without_triggers(
            "UPDATE audit_entry SET details = replace(details, '1', '2') || ' ' WHERE id = %s",
            broken.id,
        )
        first = verify_log().first
        assert first is not None and first.entry_id == broken.id and "sửa" in first.why


@pytest.mark.clause("S.14")
@pytest.mark.parametrize(
    "column, value",
    [
        ("at", "2022-02-14 00:00:00+00"),
        ("agency_id", 8),
        ("kind", "khác"),
        ("outcome", "refused"),
        ("account_id", 1),
        ("person_id", 1),
        ("posting_id", 1),
        ("object_kind", "document"),
        ("object_id", 1),
        ("clause", "QC.5.1"),
        ("source_address", "10.0.0.1"),
        ("source_port", 1),
        ("request_id", "x"),
        ("details", "{}"),
    ],
)
def test_every_column_is_under_the_seal(at: datetime, column: str, value: object):
    (entry,) = write(at)
    seal_entries(at=at)
    as_owner_without_triggers(
        f"UPDATE audit_entry SET {column} = %s WHERE id = %s", value, entry.id
    )
    first = verify_log().first
    assert first is not None and first.entry_id == entry.id


@pytest.mark.clause("S.14")
def test_a_deleted_and_a_smuggled_entry_are_found(at: datetime):
    entries = write(at, 4)
    seal_entries(at=at)
    as_owner_without_triggers("DELETE FROM audit_entry WHERE id = %s", entries[2].id)
    first = verify_log().first
    assert first is not None and first.entry_id == entries[2].id and "xóa" in first.why
    # Put back with the same text but not the same bytes elsewhere: still not the sealed one.
    as_owner_without_triggers(
        "INSERT INTO audit_entry (id, at, agency_id, kind, outcome, object_kind, clause,"
        " source_address, request_id, details) VALUES (%s, %s, 7, 'thử.việc', 'done', '', '', '',"
        " '', '{\"n\": 3}')",
        entries[2].id,
        at,
    )
    first = verify_log().first
    assert first is not None and first.entry_id == entries[2].id and "sửa" in first.why


@pytest.mark.clause("S.14")
def test_an_entry_put_in_below_the_horizon_is_found(at: datetime):
    write(at)
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('audit_entry_id_seq')")
        gap = cursor.fetchone()[0]
    write(at)
    seal_entries(at=at)
    as_owner_without_triggers(
        "INSERT INTO audit_entry (id, at, agency_id, kind, outcome, object_kind, clause,"
        " source_address, request_id, details) VALUES (%s, %s, 7, 'k', 'done', '', '', '', '', '{}')",
        gap,
        at,
    )
    first = verify_log().first
    assert first is not None and first.entry_id == gap and "chèn" in first.why


@pytest.mark.clause("S.14")
def test_a_rewritten_seal_breaks_the_chain(at: datetime):
    write(at)
    seal_entries(at=at)
    write(at)
    seal_entries(at=at)
    seal = Seal.objects.order_by("id").first()
    as_owner_without_triggers(
        "UPDATE audit_seal SET own_hash = %s WHERE id = %s", "0" * 64, seal.id
    )
    first = verify_log().first
    assert first is not None and first.seal_id == seal.id


@pytest.mark.clause("S.14", "S.15")
def test_the_daily_root_catches_a_whole_chain_made_anew(at: datetime):
    entries = write(at, 3)
    seal_entries(at=at)
    day = clock.local(at).date()
    make_daily_root(day=day, at=at + timedelta(days=1))
    assert verify_log().first is None
    # Somebody changes an entry and recomputes every seal after it.
    as_owner_without_triggers("UPDATE audit_entry SET kind = 'khác' WHERE id = %s", entries[0].id)
    as_owner_without_triggers("DELETE FROM audit_seal")
    seal_entries(at=at)
    first = verify_log().first
    assert first is not None and "14/02/2022" in first.why


@pytest.mark.clause("S.15")
def test_a_day_has_one_root_and_only_after_its_end(at: datetime):
    write(at)
    seal_entries(at=at)
    day = clock.local(at).date()
    with pytest.raises(ValueError, match="after its end"):
        make_daily_root(day=day, at=at)
    root = make_daily_root(day=day, at=at + timedelta(days=1))
    write(at)
    seal_entries(at=at + timedelta(days=2))
    assert make_daily_root(day=day, at=at + timedelta(days=3)).id == root.id
    assert DailyRoot.objects.count() == 1 and verify_log().first is None


@pytest.mark.clause("S.18")
def test_an_entry_without_a_time_zone_is_refused(at: datetime):
    with pytest.raises(ValueError, match="aware"):
        write(at.replace(tzinfo=None))


def test_the_canonical_bytes_never_change_their_form():
    entry = Entry(
        id=42, at=datetime.fromisoformat("2022-02-14T09:00:00.000001+07:00"), agency_id=7,
        kind="documents.issued", outcome="done", account_id=1, person_id=2, posting_id=3,
        object_kind="document", object_id=9, clause="QC.5.1", source_address="10.0.0.7",
        source_port=55123, request_id="ab", details='{"số": "03/2022/QĐ-UBND"}',
    )  # fmt: skip
    assert canonical_bytes(entry).decode() == (
        '[1,42,"2022-02-14T02:00:00.000001+00:00",7,"documents.issued","done",1,2,3,"document",9,'
        '"QC.5.1","10.0.0.7",55123,"ab","{\\"số\\": \\"03/2022/QĐ-UBND\\"}"]'
    )


@pytest.fixture
def other_writer(
    transactional_db: None, at: datetime
) -> Iterator[tuple[threading.Event, threading.Event]]:
    """Another connection that has written an entry and not yet committed it."""
    written, may_commit = threading.Event(), threading.Event()

    def run() -> None:
        try:
            with transaction.atomic():
                write(at)
                written.set()
                may_commit.wait(30)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    assert written.wait(30)
    yield written, may_commit
    may_commit.set()
    thread.join()


@pytest.mark.clause("S.14")
@pytest.mark.django_db(transaction=True)
def test_an_uncommitted_entry_holds_the_seal_back_and_nothing_is_left_out(
    other_writer: tuple[threading.Event, threading.Event], at: datetime
):
    write(at, 2)  # numbers after the other's, committed before it
    assert settled_horizon(patience=0.2) == 0
    assert seal_entries(at=at, patience=0.2) == 0
    other_writer[1].set()
    assert seal_entries(at=at, patience=20) == 3
    assert verify_log().first is None


@pytest.mark.clause("S.18")
@pytest.mark.django_db(transaction=True)
def test_ten_thousand_parallel_events_have_each_their_own_stamp(at: datetime):
    def run() -> None:
        try:
            for _ in range(5):
                Entry.objects.bulk_create([Entry(at=at, kind="song.song") for _ in range(250)])
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), count(DISTINCT (at, id)) FROM audit_entry")
        assert cursor.fetchone() == (10_000, 10_000)
        cursor.execute(
            "SELECT count(*) FROM information_schema.columns WHERE table_name LIKE 'audit%%' AND data_type = 'timestamp without time zone'"
        )
        assert cursor.fetchone() == (0,)
    assert seal_entries(at=at) == 10_000
    assert verify_log().first is None

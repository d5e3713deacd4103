"""The second wall: PostgreSQL itself shows an agency only its own rows (data-level isolation)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.documents.incoming.answer_recall import agree_to_recall
from congvu.documents.incoming.hand_back import hand_back_arrival
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Attachment, Document, SeriesChoice
from congvu.documents.outgoing.recall import recall_document
from congvu.documents.queries.public import issued_by_code, issued_by_file
from congvu.kit import wall
from congvu.records.file import file_document
from congvu.records.models import PlanEntry
from congvu.records.open import open_record
from congvu.tasks.direct import write_direction
from congvu.tasks.models import Escalation, Progress
from congvu.tasks.present import present_arrival
from letters import REASON, arrival_at, behind_the_wall, ring, sent, task_on
from paperwork import issued, numbered
from walled_rows import fill_rest

# What an agency gets to see of another's rows: a document that has reached it and what its paper
# says, and the traffic between the two.
SHARED = {
    "documents_attachment",
    "documents_document",
    "documents_issue",
    "documents_numbering",
    "documents_recall",
    "documents_recipient",
    "documents_signing",
    "documents_verificationsheet",
}
BETWEEN_TWO = {"exchange_delivery", "exchange_receipt"}
# Tables that name an agency but hold nothing private to it: the public order of the province, or
# tables that only filtered queries and append-only triggers guard.
OPEN = {
    "audit_entry",
    "incidents_publicwatch",
    "mailboxes_mailbox",
    "orgs_calendarday",
    "orgs_calendaryear",
    "channels_scope",
    "orgs_identifier",
    "orgs_posting",
    "orgs_unit",
    "orgs_workinghours",
    "signing_certificate",
    "signing_mark",
    "signing_reportauthority",
    "systems_exceptiongrant",
    "timers_timer",
}


@pytest.fixture
def province(db: None, at: datetime) -> tuple[House, House, House]:
    """A sender, a receiver, and a stranger; every walled table has rows of the first two."""
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    sender, receiver = (
        make_department(at, "Sở Nội vụ", "SNV"),
        make_department(at, "Sở Y tế", "SYT"),
    )
    stranger = make_department(at, "Sở Tài chính", "STC")
    _drafts_and_issues(sender, receiver, at)
    _works(sender, receiver, at)
    _ends(sender, receiver, at)
    fill_rest(sender, receiver, at)
    return sender, receiver, stranger


def _drafts_and_issues(sender: House, receiver: House, at: datetime) -> None:
    document = issued(sender, at, to=[receiver])
    numbered(sender, at, to=[receiver])  # not issued: nobody else may know of it
    own = {"agency": sender.agency, "at": at}
    version = document.versions.get()
    document.autosaves.create(
        agency=sender.agency,
        posting_id=sender.drafter.posting_id,
        base_ordinal=1,
        content={},
        saved_at=at,
    )
    document.opinions.create(version=version, text="Đồng ý.", by_id=sender.head.posting_id, **own)
    document.opinion_requests.create(
        by_id=sender.drafter.posting_id, to_id=sender.head.posting_id, **own
    )
    for part in (Attachment.Part.APPENDIX, Attachment.Part.SOURCE):
        document.attachments.create(
            part=part, name=f"{part}.pdf", sha256="0" * 64, mime="application/pdf", size=1, **own
        )
    SeriesChoice.objects.create(
        agency=sender.agency,
        valid_from=at.date(),
        administrative="common",
        basis="Quyết định 1",
        by_id=sender.leader.posting_id,
        at=at,
    )
    ring(at)


def _works(sender: House, receiver: House, at: datetime) -> None:
    arrival = Arrival.objects.get(agency=receiver.agency)
    register_arrival(arrival_id=arrival.id, by=receiver.clerk, at=at)
    present_arrival(
        arrival_id=arrival.id, to_posting_id=receiver.leader.posting_id, by=receiver.clerk, at=at
    )
    write_direction(arrival_id=arrival.id, text="Phòng TH xử lý.", by=receiver.leader, at=at)
    task = task_on(arrival, receiver, at)
    own = {"agency": receiver.agency, "at": at}
    Progress.objects.create(
        task=task, percent=5, text="Đang làm.", by_id=receiver.drafter.posting_id, **own
    )
    Escalation.objects.create(
        task=task, rung="late", to_id=receiver.drafter.posting_id, explanation="Chậm.", **own
    )
    PlanEntry.objects.create(
        agency=receiver.agency, year=2022, heading="A", code="01.A", title="A", retention_code="06"
    )
    record = open_record(title="Hồ sơ", retention_code="06", by=receiver.clerk, at=at)
    file_document(record_id=record.id, document_id=arrival.document_id, by=receiver.clerk, at=at)


def _ends(sender: House, receiver: House, at: datetime) -> None:
    returned, recalled = sent(sender, at, receiver), sent(sender, at, receiver)
    ring(at)
    hand_back_arrival(
        arrival_id=arrival_at(returned, receiver).id, reason=REASON, by=receiver.clerk, at=at
    )
    recall_document(document_id=recalled.id, reason=REASON, by=sender.clerk, at=at)
    ring(at)
    agree_to_recall(arrival_id=arrival_at(recalled, receiver).id, by=receiver.clerk, at=at)
    ring(at)


def rows(sql: str, *values: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def walled() -> list[str]:
    found = rows(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity"
        " AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    return [name for (name,) in found]


def owner_of(table: str) -> str:
    return "from_agency_id" if table == "exchange_receipt" else "agency_id"


def count(table: str) -> int:
    return rows(f"SELECT count(*) FROM {table}")[0][0]


@pytest.mark.django_db
def test_every_table_with_private_rows_is_walled() -> None:
    named = rows(
        "SELECT DISTINCT c.table_name FROM information_schema.columns c"
        " JOIN pg_class t ON t.relname = c.table_name AND t.relkind = 'r'"
        " WHERE c.table_schema = 'public' AND c.column_name IN ('agency_id', 'from_agency_id')"
    )
    assert {name for (name,) in named} - set(walled()) == OPEN


@pytest.mark.django_db
def test_every_wall_has_its_five_policies_and_the_web_is_nobodys_owner() -> None:
    for table in walled():
        kinds = rows(
            "SELECT cmd, roles::text FROM pg_policies WHERE tablename = %s ORDER BY 1, 2", table
        )
        assert [cmd for cmd, role in kinds if role == "{congvu_app}"] == [
            "DELETE",
            "INSERT",
            "SELECT",
            "UPDATE",
        ], table
        assert ("ALL", "{congvu_jobs}") in kinds, table
    roles = rows(
        "SELECT rolname, rolsuper, rolbypassrls, rolcreaterole FROM pg_roles"
        " WHERE rolname IN ('congvu_app', 'congvu_jobs') ORDER BY 1"
    )
    assert roles == [("congvu_app", False, False, False), ("congvu_jobs", False, False, False)]
    owners = rows(
        "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class"
        " WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
    )
    assert not {name for (name,) in owners} & {"congvu_app", "congvu_jobs"}


@pytest.mark.clause("S.11")
def test_what_each_sees_of_the_others(province: tuple[House, House, House], at: datetime) -> None:
    sender, receiver, stranger = province
    everything = {table: count(table) for table in walled()}
    assert [table for table, number in everything.items() if not number] == []  # all are proved
    _a_stranger_sees_nothing(stranger)
    _the_receiver_sees_what_reached_it(sender, receiver)
    _without_an_agency_there_is_nothing()
    _jobs_cross(everything)


def _a_stranger_sees_nothing(stranger: House) -> None:
    with behind_the_wall(stranger.clerk):
        assert {table: count(table) for table in walled() if count(table)} == {}
        for table in walled():
            assert rows(f"SELECT count(*) FROM {table} WHERE {owner_of(table)} IS NOT NULL") == [
                (0,)
            ]


def _the_receiver_sees_what_reached_it(sender: House, receiver: House) -> None:
    with behind_the_wall(receiver.clerk):
        foreign = {
            table
            for table in walled()
            if rows(f"SELECT 1 FROM {table} WHERE {owner_of(table)} <> %s", receiver.agency.id)
        }
        seen = rows("SELECT state FROM documents_document WHERE agency_id = %s", sender.agency.id)
        files = rows("SELECT part FROM documents_attachment")
    assert foreign <= SHARED | BETWEEN_TWO
    assert {"documents_document", "documents_signing", "exchange_delivery"} <= foreign
    # Neither the numbered draft nor the recalled letter; nor what served the drafting.
    assert sorted(seen) == [("issued",), ("issued",)]
    assert files == [("appendix",)]
    with behind_the_wall(sender.clerk):
        assert rows("SELECT count(*) FROM documents_arrival") == [(0,)]
        assert rows("SELECT count(*) FROM tasks_task") == [(0,)]


def _without_an_agency_there_is_nothing() -> None:
    with transaction.atomic():
        wall.enter_agency(None)
        assert {table: count(table) for table in walled() if count(table)} == {}
        transaction.set_rollback(True)
    with pytest.raises(RuntimeError, match="transaction"):
        _outside_a_transaction(lambda: wall.enter_agency(1))


def _outside_a_transaction(call: Callable[[], None]) -> None:
    connection.in_atomic_block, inside = False, connection.in_atomic_block
    try:
        call()
    finally:
        connection.in_atomic_block = inside


def _jobs_cross(everything: dict[str, int]) -> None:
    with wall.crossing_agencies():
        assert {table: count(table) for table in walled()} == everything
        assert rows("SELECT current_user") == [("congvu_jobs",)]
    assert rows("SELECT current_user") != [("congvu_jobs",)]


@pytest.mark.clause("S.11")
def test_nobody_writes_into_another_agency(
    province: tuple[House, House, House], at: datetime
) -> None:
    _, _, stranger = province
    for table in walled():
        owner = owner_of(table)
        ((copy,),) = rows(f"SELECT to_jsonb(t) FROM {table} t WHERE {owner} IS NOT NULL LIMIT 1")
        copy = copy if isinstance(copy, str) else json.dumps(copy)
        with behind_the_wall(stranger.clerk):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                rows(
                    f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)",
                    copy,
                )
            for sql in (
                f"UPDATE {table} SET {owner} = {owner} RETURNING 1",
                f"DELETE FROM {table} RETURNING 1",
            ):
                assert changed_by(sql) == [], sql


def changed_by(sql: str) -> list[tuple]:
    """The rows an order changes; none as well where the web has no right to give such an order."""
    try:
        with transaction.atomic():
            return rows(sql)
    except ProgrammingError as fault:
        assert "permission denied" in str(fault)
        return []


def test_what_reached_the_receiver_can_be_read_but_not_changed(
    province: tuple[House, House, House], at: datetime
) -> None:
    sender, receiver, _ = province
    with behind_the_wall(receiver.clerk):
        for table in sorted(SHARED):
            assert (
                rows(
                    f"UPDATE {table} SET agency_id = agency_id WHERE agency_id = %s RETURNING 1",
                    sender.agency.id,
                )
                == []
            )
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            rows("UPDATE documents_arrival SET agency_id = %s", sender.agency.id)


@pytest.mark.clause("QC.7.1", "S.46")
def test_the_public_learns_only_of_what_was_issued(
    province: tuple[House, House, House], at: datetime
) -> None:
    document = Document.objects.filter(state="issued").order_by("id").first()
    waiting = Document.objects.get(state="numbered")
    with transaction.atomic():
        wall.enter_agency(None)
        found = issued_by_code(document.check_code)
        assert found is not None
        assert found == issued_by_file(document.issued_file)
        assert found.symbol == document.symbol
        for nothing in (waiting.check_code, "", "%", document.check_code[:-1]):
            assert issued_by_code(nothing) is None
        for nothing in (waiting.signed_file, waiting.base_file, "", document.base_file):
            assert issued_by_file(nothing) is None
        told = set(rows("SELECT * FROM documents_issued_by_code(%s)", document.check_code)[0])
        transaction.set_rollback(True)
    assert document.subject not in told
    assert document.id not in told


def test_the_setting_ends_with_the_transaction(
    province: tuple[House, House, House], at: datetime
) -> None:
    _, receiver, _ = province
    with behind_the_wall(receiver.clerk):
        assert rows("SELECT congvu_agency()") == [(receiver.agency.id,)]
        with wall.crossing_agencies():
            assert rows("SELECT current_user") == [("congvu_jobs",)]
        assert rows("SELECT current_user") == [("congvu_app",)]
    assert rows("SELECT congvu_agency()") == [(None,)]

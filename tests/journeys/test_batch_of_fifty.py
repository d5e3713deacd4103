"""Fifty documents signed in one sitting, through the death of the worker in the middle.

A real worker process signs and is killed with SIGKILL; another takes over. Every document is signed
exactly once or has its reason, and nothing of the PIN is left anywhere.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection

from cast import House, approve_systems, enter_working_time, found_keys, make_committee
from congvu.documents.batch.retry import retry_batch
from congvu.documents.batch.start import start_batch
from congvu.documents.drafting.revise import revise_draft
from congvu.documents.drafting.send_back import take_back_draft
from congvu.documents.models import BatchItem, Document, Signing, SigningBatch
from congvu.kit import blobs, clock
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import content, fresh
from sittings import agree, confirm, laid, lay_again, results, run, stay_of
from workers import give_back, start_worker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("ND30.13.7")]
FIFTY = 50
PIN = "97531024"  # the key in a file asks for none; it is kept and wiped all the same
REASON = "Cần sửa lại thời hạn báo cáo."


@pytest.fixture
def house(transactional_db: None) -> House:
    """A committee at work today: the worker lives by the real clock."""
    at = clock.now()
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    return make_committee(at)


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts real workers; whoever still lives at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(start_worker(tmp_path / "worker.log"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait(10)


def signed_so_far() -> int:
    return int(BatchItem.objects.filter(state="signed").count())


def wait_until(holds: Callable[[], bool], seconds: float = 90) -> None:
    """Look again and again; a machine under load is slow."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, results(SigningBatch.objects.get())
        time.sleep(0.02)


@pytest.mark.clause("ND30.11", "QC.10.3")
def test_fifty_documents_through_the_death_of_the_worker(
    house: House, worker: Callable[[], subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    documents = [
        laid(house, clock.now(), subject=f"Về việc thứ {number}", type_code="thong-bao")
        for number in range(1, FIFTY + 1)
    ]
    session = stay_of(house.leader, clock.now())
    batch = start_batch(session_id=session, by=house.leader, at=clock.now())
    agree(batch, session, house.leader, clock.now())
    taken_back, changed = documents[7], documents[33]
    _goes_back_to_its_drafter(house, taken_back)
    _comes_again_with_another_text(house, changed)
    confirm(batch, session, house.leader, clock.now(), PIN)

    first = worker()
    wait_until(lambda: signed_so_far() >= 12)
    first.send_signal(signal.SIGKILL)
    assert first.wait(10) == -signal.SIGKILL
    _what_was_committed_is_whole(batch)
    assert give_back() == 1

    worker()
    wait_until(lambda: SigningBatch.objects.get(id=batch.id).state == "done")
    _each_was_signed_once_or_has_its_reason(batch, documents, {taken_back.id, changed.id})
    _nothing_of_the_pin_is_left(batch, tmp_path / "worker.log")
    _the_changed_one_is_looked_at_again_and_signed(house, batch, changed)


def _goes_back_to_its_drafter(house: House, document: Document) -> None:
    at = clock.now()
    take_back_draft(document_id=document.id, reason=REASON, by=house.drafter, at=at)


def _comes_again_with_another_text(house: House, document: Document) -> None:
    _goes_back_to_its_drafter(house, document)
    at = clock.now()
    revise_draft(
        document_id=document.id,
        base_ordinal=1,
        content=content("Các cơ quan báo cáo trước ngày 25 hằng tháng."),
        subject=document.subject,
        signer_posting_id=house.leader.posting_id,
        by=house.drafter,
        at=at,
    )
    again = lay_again(house, fresh(document), at)
    assert again.base_file != document.base_file


def _what_was_committed_is_whole(batch: SigningBatch) -> None:
    """A document is marked as signed if and only if it is; nobody has ended the sitting."""
    batch.refresh_from_db()
    assert batch.state == "running"
    marked = set(batch.items.filter(state="signed").values_list("document_id", flat=True))
    signed = set(Signing.objects.values_list("document_id", flat=True))
    assert marked == signed and 12 <= len(marked) < FIFTY - 2


def _each_was_signed_once_or_has_its_reason(
    batch: SigningBatch, documents: list[Document], refused: set[int]
) -> None:
    times = Counter(Signing.objects.values_list("document_id", flat=True))
    assert times == {one.id: 1 for one in documents if one.id not in refused}
    assert Counter(results(batch)) == {"signed": FIFTY - 2, "failed": 2}
    codes = batch.items.filter(state="failed").order_by("ordinal").values_list("code", flat=True)
    assert list(codes) == ["documents.E003", "documents.E201"]
    seen = {one.document_id: one.seen_sha256 for one in batch.items.all()}
    for row in Signing.objects.all():
        assert row.file_before == seen[row.document_id]
        assert blobs.hash_of_file(blobs.path(row.file_after)) == row.file_after
    for row in Signing.objects.order_by("id")[::16]:
        found = verify_pdf(blobs.read(row.file_after), at=clock.now())
        assert (found.state, found.person_is_valid) == (FileState.INTACT, True)


def _nothing_of_the_pin_is_left(batch: SigningBatch, log: Path) -> None:
    batch.refresh_from_db()
    assert (batch.sealed_pin, batch.pin_until) == (None, None)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(t, ''), '') FROM (SELECT j::text AS t"
            " FROM procrastinate_jobs j UNION ALL SELECT e::text FROM audit_entry e) every"
        )
        assert PIN not in cursor.fetchone()[0]
    assert PIN not in log.read_text("utf-8")


def _the_changed_one_is_looked_at_again_and_signed(
    house: House, batch: SigningBatch, changed: Document
) -> None:
    session = stay_of(house.leader, clock.now())
    retry_batch(batch_id=batch.id, session_id=session, by=house.leader, at=clock.now())
    assert Counter(results(batch)) == {"signed": FIFTY - 2, "failed": 1, "open": 1}
    agree(batch, session, house.leader, clock.now())
    confirm(batch, session, house.leader, clock.now())
    run(batch, clock.now())
    assert fresh(changed).state == "signed"
    assert Counter(results(batch)) == {"signed": FIFTY - 1, "failed": 1}

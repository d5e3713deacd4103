"""Fifty documents, a key at a remote service, one confirmation on the phone, and a worker that dies.

Real worker processes ask the service and put the signatures in; one is killed with SIGKILL while it
does. Every document is signed exactly once, and the phone was asked once.
"""

from __future__ import annotations

import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cast import House, approve_systems, enter_working_time, found_keys, make_committee
from congvu.documents.batch.start import start_batch
from congvu.documents.models import Signing, SigningBatch
from congvu.kit import blobs, clock
from congvu.signing.models import SignatureLot
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from remote_keys import far_key, make_admin, registered
from sittings import agree, confirm, laid, results, stay_of
from workers import give_back, start_worker

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("ND30.13.7", "QC.10.3"),
    pytest.mark.timeout(600),  # a machine under load lays and reads fifty documents slowly
]
FIFTY = 50


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


def batch_now() -> SigningBatch:
    return SigningBatch.objects.get()


def at_work() -> Counter[tuple[str, str]]:
    """The jobs that are not done, for whoever looks into a failure."""
    open_jobs = ProcrastinateJob.objects.exclude(status="succeeded")
    return Counter(open_jobs.values_list("task_name", "status"))


def wait_until(what: str, holds: Callable[[], bool], seconds: float = 150) -> None:
    """Look again and again; a machine under load is slow. How long it took is told (pytest -s)."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + seconds, (what, Counter(results(batch_now())), at_work())
        time.sleep(0.02)
    print(f"{what}: {time.monotonic() - began:.1f} s")  # noqa: T201


def test_fifty_documents_confirmed_once(
    house: House, worker: Callable[[], subprocess.Popen[bytes]]
) -> None:
    at, leader = clock.now(), house.leader
    with far_key("mysign", leader, make_admin(leader, at), at) as key:
        registered(key, leader, at)
        documents = [
            laid(house, at, subject=f"Về việc thứ {number}", type_code="thong-bao")
            for number in range(1, FIFTY + 1)
        ]
        session = stay_of(leader, at)
        batch = start_batch(session_id=session, by=leader, at=at)
        agree(batch, session, leader, at)
        confirm(batch, session, leader, clock.now())

        first = worker()
        lots = SignatureLot.objects
        wait_until("made ready and asked", lambda: lots.exclude(transaction="").exists())
        (asked,) = key.service.requests.values()
        assert len(asked.digests) == FIFTY
        key.service.confirm()
        wait_until("twelve put in", lambda: Signing.objects.count() >= 12)
        first.send_signal(signal.SIGKILL)
        assert first.wait(10) == -signal.SIGKILL
        assert Signing.objects.count() < FIFTY
        give_back()
        worker()
        wait_until("the rest put in", lambda: batch_now().state == "done")
        assert len(key.service.requests) == 1

    assert Counter(results(batch)) == {"signed": FIFTY}
    assert Counter(Signing.objects.values_list("document_id", flat=True)) == {
        one.id: 1 for one in documents
    }
    seen = {one.document_id: one.seen_sha256 for one in batch.items.all()}
    for row in Signing.objects.all():
        assert row.file_before == seen[row.document_id]
    for row in Signing.objects.order_by("id")[::16]:
        found = verify_pdf(blobs.read(row.file_after), at=clock.now())
        assert (found.state, found.person_is_valid) == (FileState.INTACT, True)

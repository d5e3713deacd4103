"""Nothing is lost on kill -9: one letter is killed at every step and still arrives exactly once.

A small server process (`doomed`) has Django loaded; for every step it forks a child that does the
real act and kills itself with SIGKILL at the named point. Nothing is cleaned up by anybody.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cast import (
    House,
    approve_systems,
    enter_working_time,
    found_keys,
    make_committee,
    make_department,
)
from congvu.documents.incoming.register import register_arrival
from congvu.documents.models import Arrival, Document, Issue, Numbering, RegisterBook, Registration
from congvu.exchange.models import Delivery, Receipt
from congvu.kit import blobs, clock, jobs
from congvu.kit.models import Blob
from congvu.orgs.types import Actor
from letters import arrival_at
from paperwork import fresh, signed
from workers import give_back, own_environment

pytestmark = pytest.mark.django_db(transaction=True)
SCRIPT = Path(__file__).parent / "doomed.py"


class Doomed:
    """Children that die at a point of one's choice."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=own_environment(),
        )

    def dies(self, act: str, point: str, *, by: Actor | None = None, **told: Any) -> None:
        """Let a child do the act and be killed at the point; it must really die there."""
        actor = {**asdict(by), "roles": sorted(by.roles)} if by else None
        order = {"act": act, "point": point, "by": actor, **told}
        self._process.stdin.write(json.dumps(order, default=str) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() == str(-signal.SIGKILL), order

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(30)
        self._process.stdout.close()


@pytest.fixture
def doomed(transactional_db: None) -> Iterator[Doomed]:
    made = Doomed()
    yield made
    made.close()


@pytest.fixture
def houses(transactional_db: None, at: datetime) -> list[House]:
    """A committee that sends and two departments that receive."""
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    made = [make_committee(at), make_department(at), make_department(at, "Sở Tài chính", "STC")]
    work_off()
    return made


def work_off() -> None:
    """A healthy worker runs what is due."""
    jobs.run_all()


def standing(name: str) -> list[str]:
    """How the jobs of this name stand."""
    found = ProcrastinateJob.objects.filter(task_name__endswith=name).order_by("id")
    return list(found.values_list("status", flat=True))


@pytest.mark.clause("ND30.15.1", "ND30.18.1", "QC.5.3")
def test_a_letter_killed_at_every_step_arrives_exactly_once(
    houses: list[House], doomed: Doomed, at: datetime
) -> None:
    sender, *receivers = houses
    document = signed(sender, at, to=receivers)
    work_off()
    _killed_around_the_number(doomed, sender, document, at)
    _killed_inside_the_issue(doomed, sender, document, at)
    _killed_after_the_issue(doomed, sender, document, at)
    _worker_killed_before_the_delivery_is_committed(doomed, document, receivers)
    _worker_killed_after_the_delivery_is_committed(doomed, document, receivers)
    _killed_around_the_receipts(doomed, document, receivers, at)


def _killed_around_the_number(
    doomed: Doomed, sender: House, document: Document, at: datetime
) -> None:
    told = {"document_id": document.id, "at": at, "by": sender.clerk}
    doomed.dies("number", "number before commit", **told)
    assert Numbering.objects.count() == 0
    assert RegisterBook.objects.filter(last_number__gt=0).count() == 0
    doomed.dies("number", "number after commit", **told)
    assert Numbering.objects.get().number == 1
    assert fresh(document).state == "numbered"


def _killed_inside_the_issue(
    doomed: Doomed, sender: House, document: Document, at: datetime
) -> None:
    files_before = files()
    told = {"document_id": document.id, "at": at, "by": sender.clerk}
    doomed.dies("issue", "issue: file on disk, before commit", **told)
    orphans = files() - files_before
    assert orphans  # the sealed file lies there, and nobody speaks of it
    assert not Blob.objects.filter(sha256__in=orphans).exists()
    assert fresh(document).state == "numbered"
    assert (Issue.objects.count(), Delivery.objects.count()) == (0, 0)
    assert standing("deliver_document") == []


def _killed_after_the_issue(
    doomed: Doomed, sender: House, document: Document, at: datetime
) -> None:
    told = {"document_id": document.id, "at": at, "by": sender.clerk}
    doomed.dies("issue", "issue after commit", **told)
    issue = Issue.objects.get()
    assert fresh(document).state == "issued"
    assert blobs.hash_of_file(blobs.path(issue.file)) == issue.file
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    assert standing("deliver_document") == ["todo"]


def _worker_killed_before_the_delivery_is_committed(
    doomed: Doomed, document: Document, receivers: list[House]
) -> None:
    doomed.dies("work", "deliver before commit")
    assert Arrival.objects.count() == 0
    assert set(Delivery.objects.values_list("state", flat=True)) == {"queued"}
    assert standing("deliver_document") == ["doing"]
    work_off()
    assert Arrival.objects.count() == 0  # it stays with the dead until the heart is missed
    assert give_back() >= 1
    assert standing("deliver_document") == ["todo"]


def _worker_killed_after_the_delivery_is_committed(
    doomed: Doomed, document: Document, receivers: list[House]
) -> None:
    doomed.dies("work", "deliver after commit")
    arrived = list(Arrival.objects.order_by("id").values_list("id", "agency_id", "entered_at"))
    assert len(arrived) == len(receivers)
    assert standing("deliver_document") == ["doing"]
    give_back()
    work_off()
    assert standing("deliver_document") == ["succeeded"]
    # Rung again, and nothing came twice.
    assert list(Arrival.objects.order_by("id").values_list("id", "agency_id", "entered_at")) == (
        arrived
    )
    assert list(Receipt.objects.values_list("code", flat=True)) == ["01"] * len(receivers)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("01", 1)}


def _killed_around_the_receipts(
    doomed: Doomed, document: Document, receivers: list[House], at: datetime
) -> None:
    first, second = receivers
    arrival = arrival_at(document, first)
    told = {"arrival_id": arrival.id, "at": at, "by": first.clerk}
    doomed.dies("register", "register before commit", **told)
    assert Registration.objects.count() == 0
    doomed.dies("register", "register after commit", **told)
    assert Registration.objects.get().number == 1
    assert Delivery.objects.get(to_agency=first.agency).state == "01"
    doomed.dies("work", "receipt before commit")
    assert Receipt.objects.get(code="03").noted_at is None
    give_back()
    doomed.dies("work", "receipt after commit")
    assert Delivery.objects.get(to_agency=first.agency).state == "03"
    give_back()
    work_off()
    assert Receipt.objects.filter(code="03").count() == 1
    assert standing("carry_receipt") == ["succeeded"]
    register_arrival(arrival_id=arrival_at(document, second).id, by=second.clerk, at=at)
    work_off()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"03"}


@pytest.mark.clause("S.19")
def test_a_kill_between_file_and_row_leaves_only_an_orphan(doomed: Doomed, at: datetime) -> None:
    before, text = files(), f"một tệp bị cắt ngang {uuid.uuid4()}"
    doomed.dies("keep", "blob: file in place, no row", text=text)
    (orphan,) = files() - before
    assert not Blob.objects.filter(sha256=orphan).exists()
    with clock.frozen(at):
        kept = blobs.keep(text.encode(), "text/plain")
    assert kept.sha256 == orphan
    assert Blob.objects.get(sha256=orphan).size == kept.size
    doomed.dies("keep", "blob: half written", text=f"{text}, dở dang")
    assert files() - before == {orphan}


def files() -> set[str]:
    """The names (hashes) of the files that stand in the store, without its waiting room."""
    return {one.name for one in blobs.root().glob("??/??/*")}

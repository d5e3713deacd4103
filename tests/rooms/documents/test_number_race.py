"""Numbers under haste and violence: real connections, real processes, SIGKILL (ND30 Điều 15; R1)."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime, timedelta
from urllib.parse import quote

import pytest
from django.db import connection, transaction

from cast import House
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.models import Document, Numbering, RegisterBook, Signing, Submission
from congvu.documents.outgoing.number import number_document
from congvu.documents.outgoing.open_book import open_book
from congvu.documents.queries import registers
from congvu.kit.refusal import Refusal
from paperwork import SUBJECT, drafted, refused

pytestmark = pytest.mark.django_db(transaction=True)

HOLDS_A_NUMBER = """
import sys, time, json, django
django.setup()
from datetime import datetime
from django.db import transaction
from congvu.documents.outgoing.number import number_document
from congvu.orgs.types import Actor
told = json.loads(sys.stdin.readline())
roles = frozenset(told["by"].pop("roles"))
with transaction.atomic():
    given = number_document(document_id=told["id"], by=Actor(roles=roles, **told["by"]),
                            at=datetime.fromisoformat(told["at"]))
    print(given.number, flush=True)
    time.sleep(120)
"""


def signed_row(house: House, at: datetime) -> Document:
    """A signed document as its rows stand: numbering asks for nothing else of it."""
    document = Document.objects.create(
        agency=house.agency,
        origin="ours",
        state="signed",
        type_code="quyet-dinh",
        subject=SUBJECT,
        drafter_id=house.drafter.posting_id,
        drafting_unit=house.unit,
        signer_id=house.leader.posting_id,
        started_at=at,
        changed_at=at,
    )
    Signing.objects.create(
        agency=house.agency,
        document=document,
        part=Signing.Part.PERSON,
        by_id=house.leader.posting_id,
        file_before="0" * 64,
        file_after="1" * 64,
        at=at,
    )
    return document


def at_once(calls: list[Callable[[], object]], together: int = 8) -> list[object]:
    """Run the calls in threads with connections of their own; refusals come back as their codes."""

    def one(call: Callable[[], object]) -> object:
        try:
            return call()
        except Refusal as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(together) as pool:
        return list(pool.map(one, calls))


def give(house: House, document: Document, at: datetime, on: date | None = None) -> int:
    given = number_document(document_id=document.id, by=house.clerk, at=at, on=on)
    return given.number


def the_book() -> RegisterBook:
    return RegisterBook.objects.get(direction=RegisterBook.Direction.OUTGOING)


@pytest.mark.clause("ND30.15.1")
def test_twenty_clerks_at_once_leave_no_gap_and_no_double(house: House, at: datetime) -> None:
    documents = [signed_row(house, at) for _ in range(20)]
    given = at_once([lambda one=one: give(house, one, at) for one in documents], together=20)
    assert sorted(given) == list(range(1, 21))
    assert the_book().last_number == 20
    assert registers.missing_numbers(house.clerk, the_book().id) == ()
    assert len(set(Document.objects.values_list("symbol", flat=True))) == 20


@pytest.mark.clause("ND30.15.1")
def test_one_document_numbered_by_eight_clicks_has_one_number(house: House, at: datetime) -> None:
    document = signed_row(house, at)
    said = at_once([lambda: give(house, document, at)] * 8)
    assert sorted(map(str, said)) == ["1", *["documents.E209"] * 7]
    assert Numbering.objects.count() == 1


@pytest.mark.clause("ND30.15.1")
def test_a_rollback_gives_the_number_back(house: House, at: datetime) -> None:
    first, second = signed_row(house, at), signed_row(house, at)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert give(house, first, at) == 1
        raise ZeroDivisionError
    assert give(house, second, at) == 1
    assert give(house, first, at) == 2


@pytest.mark.clause("ND30.15.1")
def test_a_process_killed_with_a_number_in_its_hand_leaves_no_gap(
    house: House, at: datetime
) -> None:
    held, other = signed_row(house, at), signed_row(house, at)
    with process_holding_a_number(house, held, at) as process, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(at_once, [lambda: give(house, other, at)])
        process.send_signal(signal.SIGKILL)
        process.wait(30)
        assert waiting.result(60) == [1]
    assert give(house, held, at) == 2
    assert registers.missing_numbers(house.clerk, the_book().id) == ()


def process_holding_a_number(
    house: House, document: Document, at: datetime
) -> subprocess.Popen[str]:
    """A process that has taken number 1 in a transaction it never commits."""
    where = connection.settings_dict
    address = (
        f"postgresql://{quote(where['USER'])}:{quote(where['PASSWORD'])}@"
        f"{where['HOST']}:{where['PORT']}/{where['NAME']}"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDS_A_NUMBER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "congvu.settings"},
    )
    told = {
        "id": document.id,
        "at": at.isoformat(),
        "by": {**asdict(house.clerk), "roles": sorted(house.clerk.roles)},
    }
    process.stdin.write(json.dumps(told) + "\n")
    process.stdin.flush()
    assert process.stdout.readline().strip() == "1"
    return process


def wait_until_somebody_waits() -> None:
    """Some connection stands in a queue behind a lock of another one."""
    with connection.cursor() as cursor:
        for _ in range(600):
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone() != (0,):
                return
            time.sleep(0.05)
    raise AssertionError("nobody came")


@pytest.mark.clause("ND30.15.1")
def test_an_earlier_date_that_waited_behind_a_later_one_is_refused(
    house: House, at: datetime
) -> None:
    early, late = signed_row(house, at), signed_row(house, at)
    open_book(
        type_code="quyet-dinh", year=2022, last_number=0, basis="Sổ mới", by=house.clerk, at=at
    )
    day_after = at + timedelta(days=2)
    taken = threading.Event()

    def later_one() -> object:
        with transaction.atomic():
            number = give(house, late, day_after)
            taken.set()
            wait_until_somebody_waits()
        return number

    def earlier_one() -> object:
        taken.wait(30)
        return give(house, early, day_after, at.date())

    assert at_once([later_one, earlier_one]) == [1, "documents.E208"]
    assert the_book().last_on == day_after.date()
    with refused("documents.E205"):
        give(house, early, day_after, at.date())


@pytest.mark.clause("ND30.12")
def test_a_draft_submitted_in_two_tabs_at_once_is_submitted_once(
    house: House, at: datetime
) -> None:
    document = drafted(house, at)
    submit = lambda: submit_draft(  # noqa: E731
        document_id=document.id, base_ordinal=1, by=house.drafter, at=at
    )
    said = at_once([submit, submit])
    assert [one for one in said if isinstance(one, str)] == ["documents.E003"]
    assert Submission.objects.filter(document=document).count() == 2

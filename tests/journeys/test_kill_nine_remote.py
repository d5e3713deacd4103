"""Kill -9 around the call of a remote signing service: the phone rings once, the document is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.documents.batch.start import start_batch
from congvu.documents.models import Signing
from congvu.documents.outgoing.ask_to_sign import ask_to_sign
from congvu.kit import clock
from congvu.signing.models import SignatureLot, WaitingSignature
from journeys.test_kill_nine import Doomed, give_back, standing, work_off
from paperwork import approved, fresh
from remote_keys import far_key, make_admin, registered
from sittings import agree, confirm, laid, results, stay_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.10.3")]


@pytest.fixture
def house(transactional_db: None, at: datetime) -> House:
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    return make_department(at)


@pytest.fixture
def today(transactional_db: None) -> House:
    """A department at work in the present, in which workers live."""
    at = clock.now()
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    return make_department(at)


@pytest.fixture
def doomed(transactional_db: None) -> Iterator[Doomed]:
    made = Doomed()
    yield made
    made.close()


def make_due() -> None:
    """Five seconds later."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def test_a_worker_killed_around_the_call_loses_nothing(
    house: House, doomed: Doomed, at: datetime
) -> None:
    with far_key("smartca", house.leader, make_admin(house.leader, at), at) as key:
        registered(key, house.leader, at)
        document = approved(house, at)
        work_off()
        waiting = ask_to_sign(
            document_id=document.id, seen_sha256=document.base_file, by=house.leader, at=at
        )
        # The doomed live in the present, the story in 2022: the patience must reach them.
        WaitingSignature.objects.update(expires_at=datetime(2090, 1, 1, tzinfo=UTC))

        doomed.dies("work", "remote: asked, not written down")
        assert len(key.service.requests) == 1
        waiting.refresh_from_db()
        assert (waiting.transaction, standing("ask_at_provider")) == ("", ["doing"])
        assert give_back() >= 1

        doomed.dies("work", "remote: written down")
        assert len(key.service.requests) == 1  # the same request, for its number is ours
        assert standing("poll_at_provider") == ["todo"]
        give_back()

        make_due()
        doomed.dies("work", "remote: polled")
        give_back()
        key.service.confirm()
        make_due()
        work_off()
        assert fresh(document).state == "signed"
        assert len(key.service.requests) == 1
        make_due()
        work_off()  # whatever still rings finds nothing to do
        assert "failed" not in standing("poll_at_provider") + standing("ask_at_provider")


@pytest.mark.clause("ND30.13.7")
def test_a_worker_killed_at_every_step_of_a_sitting_signs_each_document_once(
    today: House, doomed: Doomed
) -> None:
    """One confirmation on the phone for three documents, through six deaths."""
    at, house, leader = clock.now(), today, today.leader
    with far_key("mysign", leader, make_admin(leader, at), at) as key:
        registered(key, leader, at)
        documents = [laid(house, at, subject=f"Về việc thứ {number}") for number in (1, 2, 3)]
        session = stay_of(leader, at)
        batch = start_batch(session_id=session, by=leader, at=at)
        agree(batch, session, leader, at)
        work_off()
        confirm(batch, session, leader, at)

        doomed.dies("work", "lot: made ready, before commit")
        assert not SignatureLot.objects.exists() and results(batch) == ["waiting"] * 3
        give_back()
        doomed.dies("work", "lot: asked, not written down")
        assert len(key.service.requests) == 1
        give_back()
        doomed.dies("work", "lot: written down")
        assert len(key.service.requests) == 1, "the same request, for its number is ours"
        give_back()
        assert standing("poll_lot_at_provider") == ["todo"]

        key.service.confirm()
        make_due()
        doomed.dies("work", "lot: answered, not kept")
        give_back()
        make_due()
        doomed.dies("work", "lot: kept, none put in")
        assert SignatureLot.objects.get().state == "answered" and not Signing.objects.exists()
        key.service.requests.clear()  # what a service gave once it may forget
        give_back()
        doomed.dies("work", "lot: one put in")
        assert Signing.objects.count() == 1
        give_back()
        work_off()

        batch.refresh_from_db()
        assert (batch.state, results(batch)) == ("done", ["signed"] * 3)
        assert Signing.objects.count() == 3
        assert {fresh(one).state for one in documents} == {"signed"}
        assert "failed" not in standing("put_in_answered") + standing("sign_batch")

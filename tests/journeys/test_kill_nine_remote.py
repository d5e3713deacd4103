"""Kill -9 around the call of a remote signing service: the phone rings once, the document is signed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.db import connection

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.documents.outgoing.ask_to_sign import ask_to_sign
from congvu.signing.models import WaitingSignature
from journeys.test_kill_nine import Doomed, give_back, standing, work_off
from paperwork import approved, fresh
from remote_keys import far_key, make_admin, registered

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.10.3")]


@pytest.fixture
def house(transactional_db: None, at: datetime) -> House:
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

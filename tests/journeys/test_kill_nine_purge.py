"""A purge killed by SIGKILL after any of its steps ends at the next ring, and nothing is left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.channels.models import InboundMessage
from congvu.documents.decide_purge import confirm_purge
from congvu.documents.drafting.attach import attach_file
from congvu.documents.jobs import purge_document
from congvu.documents.models import Document, Purge
from congvu.documents.propose_purge import propose_purge
from congvu.kit import blobs
from congvu.kit.models import BackupExpiry
from hostile import office
from journeys.doomed import PURGE_STEPS
from journeys.test_kill_nine import Doomed
from letters import mail_to
from paperwork import content, drafted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.4.1", "S.34")]
BASIS = "Kết luận số 05/KL-SNV ngày 14/02/2022"
CANARY = "chim-hoang-yen-9902"


@pytest.fixture
def doomed(transactional_db: None) -> Iterator[Doomed]:
    made = Doomed()
    yield made
    made.close()


def story(house: House, step: str, at: datetime) -> tuple[Document, set[str]]:
    """A mail brought the file, a draft took it over; every hash there is."""
    file = office(body=f"<w:p><w:r><w:t>{CANARY} {step}</w:t></w:r></w:p>")
    raw = f"From: dan@example.com\n\n{CANARY} {step}".encode()
    told: dict[str, Any] = {
        "subject": CANARY,
        "text": CANARY,
        "raw": raw,
        "external_id": f"<{step}@b>",
    }
    mail = mail_to(house, at, **told, files=(("a.docx", file),))
    draft = drafted(house, at, subject=f"Về {CANARY}", content=content(f"Điều 1. {CANARY}."))
    kept = attach_file(document_id=draft.id, content=file, name="a.docx", by=house.drafter, at=at)
    return draft, {mail.raw, kept.sha256}


def still_holding(words: set[str]) -> list[str]:
    """Tables, but for the log, in which any of the words stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {table} t")
            rows = cursor.fetchone()[0]
            found += [table for word in words if word in rows and table != "audit_entry"]
    return found


def test_killed_after_any_step_it_is_done_at_the_next_ring(doomed: Doomed, at: datetime) -> None:
    enter_working_time(at)
    found_keys(at)
    approve_systems(at)
    house = make_department(at)
    for step in PURGE_STEPS:
        draft, hashes = story(house, step, at)
        propose_purge(document_id=draft.id, basis=BASIS, by=house.clerk, at=at)
        purge = confirm_purge(document_id=draft.id, by=house.leader, at=at)

        doomed.dies("purge", f"purge: {step}", purge_id=purge.id)
        purge.refresh_from_db()
        assert purge.state == Purge.State.CONFIRMED, step
        for _ in range(2):
            purge_document(purge_id=purge.id)

        purge.refresh_from_db()
        assert purge.state == Purge.State.DONE, step
        assert not [one for one in hashes if blobs.path(one).exists()], step
        assert still_holding({CANARY, *hashes}) == [], step
    subjects = InboundMessage.objects.values_list("subject", flat=True)
    assert set(subjects) == {"(đã tiêu hủy)"} and len(subjects) == len(PURGE_STEPS)
    assert BackupExpiry.objects.count() == len(PURGE_STEPS)

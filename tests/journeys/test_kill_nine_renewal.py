"""Kill -9 in the middle of a renewal: the old version stands, and the file is renewed once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from cast import House, approve_systems, enter_working_time, found_keys, make_department
from congvu.documents.models import Document
from congvu.kit import blobs, clock
from congvu.kit.models import Blob
from congvu.rules.legal_effect import Verdict
from congvu.signing.examine import examine_pdf
from congvu.signing.models import ArchivalVersion
from congvu.signing.renew import renew_one
from journeys.test_kill_nine import Doomed, files, give_back, standing, work_off
from paperwork import issued

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("TT41", "QC.7.1")]


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


@pytest.fixture
def due(house: House, at: datetime) -> Document:
    """An issued file whose stamp, so its row says, ends within the year."""
    document = issued(house, at, to=[make_department(at, "Sở Tài chính", "STC")])
    work_off()
    ArchivalVersion.objects.update(holds_until=datetime.now(UTC) + timedelta(days=100))
    return document


def versions() -> list[ArchivalVersion]:
    return list(ArchivalVersion.objects.order_by("ordinal"))


def test_a_renewal_killed_at_every_step_happens_once(
    due: Document, doomed: Doomed, at: datetime
) -> None:
    renew_one.defer(original=due.issued_file)
    before = files()

    doomed.dies("work", "renew: file kept, no row")
    orphans = files() - before
    assert orphans and not Blob.objects.filter(sha256__in=orphans).exists()
    assert [(one.ordinal, one.is_newest) for one in versions()] == [(0, True)]
    assert standing("renew_one") == ["doing"]
    assert give_back() >= 1

    doomed.dies("work", "renew: row written, before commit")
    assert [(one.ordinal, one.is_newest) for one in versions()] == [(0, True)]
    give_back()

    doomed.dies("work", "renew: after commit")
    assert [(one.ordinal, one.is_newest) for one in versions()] == [(0, False), (1, True)]
    give_back()

    present = datetime.now(UTC)  # in which the doomed live
    with clock.frozen(present):
        work_off()  # it rings once more and finds nothing due
    old, new = versions()
    assert blobs.read(new.sha256).startswith(blobs.read(old.sha256))
    assert blobs.read(due.issued_file) == blobs.read(old.sha256), "what was issued never changes"
    found = examine_pdf(blobs.read(new.sha256), at=present, seen_at=present)
    stamps = [one for one in found.signatures if one.is_time_stamp]
    assert [one.verdict for one in stamps] == [Verdict.VALID, Verdict.VALID]
    assert new.holds_until > present + timedelta(days=365)

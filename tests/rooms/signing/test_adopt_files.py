"""Files from before versions were kept are adopted, each once, and renewed like the others."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from congvu.audit.models import Entry
from congvu.kit import blobs
from congvu.signing import adopt_files as adoption
from congvu.signing.adopt_files import adopt_files
from congvu.signing.jobs import adopt_files as every_night
from congvu.signing.models import ArchivalVersion, SignatureRecord
from congvu.signing.renew import LEAD, renew_stamp
from congvu.signing.types import SignedPdf
from rooms.signing.test_sign import Cast, papers, people

pytestmark = [pytest.mark.django_db, pytest.mark.clause("TT41", "QC.7.1")]
__all__ = ["papers", "people"]


@pytest.fixture
def old(people: Cast, at: datetime, settings: Any) -> SignedPdf:
    """As the first releases left it: no stamps, no level, no version."""
    settings.SIGNATURE_LEVEL = "b-b"
    made = people.issued(at)
    settings.SIGNATURE_LEVEL = ""
    blobs.keep(made.pdf, "application/pdf")
    _forget()
    return made


def _forget() -> None:
    ArchivalVersion.objects.all().delete()
    SignatureRecord.objects.update(level="")


def test_it_gets_its_first_version_once(old: SignedPdf, at: datetime) -> None:
    assert adopt_files(at=at) == 1
    assert adopt_files(at=at) == 0
    version = ArchivalVersion.objects.get()
    record = SignatureRecord.objects.get(sha256_after=old.sha256)
    assert (version.original, version.ordinal, version.is_newest) == (old.sha256, 0, True)
    assert (version.level, version.agency_id) == ("b-b", record.certificate.agency_id)
    assert version.holds_until <= record.certificate.valid_to
    entry = Entry.objects.filter(kind="signing.adopted").get()
    assert json.loads(entry.details)["file"] == old.sha256


def test_it_is_renewed_when_it_falls_due(old: SignedPdf, at: datetime) -> None:
    every_night.task.func(0)
    due = ArchivalVersion.objects.get().holds_until - LEAD
    version = renew_stamp(original=old.sha256, at=due)
    assert (version.ordinal, version.level) == (1, "b-lta")
    assert blobs.read(version.sha256).startswith(old.pdf)


def test_the_level_of_a_file_that_lasts_is_read_from_it(people: Cast, at: datetime) -> None:
    made = people.issued(at)
    blobs.keep(made.pdf, "application/pdf")
    _forget()
    adopt_files(at=at)
    assert ArchivalVersion.objects.get().level == "b-lta"


def test_a_file_that_is_gone_is_adopted_as_well_and_its_renewal_says_so(
    people: Cast, at: datetime
) -> None:
    people.issued(at)
    _forget()
    assert adopt_files(at=at) == 1
    assert ArchivalVersion.objects.get().level == "b-b"


def test_many_are_adopted_in_portions(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adoption, "AT_A_TIME", 1)
    for _ in range(2):
        people.issued(at)
    _forget()
    every_night.task.func(0)
    assert ArchivalVersion.objects.count() == SignatureRecord.objects.filter(act="sealed").count()

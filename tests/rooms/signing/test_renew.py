"""Before what proves a signature runs out, a new time-stamp is laid over a copy kept beside it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from congvu.audit.models import Entry
from congvu.kit import blobs, clock, wall
from congvu.rules.legal_effect import Verdict
from congvu.signing import ports, queries
from congvu.signing.adapters.tsa_http import HttpStamper
from congvu.signing.algorithms import algorithm_ends, hold_of
from congvu.signing.examine import examine_pdf
from congvu.signing.models import ArchivalVersion
from congvu.signing.renew import LEAD, renew_due, renew_one, renew_stamp
from congvu.signing.types import SignedPdf
from pki import TestPki
from rooms.signing.outside import over_network, register_outside
from rooms.signing.test_levels import Broken, broken
from rooms.signing.test_sign import Cast, papers, people, refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("TT41", "QC.7.1")]
__all__ = ["broken", "papers", "people"]


@pytest.fixture
def long_lived(people: Cast, at: datetime) -> SignedPdf:
    """A file sealed and kept under the demonstration's stamps, which hold until 2035."""
    made = people.issued(at)
    blobs.keep(made.pdf, "application/pdf")
    return made


@pytest.fixture
def issued(people: Cast, at: datetime, pki: TestPki, monkeypatch: pytest.MonkeyPatch) -> SignedPdf:
    """A file whose stamps come from an authority that ends within the year: it is due at once."""
    with monkeypatch.context() as then:
        register_outside(pki, people.leader, people.clerk, then, at)
        short = HttpStamper(pki.stamp_address("tsa-old"))
        then.setattr(ports, "time_stamper", lambda: short)
        made = over_network(lambda: people.issued(at))
    blobs.keep(made.pdf, "application/pdf")
    return made


def versions(issued: SignedPdf) -> list[ArchivalVersion]:
    return list(ArchivalVersion.objects.filter(original=issued.sha256).order_by("ordinal"))


def renewed(issued: SignedPdf, at: datetime) -> ArchivalVersion:
    return over_network(lambda: renew_stamp(original=issued.sha256, at=at))


def test_until_when_is_the_first_end_of_a_certificate_or_an_algorithm(pki: TestPki) -> None:
    stamper = hold_of(pki.chain("tsa-old"))
    assert (stamper.until.year, stamper.ends_by) == (2023, "certificate")
    authority = hold_of((pki.der("tsa-root"),))
    assert (authority.until.year, authority.ends_by, authority.what) == (
        2035,
        "algorithm",
        "ec-256",
    )
    assert algorithm_ends()["sha1"].year == 2013
    assert algorithm_ends()["sha256"] is None


def test_nothing_is_renewed_before_it_falls_due(long_lived: SignedPdf, at: datetime) -> None:
    refusal = refused("signing.E105", lambda: renew_stamp(original=long_lived.sha256, at=at))
    assert "01/01/2035" in refusal.say
    assert queries.originals_falling_due(at + LEAD) == []
    refused("signing.E107", lambda: renew_stamp(original="0" * 64, at=at))


def test_the_new_version_begins_with_the_old_bytes_and_is_judged_valid(
    issued: SignedPdf, at: datetime
) -> None:
    assert queries.originals_falling_due(at + LEAD) == [issued.sha256]
    version = renewed(issued, at)
    content = blobs.read(version.sha256)
    assert content.startswith(issued.pdf)
    assert blobs.read(issued.sha256) == issued.pdf, "what was issued never changes"
    found = examine_pdf(content, at=at)
    stamps = [one.field for one in found.signatures if one.is_time_stamp]
    assert stamps == ["DauThoiGian1", "DauThoiGian2"]
    assert {one.verdict for one in found.signatures} == {Verdict.VALID}
    assert queries.newest_version(issued.sha256) == version.sha256
    assert queries.originals_falling_due(at + LEAD) == []
    entry = Entry.objects.filter(kind="signing.renewed").latest("id")
    assert json.loads(entry.details)["before"] == issued.sha256
    assert json.loads(entry.details)["after"] == version.sha256


def test_renewed_again_it_is_one_chain(
    issued: SignedPdf, at: datetime, pki: TestPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First by an authority that ends in 2031, then by the one that holds until 2035."""
    with monkeypatch.context() as then:
        medium = HttpStamper(pki.stamp_address("tsa"))
        then.setattr(ports, "time_stamper", lambda: medium)
        renewed(issued, at)
    later = versions(issued)[-1].holds_until - LEAD
    renewed(issued, later)
    first, second, third = versions(issued)
    assert blobs.read(third.sha256).startswith(blobs.read(second.sha256))
    assert blobs.read(second.sha256).startswith(blobs.read(first.sha256))
    assert [one.is_newest for one in (first, second, third)] == [False, False, True]
    years = [one.holds_until.year for one in (first, second, third)]
    assert years == [2023, 2031, 2035]


def test_a_stamp_that_would_hold_no_longer_is_not_added_every_night(
    long_lived: SignedPdf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the end of an algorithm only another algorithm helps: the file stays on the list."""
    moment = versions(long_lived)[0].holds_until - LEAD
    refusal = refused("signing.E109", lambda: renew_stamp(original=long_lived.sha256, at=moment))
    assert "máy chủ cấp dấu thời gian" in refusal.say
    monkeypatch.setattr(clock, "now", lambda: moment)
    renew_one(original=long_lived.sha256)
    assert len(versions(long_lived)) == 1
    assert queries.originals_falling_due(moment + LEAD) == [long_lived.sha256]


def test_the_night_rings_for_what_is_due_and_ringing_twice_changes_nothing(
    issued: SignedPdf, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(type(renew_one), "defer", lambda _, **ids: rung.append(ids["original"]))
    monkeypatch.setattr(clock, "now", lambda: at - timedelta(days=100))
    renew_due.task.func(0)
    assert rung == []
    monkeypatch.setattr(clock, "now", lambda: at)
    renew_due.task.func(0)
    assert rung == [issued.sha256]
    for _ in range(2):
        renew_one(original=issued.sha256)
    assert len(versions(issued)) == 2


def test_a_stamper_that_is_down_leaves_everything_as_it_was(
    issued: SignedPdf, at: datetime, broken: Broken
) -> None:
    refusal = refused("signing.E108", lambda: renewed(issued, at))
    assert "tệp cũ vẫn nguyên" in refusal.say
    assert len(versions(issued)) == 1


def test_a_file_that_was_signed_without_stamps_gets_its_first(
    people: Cast, at: datetime, settings: Any
) -> None:
    """Issued at B-B; before the certificates end, everything is brought under a stamp."""
    settings.SIGNATURE_LEVEL = "b-b"
    made = people.issued(at)
    blobs.keep(made.pdf, "application/pdf")
    settings.SIGNATURE_LEVEL = ""
    (bare,) = versions(made)
    assert bare.level == "b-b"
    moment = bare.holds_until - LEAD
    version = renew_stamp(original=made.sha256, at=moment)
    assert version.level == "b-lta"
    found = examine_pdf(blobs.read(version.sha256), at=moment)
    assert found.signatures[0].stamped_at == moment.replace(microsecond=0)
    assert found.has_both_valid


def test_a_lost_file_is_said_and_not_invented(people: Cast, at: datetime) -> None:
    made = people.issued(at)
    due = versions(made)[0].holds_until - LEAD
    refused("signing.E106", lambda: renew_stamp(original=made.sha256, at=due))


@pytest.mark.clause("S.11")
def test_versions_stand_behind_the_wall(issued: SignedPdf, people: Cast) -> None:
    with transaction.atomic():
        wall.enter_agency((people.clerk.agency_id or 0) + 1)
        assert ArchivalVersion.objects.count() == 0
        transaction.set_rollback(True)
    with pytest.raises(Exception, match="permission denied"), transaction.atomic():
        wall.enter_agency(people.clerk.agency_id)
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM signing_archivalversion")

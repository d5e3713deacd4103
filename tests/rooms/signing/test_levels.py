"""The level that signatures reach, and what happens when a part of it cannot be had."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from congvu.audit.models import Entry
from congvu.kit import blobs
from congvu.signing import lasting, ports, queries
from congvu.signing.adapters.demo_stamper import installed_stamper
from congvu.signing.adapters.revocation_http import HttpRevocation
from congvu.signing.adapters.software_keys import SoftwareKeys
from congvu.signing.examine import examine_pdf
from congvu.signing.models import (
    ArchivalVersion,
    RevocationList,
    SignatureRecord,
    TrustAnchor,
)
from congvu.signing.types import Level, SignedPdf
from pki import TestPki
from rooms.signing.outside import over_network, register_outside
from rooms.signing.test_sign import Cast, papers, people, refused  # fixtures

pytestmark = [pytest.mark.django_db, pytest.mark.clause("TT41", "QC.7.1")]
__all__ = ["papers", "people"]


def of(signed: SignedPdf) -> SignatureRecord:
    return SignatureRecord.objects.get(id=signed.record_id)


class Broken:
    """A time-stamper that is down."""

    goes_out = True
    asked = 0

    def stamp(self, digest: bytes, at: datetime) -> ports.TimeStamp:
        self.asked += 1
        raise ports.TimeStampUnavailable("Máy chủ cấp dấu thời gian: quá thời gian chờ.")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broken]:
    stamper = Broken()
    monkeypatch.setattr(ports, "time_stamper", lambda: stamper)
    yield stamper


def test_by_default_the_issued_file_lasts_and_says_until_when(people: Cast, at: datetime) -> None:
    issued = people.issued(at)
    acts = queries.records_behind(issued.sha256)
    assert [(one.act, one.level) for one in acts] == [
        ("sealed", "b-lta"),
        ("numbered", "b-t"),
        ("signed", "b-t"),
    ]
    assert {one.level_note for one in acts} == {""}
    assert queries.level_of(issued.sha256) == (Level.LTA, "")
    version = ArchivalVersion.objects.get(original=issued.sha256)
    assert (version.ordinal, version.sha256, version.level) == (0, issued.sha256, "b-lta")
    assert (version.holds_until.year, version.ends_by) == (2035, "algorithm")
    assert version.ends_what == "ec-256"
    entry = Entry.objects.filter(kind="signing.sealed").latest("id")
    assert json.loads(entry.details)["level"] == "b-lta"


def test_nothing_that_was_signed_is_written_again(people: Cast, at: datetime) -> None:
    signed = people.signed(at)
    numbered = people.numbered(signed.pdf, at)
    issued = people.issued(at)
    for record in queries.records_behind(issued.sha256)[:-1]:
        assert SignatureRecord.objects.filter(sha256_after=record.sha256_before).exists()
    assert numbered.pdf.startswith(signed.pdf)
    assert signed.pdf.startswith(people.letter)


@pytest.mark.parametrize(
    ("level", "has_stamps", "has_store", "has_document_stamp"),
    [
        ("b-b", False, False, False),
        ("b-t", True, False, False),
        ("b-lt", True, True, False),
        ("b-lta", True, True, True),
    ],
)
def test_the_configured_level_is_reached_and_nothing_more(
    people: Cast,
    at: datetime,
    settings: Any,
    level: str,
    has_stamps: bool,
    has_store: bool,
    has_document_stamp: bool,
) -> None:
    settings.SIGNATURE_LEVEL = level
    issued = people.issued(at)
    assert of(issued).level == level
    assert (b"/DSS" in issued.pdf) == has_store
    assert (b"/DocTimeStamp" in issued.pdf) == has_document_stamp
    found = examine_pdf(issued.pdf, at=at)
    assert bool(found.signatures[0].stamped_at) == has_stamps
    assert found.signatures[0].level == level
    assert found.has_both_valid
    RevocationList.objects.all().delete()  # offline: what the file brings decides
    assert examine_pdf(issued.pdf, at=at).has_both_valid == has_store


def test_without_a_stamper_the_best_that_can_be_had_is_a_bare_signature(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "time_stamper", lambda: None)
    assert lasting.level_wanted() == Level.B
    assert of(people.issued(at)).level == "b-b"


def test_without_a_stamper_a_level_that_needs_one_is_refused(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SIGNATURE_LEVEL = "b-lta"
    monkeypatch.setattr(ports, "time_stamper", lambda: None)
    assert "chưa được nối" in refused("signing.E100", lambda: people.signed(at)).say


def test_a_stamper_that_is_down_stops_the_signing_and_leaves_nothing(
    people: Cast, at: datetime, broken: Broken
) -> None:
    refusal = refused("signing.E100", lambda: people.signed(at))
    assert "quá thời gian chờ" in refusal.say
    assert "Hãy thử lại" in refusal.say
    assert broken.asked == 1
    assert not SignatureRecord.objects.exists()


def test_where_the_installation_says_so_it_goes_on_lower_and_says_why(
    people: Cast, at: datetime, broken: Broken, settings: Any
) -> None:
    settings.SIGNATURE_SHORTFALL = "lower"
    issued = people.issued(at)
    record = of(issued)
    assert record.level == "b-b"
    assert "quá thời gian chờ" in record.level_note
    assert queries.level_of(issued.sha256) == (Level.B, record.level_note)
    assert examine_pdf(issued.pdf, at=at).has_both_valid
    entry = Entry.objects.filter(kind="signing.sealed").latest("id")
    assert "quá thời gian chờ" in json.loads(entry.details)["level_note"]
    # What keeps it is the agency's certificate: it falls due with that.
    assert ArchivalVersion.objects.get(original=issued.sha256).level == "b-b"


def test_a_stamp_over_the_file_that_fails_leaves_the_file_whole(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """The time-stamper goes down between the seal's own stamp and the one over the file."""
    settings.SIGNATURE_SHORTFALL = "lower"
    numbered = people.numbered(people.signed(at).pdf, at)
    good, calls = installed_stamper(), []

    class Once:
        goes_out = True

        def stamp(self, digest: bytes, at: datetime) -> ports.TimeStamp:
            calls.append(digest)
            if len(calls) > 1:
                raise ports.TimeStampUnavailable("Máy chủ đã dừng.")
            return good.stamp(digest, at)

    monkeypatch.setattr(ports, "time_stamper", Once)
    from congvu.signing.seal import seal_as_agency

    sealed = seal_as_agency(numbered.pdf, by=people.clerk, at=at)
    assert (of(sealed).level, of(sealed).level_note) == ("b-lt", "Máy chủ đã dừng.")
    assert b"/DocTimeStamp" not in sealed.pdf
    assert b"/DSS" in sealed.pdf
    assert examine_pdf(sealed.pdf, at=at).has_both_valid


def test_missing_lists_stop_the_seal_or_lower_it(people: Cast, at: datetime, settings: Any) -> None:
    numbered = people.numbered(people.signed(at).pdf, at)
    RevocationList.objects.all().delete()
    from congvu.signing.seal import seal_as_agency

    def seal() -> SignedPdf:
        return seal_as_agency(numbered.pdf, by=people.clerk, at=at)

    assert "chưa có danh sách thu hồi" in refused("signing.E101", seal).say
    settings.SIGNATURE_SHORTFALL = "lower"
    record = of(seal())
    assert record.level == "b-t"
    assert "chưa có danh sách thu hồi" in record.level_note


@pytest.mark.clause("QC.10.3", "S.54")
def test_a_certificate_that_its_authority_has_revoked_does_not_sign(
    people: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The authority knows; our own register does not yet. The key is not even asked."""
    certificate = of(people.signed(at)).certificate
    own = ports.authority()
    assert own is not None
    serial = int(certificate.serial, 16)
    (fresh,) = own.revocation_lists({serial: at - timedelta(hours=1)}, at)[1:2]
    RevocationList.objects.filter(issuer=certificate.issuer).update(content=fresh)
    monkeypatch.setattr(ports, "revocation_source", HttpRevocation)

    def no_key(*_: object, **__: object) -> bytes:
        raise AssertionError("the key was asked")

    monkeypatch.setattr(SoftwareKeys, "sign_digest", no_key)
    refusal = refused("signing.E102", lambda: people.signed(at))
    assert "đã bị thu hồi" in refusal.say


def test_with_real_services_over_http_everything_is_in_the_file(
    people: Cast, at: datetime, pki: TestPki, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An agency whose certificate and time-stamps come from outside (OCSP, CRL, RFC 3161)."""
    register_outside(pki, people.leader, people.clerk, monkeypatch, at)
    pki.asked.clear()
    issued = over_network(lambda: people.issued(at))
    assert of(issued).level == "b-lta"
    assert pki.asked.count("POST /tinh/tsa/tsa") == 4, "three signatures and one over the file"
    assert pki.asked.count("POST /tinh/ocsp/ocsp") == 2, "each certificate once, then remembered"
    pki.is_down = True  # nobody can be asked any more
    found = examine_pdf(issued.pdf, at=at)
    assert found.has_both_valid
    assert not RevocationList.objects.filter(issuer__contains="Kiểm thử").exists()


def test_the_file_kept_is_the_file_recorded(people: Cast, at: datetime) -> None:
    issued = people.issued(at)
    kept = blobs.keep(issued.pdf, "application/pdf")
    assert kept.sha256 == issued.sha256 == hashlib.sha256(issued.pdf).hexdigest()


def test_anchors_have_one_purpose_each(people: Cast, at: datetime) -> None:
    purposes = {one.purpose: one.is_for_stamps for one in TrustAnchor.objects.all()}
    assert purposes == {"demonstration": False, "time_stamp": True}

"""Whoever is asked over the network is asked while no transaction is open and no row is locked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse

from congvu.documents.models import Document
from congvu.kit import blobs
from congvu.signing import ports
from congvu.signing.adapters.demo_stamper import installed_stamper
from congvu.signing.adapters.software_keys import SoftwareKeys
from congvu.signing.models import ArchivalVersion, SignatureRecord, SigningProvider
from congvu.signing.renew import LEAD, renew_one
from congvu.signing.types import FileState
from congvu.signing.verify import verify_pdf
from paperwork import approved, fresh, issued, numbered
from remote_keys import make_admin
from web.province import Province, make_province

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("QC.10.3", "TT41")]


@dataclass
class Watcher:
    """Stands where the network is: what is open while it is asked, and what happens meanwhile."""

    document: Document | None = None
    meanwhile: Any = None
    transactions: list[bool] = field(default_factory=list)
    locks: list[bool] = field(default_factory=list)

    def look(self) -> None:
        self.transactions.append(connection.in_atomic_block)
        if self.document is not None:
            self.locks.append(self._is_locked())
        if self.meanwhile is not None:
            self.meanwhile, do = None, self.meanwhile
            do()

    def _is_locked(self) -> bool:
        """Whether another session finds the document's row taken."""
        settings = connections["default"].get_connection_params()
        settings.pop("cursor_factory", None)
        settings.pop("context", None)
        with psycopg.connect(**settings) as other:
            try:
                other.execute(
                    "SELECT 1 FROM documents_document WHERE id = %s FOR UPDATE NOWAIT",
                    [self.document.id],
                )
            except psycopg.errors.LockNotAvailable:
                return True
        return False


class FarStamper:
    """A time-stamper over the network."""

    goes_out = True

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def stamp(self, digest: bytes, at: datetime) -> ports.TimeStamp:
        self.watcher.look()
        return installed_stamper().stamp(digest, at)


class FarSource:
    """Certificate authorities over the network."""

    def __init__(self, watcher: Watcher, real: ports.RevocationSource) -> None:
        self.watcher, self.real = watcher, real

    def goes_out(self, chain: Sequence[bytes], at: datetime) -> bool:
        return True

    def gather(self, *words: Any, **named: Any) -> ports.Gathered:
        self.watcher.look()
        return self.real.gather(*words, **named)


@pytest.fixture
def province(transactional_db: None, at: datetime, settings: Any) -> Province:
    settings.PASSWORD_HASHERS = ["staff.LightArgon2"]
    return make_province(at)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watcher]:
    watcher = Watcher()
    source = ports.revocation_source()
    monkeypatch.setattr(ports, "time_stamper", lambda: FarStamper(watcher))
    monkeypatch.setattr(ports, "revocation_source", lambda: FarSource(watcher, source))
    yield watcher


def sign(browser: Client, document: Document) -> Any:
    return browser.post(f"/trinh-ky/{document.id}/ky/", {"seen_sha256": document.base_file})


def test_a_leader_signs_and_nothing_is_held_meanwhile(province: Province, network: Watcher) -> None:
    document = network.document = approved(province.office, province.at)

    answer = sign(province.browser(province.office.leader), document)

    assert answer.status_code == 302
    assert network.transactions == [False, False]  # its certificate's standing, its time-stamp
    assert network.locks == [False, False]
    signed = fresh(document)
    assert signed.state == "signed"
    (record,) = SignatureRecord.objects.all()
    assert record.level == "b-t"
    assert verify_pdf(blobs.read(signed.signed_file), at=province.at).state == FileState.INTACT


def test_number_seal_and_the_stamp_over_the_file_are_put_the_same_way(
    province: Province, network: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as near:
        near.setattr(ports, "time_stamper", installed_stamper)
        document = numbered(province.office, province.at, to=[province.other])
    network.document = document
    network.transactions.clear()
    network.locks.clear()
    asked: list[bytes] = []
    real = SoftwareKeys.sign_digest

    def counted(self: SoftwareKeys, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        asked.append(digest)
        return real(self, reference, digest, pin=pin)

    monkeypatch.setattr(SoftwareKeys, "sign_digest", counted)
    browser = province.browser(province.office.clerk)
    answer = browser.post(reverse("issue_document", args=[document.id]))

    assert answer.status_code == 302, answer.content.decode()
    assert set(network.transactions) == {False} and set(network.locks) == {False}
    # In five questions: one certificate before its use, three time-stamps, and the evidence about
    # two signers and a time-stamper together.
    assert len(network.transactions) == 7
    assert len(asked) == 2 + 3, "each signature made once, however often the act ran"
    issued_file = fresh(document).issued_file
    found = verify_pdf(blobs.read(issued_file), at=province.at)
    assert found.has_both_valid and found.state == FileState.INTACT
    assert ArchivalVersion.objects.get(original=issued_file).level == "b-lta"


def test_what_changed_while_somebody_was_asked_is_refused(
    province: Province, network: Watcher
) -> None:
    document = approved(province.office, province.at)
    browser = province.browser(province.office.leader)
    network.meanwhile = lambda: Document.objects.filter(id=document.id).update(base_file="0" * 64)

    answer = sign(browser, document)

    assert answer.status_code == 422 and "documents.E201" in answer.content.decode()
    assert not SignatureRecord.objects.exists()
    assert fresh(document).state == "approved"


def test_a_stamper_that_is_down_is_told_and_nothing_is_left(
    province: Province, network: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = approved(province.office, province.at)

    def fail(self: FarStamper, digest: bytes, at: datetime) -> ports.TimeStamp:
        raise ports.TimeStampUnavailable("Máy chủ cấp dấu thời gian: quá thời gian chờ.")

    monkeypatch.setattr(FarStamper, "stamp", fail)
    answer = sign(province.browser(province.office.leader), document)
    assert answer.status_code == 422 and "signing.E100" in answer.content.decode()
    assert not SignatureRecord.objects.exists()


def test_a_renewal_by_hand_and_by_night_holds_nothing(
    province: Province, network: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as near:
        near.setattr(ports, "time_stamper", installed_stamper)
        document = issued(province.office, province.at, to=[province.other])
    ArchivalVersion.objects.update(holds_until=province.at + LEAD / 2)
    network.transactions.clear()
    renew_one(original=document.issued_file)
    assert network.transactions == [False, False]
    assert ArchivalVersion.objects.get(is_newest=True).ordinal == 1


class FarService:
    """A remote signing service."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def certificates(self, provider: ports.Provider, user: str) -> list[ports.RemoteCertificate]:
        self.watcher.look()
        return []


def test_a_service_is_tried_while_nothing_is_open(
    province: Province, network: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ports, "remote_signer", lambda kind: FarService(network))
    provider = SigningProvider.objects.create(
        kind="csc", name="Dịch vụ thử", base_url="https://ky.example", added_at=province.at,
        secret="",
    )  # fmt: skip
    browser = province.browser(make_admin(province.office.leader, province.at))
    answer = browser.post(reverse("try_signing_provider", args=[provider.id]), {"user": "u1"})
    assert answer.status_code == 302, answer.content.decode()
    assert network.transactions == [False]
    provider.refresh_from_db()
    assert provider.test_passed

"""An agency whose certificates, revocation answers and time-stamps come from outside, over HTTP."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import transaction

from congvu.kit.outside import asking_between
from congvu.orgs.types import Actor
from congvu.signing import ports
from congvu.signing.adapters.revocation_http import HttpRevocation
from congvu.signing.adapters.tsa_http import HttpStamper
from congvu.signing.models import Certificate, TrustAnchor
from pki import TestPki

T = TypeVar("T")


def register_outside(
    pki: TestPki, leader: Actor, clerk: Actor, monkeypatch: pytest.MonkeyPatch, at: datetime
) -> None:
    """Trust the test roots, register both certificates, and install the services of the tests."""
    trust(pki, "root", TrustAnchor.Purpose.OFFICIAL, at)
    trust(pki, "tsa-root", TrustAnchor.Purpose.TIME_STAMP, at)
    register(pki, "leader", at, person_id=leader.person_id)
    register(pki, "agency", at, agency_id=clerk.agency_id)
    stamper, source = HttpStamper(pki.stamp_address()), HttpRevocation()
    monkeypatch.setattr(ports, "time_stamper", lambda: stamper)
    monkeypatch.setattr(ports, "revocation_source", lambda: source)
    monkeypatch.setattr(ports, "key_store", lambda reference: (pki, reference.partition(":")[2]))


def over_network(act: Callable[[], T]) -> T:
    """Do it as the web and the jobs do: whoever is outside is asked between two runs."""

    def whole() -> T:
        with transaction.atomic():
            return act()

    return asking_between(whole)


def trust(pki: TestPki, label: str, purpose: str, at: datetime) -> None:
    """An anchor of this purpose."""
    root = x509.load_der_x509_certificate(pki.der(label))
    TrustAnchor.objects.create(
        purpose=purpose,
        name=root.subject.rfc4514_string(),
        certificate=root.public_bytes(Encoding.PEM).decode(),
        fingerprint=root.fingerprint(hashes.SHA256()).hex(),
        trusted_from=root.not_valid_before_utc,
        added_at=at,
    )


def register(
    pki: TestPki,
    label: str,
    at: datetime,
    *,
    person_id: int | None = None,
    agency_id: int | None = None,
) -> Certificate:
    """The certificate of a person or an agency; its key is the tests'."""
    one = x509.load_der_x509_certificate(pki.der(label))
    return Certificate.objects.create(
        person_id=person_id,
        agency_id=agency_id,
        subject=one.subject.rfc4514_string(),
        issuer=one.issuer.rfc4514_string(),
        serial=f"{one.serial_number:x}",
        fingerprint=one.fingerprint(hashes.SHA256()).hex(),
        chain=[base64.b64encode(der).decode() for der in pki.chain(label)],
        valid_from=one.not_valid_before_utc,
        valid_to=one.not_valid_after_utc,
        key_reference=f"file:{label}",
        registered_at=at,
    )

"""A remote service in use and somebody's key there, for the tests of pages and journeys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from cast import make_official
from congvu.documents.models import Document
from congvu.orgs.models import Agency
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.signing.adapters.software_keys import installed_keys
from congvu.signing.enrol import enrol_person
from congvu.signing.enrol_remote import enrol_remote
from congvu.signing.keep_provider import ProviderForm, keep_provider
from congvu.signing.models import RemoteKey, SigningProvider, WaitingSignature
from congvu.signing.switch_provider import switch_provider
from congvu.signing.try_provider import try_provider
from remote_doubles import SECRET, USER, Csc, MySign, Service, SmartCa, serving

FORMS = {
    "smartca": {"client_id": "sp-phuyen"},
    "mysign": {"client_id": "ms-phuyen", "profile_id": "adss:ras:profile:001"},
    "csc": {"client_id": "csc-phuyen"},
}
DOUBLES = {"smartca": SmartCa, "mysign": MySign, "csc": Csc}
NAMES = {"smartca": "VNPT SmartCA", "mysign": "Viettel MySign", "csc": "Dịch vụ ký số CSC"}
CREDENTIALS = {"mysign": "cred-054", "csc": "cred-1"}


@dataclass
class FarKey:
    """The double, its row, who administers it, and by what the key is called there."""

    service: Service
    provider: SigningProvider
    admin: Actor
    credential: str


@contextmanager
def far_key(kind: str, owner: Actor, admin: Actor, at: datetime) -> Iterator[FarKey]:
    """The owner's key lies at a service of this kind; nothing is registered for the owner yet."""
    own = enrol_person(person_id=owner.person_id, at=at)
    name = own.key_reference.partition(":")[2]
    double = DOUBLES[kind](installed_keys().key(name), installed_keys().chain(name))
    own.delete()
    with serving(double) as service:
        form = ProviderForm(
            kind=kind,
            name=NAMES[kind],
            base_url=service.address,
            secret=SECRET,
            issuers=pem(double.chain[1:]),
            **FORMS[kind],
        )
        provider = keep_provider(form, by=admin, at=at)
        try_provider(provider_id=provider.id, user=USER, by=admin, at=at)
        provider = switch_provider(provider_id=provider.id, is_active=True, by=admin, at=at)
        yield FarKey(service, provider, admin, CREDENTIALS.get(kind, own.serial))


def registered(key: FarKey, owner: Actor, at: datetime) -> None:
    """The owner registers it."""
    enrol_remote(provider_id=key.provider.id, user=USER, credential=key.credential, by=owner, at=at)


def make_admin(owner: Actor, at: datetime) -> Actor:
    """A system administrator."""
    agency = Agency.objects.get(id=owner.agency_id)
    return make_official(agency, "Trần Quản Trị", SYSTEM_ADMIN, at=at)


def pem(chain: list[bytes]) -> str:
    """What the administrator pastes: SmartCA gives the signer's certificate alone."""
    encoding = serialization.Encoding.PEM
    return "".join(
        x509.load_der_x509_certificate(one).public_bytes(encoding).decode() for one in chain
    )


def far_key_of(owner: Actor, document: Document, at: datetime) -> dict[str, int]:
    """A remote service, this person's key there, and a request that waits for the phone."""
    provider = SigningProvider.objects.create(
        kind="mysign", name="MySign", base_url="https://mysign.example", secret="", added_at=at
    )
    certificate = enrol_person(person_id=owner.person_id, at=at)
    RemoteKey.objects.create(
        certificate=certificate, provider=provider, identifier="054", credential="c"
    )
    waiting = WaitingSignature.objects.create(
        agency_id=owner.agency_id,
        certificate=certificate,
        by_id=owner.posting_id,
        subject_kind="document",
        subject_id=document.id,
        act="signed",
        field="ChuKyNguoiCoThamQuyen",
        page=1,
        box=[0, 0, 10, 10],
        road="remote",
        asked_at=at,
        expires_at=at + timedelta(minutes=3),
        base_file="0" * 64,
    )
    return {
        "provider_id": provider.id,
        "certificate_id": certificate.id,
        "waiting_id": waiting.id,
    }

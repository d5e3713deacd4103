"""Certificates of an outside provider and devices of the cast, for tests of custody."""

from __future__ import annotations

from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from congvu.orgs.types import AGENCY_ADMIN, Actor
from congvu.signing.hand_over import hand_over_device
from congvu.signing.models import Certificate, SigningDevice
from congvu.signing.register_device import register_device

PEM = serialization.Encoding.PEM
DER = serialization.Encoding.DER


def certificate_file(
    name: str,
    valid_from: datetime,
    *,
    days: int = 365,
    for_signing: bool = True,
    encoding: serialization.Encoding = DER,
) -> bytes:
    """A certificate as a provider hands it out: nothing of its key is known here."""
    key = ec.generate_private_key(ec.SECP256R1())
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Nhà cung cấp thử")])
    usage = {
        "digital_signature": for_signing,
        "content_commitment": False,
        "key_encipherment": not for_signing,
        "data_encipherment": False,
        "key_agreement": False,
        "key_cert_sign": False,
        "crl_sign": False,
        "encipher_only": False,
        "decipher_only": False,
    }
    made = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(valid_from)
        .not_valid_after(valid_from + timedelta(days=days))
        .add_extension(x509.KeyUsage(**usage), critical=True)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(encoding)


def token_of(holder: Actor, by: Actor, at: datetime, *, serial: str = "TK-0001") -> SigningDevice:
    """A token for a person, in the register and not yet handed over."""
    return register_device(
        kind="token",
        serial=serial,
        provider="",
        person_id=holder.person_id,
        by=by,
        at=at,
    )


def held_token(holder: Actor, by: Actor, at: datetime, *, serial: str = "TK-0001") -> SigningDevice:
    """The same, handed over to its holder."""
    device = token_of(holder, by, at, serial=serial)
    hand_over_device(
        device_id=device.id,
        receiver_id=holder.posting_id or 0,
        condition="Thiết bị mới, nguyên vẹn, đã đổi mã PIN.",
        by=by,
        at=at,
    )
    return SigningDevice.objects.get(id=device.id)


def certificate_row(device: SigningDevice, ends_at: datetime, at: datetime) -> Certificate:
    """A certificate in use on a device, straight as a row, for what only asks its dates."""
    number = Certificate.objects.count() + 1
    return Certificate.objects.create(
        person_id=device.person_id,
        agency_id=None if device.person_id else device.agency_id,
        device=device,
        subject=f"CN=Thử {number}",
        issuer="CN=Nhà cung cấp thử",
        serial=f"abc{number}",
        fingerprint=f"{number:064x}",
        chain=[],
        valid_from=at - timedelta(days=300),
        valid_to=ends_at,
        key_reference=f"token:{device.serial}",
        registered_at=at,
    )


def administrator(agency: object, at: datetime, name: str = "Quản trị cơ quan") -> Actor:
    """An agency's administrator."""
    from cast import make_official

    return make_official(agency, name, AGENCY_ADMIN, at=at)

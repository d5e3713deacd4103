"""Authorities of strangers: roots, intermediates and revocation lists that nobody here has made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

SINCE = datetime(2020, 1, 1, tzinfo=UTC)
TEN_YEARS = timedelta(days=3650)


@dataclass(frozen=True)
class Stranger:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    def revoked_list(
        self,
        issued_at: datetime,
        serials: Sequence[int] = (),
        *,
        lasts: timedelta = timedelta(days=7),
        number: int = 1,
        signed_by: Stranger | None = None,
    ) -> bytes:
        """A revocation list (DER) of this authority."""
        made = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(issued_at)
            .next_update(issued_at + lasts)
            .add_extension(x509.CRLNumber(number), critical=False)
        )
        for serial in serials:
            one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(issued_at)
            made = made.add_revoked_certificate(one.build())
        return made.sign((signed_by or self).key, hashes.SHA256()).public_bytes(Encoding.DER)


def authority(
    name: str,
    *,
    above: Stranger | None = None,
    is_authority: bool = True,
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    since: datetime = SINCE,
    lasts: timedelta = TEN_YEARS,
) -> Stranger:
    """A certificate signed by `above`, or by itself."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    own_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(own_name)
        .issuer_name(above.certificate.subject if above else own_name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + lasts)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
    )
    return Stranger(made.sign((above or Stranger(None, key)).key, hashes.SHA256()), key)


@cache
def root() -> Stranger:
    """One root, the same for the whole session."""
    return authority("CA gốc lạ")


@cache
def middle() -> Stranger:
    """An authority below it."""
    return authority("CA trung gian lạ", above=root())


def short_key() -> rsa.RSAPrivateKey:
    """Too short for anything today."""
    return rsa.generate_private_key(65537, 1024)

"""The demonstration certificate authority: makes certificates that say they are worth nothing.

Every subject states that it is for demonstration and has no legal value. Certificates hold from
2021 to 2041 so that a story played in 2022 and the system running today can both sign. Real
certificates come from Ban Cơ yếu Chính phủ or a public provider and never pass through here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from congvu.signing.adapters.software_keys import SCHEME, PrivateKey, SoftwareKeys, installed_keys
from congvu.signing.ports import IssuedCertificate

NO_LEGAL_VALUE = "CHỨNG THƯ TRÌNH DIỄN - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
VALID_FROM = datetime(2021, 1, 1, tzinfo=UTC)
VALID_TO = datetime(2041, 1, 1, tzinfo=UTC)
ROOT, ISSUING = "demo-root", "demo-issuing"
STAMPING_ROOT, STAMPING = "demo-stamping-root", "demo-stamping"


class DemoAuthority:
    """The Authority of the demonstration; its keys lie in the software key store."""

    def __init__(self, keys: SoftwareKeys) -> None:
        self.keys = keys

    def is_founded(self) -> bool:
        """Whether the root and the issuing authority exist."""
        return self.keys.has(ISSUING)

    def found(self, at: datetime) -> Sequence[bytes]:
        """Make root and issuing authority once; give their DER certificates, root first."""
        if not self.is_founded():
            root_key = _rsa()
            root_name = _name("Cơ quan chứng thực gốc trình diễn", "congvu")
            root = _certificate(root_name, root_name, root_key, root_key, authority_depth=1)
            self.keys.keep(ROOT, root_key, [_der(root)])
            key = _rsa()
            name = _name("Cơ quan chứng thực trình diễn", "congvu")
            issuing = _certificate(name, root_name, key, root_key, authority_depth=0)
            self.keys.keep(ISSUING, key, [_der(issuing), _der(root)])
        self._found_stamper()
        issuing_der, root_der = self.keys.chain(ISSUING)
        return [root_der, issuing_der]

    def _found_stamper(self) -> None:
        """Time-stamps have a root of their own: an anchor is trusted for one purpose."""
        if not self.keys.has(STAMPING):
            root_key, key = _elliptic(), _elliptic()
            root_name = _name("Cấp dấu thời gian gốc trình diễn", "congvu")
            root = _certificate(root_name, root_name, root_key, root_key, authority_depth=0)
            self.keys.keep(STAMPING_ROOT, root_key, [_der(root)])
            name = _name("Cấp dấu thời gian trình diễn", "congvu")
            made = _certificate(
                name, root_name, key, root_key, purpose=ExtendedKeyUsageOID.TIME_STAMPING
            )
            self.keys.keep(STAMPING, key, [_der(made), _der(root)])

    def time_stamp_root(self) -> bytes:
        """The root above the key that time-stamps, which time-stamps are trusted by."""
        return self.keys.chain(STAMPING)[-1]

    def issue_for_person(self, name: str, organisation: str, at: datetime) -> IssuedCertificate:
        """RSA-2048, as the tokens of officials carry."""
        return self._issue(_name(name, organisation), _rsa(), "person")

    def issue_for_agency(self, name: str, at: datetime) -> IssuedCertificate:
        """P-256: made in a blink, so that a whole province can be enrolled."""
        return self._issue(_name(name, name), _elliptic(), "agency")

    def issue_for_key(self, name: str, key: PrivateKey) -> IssuedCertificate:
        """A certificate for a key that is given: for measuring keys of other kinds and sizes."""
        return self._issue(_name(name, name), key, "given")

    def _issue(self, subject: x509.Name, key: PrivateKey, kind: str) -> IssuedCertificate:
        chain = self.keys.chain(ISSUING)
        issuer = x509.load_der_x509_certificate(chain[0]).subject
        made = _certificate(subject, issuer, key, self.keys.key(ISSUING))
        reference = f"{kind}-{made.serial_number:x}"
        self.keys.keep(reference, key, [_der(made), *chain])
        return IssuedCertificate(_der(made), tuple(chain), f"{SCHEME}:{reference}")

    def revocation_lists(self, revoked: Mapping[int, datetime], at: datetime) -> Sequence[bytes]:
        """The lists of the two roots (empty) and of the issuing authority, good until 2041."""
        return [
            self._list(ROOT, {}, at),
            self._list(ISSUING, revoked, at),
            self._list(STAMPING_ROOT, {}, at),
        ]

    def _list(self, authority: str, revoked: Mapping[int, datetime], at: datetime) -> bytes:
        issuer = x509.load_der_x509_certificate(self.keys.chain(authority)[0])
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer.subject)
            .last_update(at)
            .next_update(VALID_TO)
            .add_extension(_authority_key(issuer), critical=False)
            .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        )
        for serial, since in revoked.items():
            builder = builder.add_revoked_certificate(
                x509.RevokedCertificateBuilder()
                .serial_number(serial)
                .revocation_date(since)
                .build()
            )
        signed = builder.sign(self.keys.key(authority), hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.DER)


def installed_authority() -> DemoAuthority:
    """The demonstration authority of this installation."""
    return DemoAuthority(installed_keys())


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _elliptic() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


def _name(common_name: str, organisation: str) -> x509.Name:
    """A subject; X.520 allows 64 characters a part, so long names are cut with an ellipsis."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, NO_LEGAL_VALUE),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common_name)),
        ]
    )


def _short(text: str, most: int = 64) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _authority_key(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    own = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(own)


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: PrivateKey,
    issuer_key: PrivateKey,
    *,
    authority_depth: int | None = None,
    purpose: x509.ObjectIdentifier = ExtendedKeyUsageOID.EMAIL_PROTECTION,
) -> x509.Certificate:
    is_authority = authority_depth is not None
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(VALID_FROM)
        .not_valid_after(VALID_TO)
        .add_extension(
            x509.BasicConstraints(ca=is_authority, path_length=authority_depth), critical=True
        )
        .add_extension(_key_usage(is_authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()),
            critical=False,
        )
    )
    if not is_authority:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([purpose]),
            critical=purpose == ExtendedKeyUsageOID.TIME_STAMPING,  # RFC 3161 2.3
        )
    return builder.sign(issuer_key, hashes.SHA256())


def _key_usage(is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        content_commitment=not is_authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )

"""Found the demonstration certificate authority of this installation, once."""

from __future__ import annotations

import base64
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.kit.refusal import refusal
from congvu.signing import ports
from congvu.signing.models import Certificate, RevocationList, TrustAnchor


def found_authority(*, at: datetime) -> TrustAnchor:
    """Make root, issuing authority and revocation lists, and trust the root; safe to repeat.

    Refuses (E020) where no authority is installed, as in production.
    """
    with transaction.atomic():
        own = ports.authority()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('signing.found', 0))")

        if own is None:
            raise refusal("signing.E020")

        root = x509.load_der_x509_certificate(own.found(at)[0])
        anchor, is_new = TrustAnchor.objects.get_or_create(
            fingerprint=root.fingerprint(hashes.SHA256()).hex(),
            defaults={
                "purpose": TrustAnchor.Purpose.DEMONSTRATION,
                "name": root.subject.rfc4514_string()[:400],
                "certificate": root.public_bytes(Encoding.PEM).decode(),
                "trusted_from": root.not_valid_before_utc,
                "added_at": at,
            },
        )
        _trust_time_stamps(own, at)
        publish_lists(own, at)

        if is_new:
            write_entry("signing.authority_founded", by=None, at=at, details={"name": anchor.name})
    return anchor


def _trust_time_stamps(own: ports.Authority, at: datetime) -> None:
    """The demonstration's time-stamps are trusted by an anchor of their own purpose."""
    above = x509.load_der_x509_certificate(own.time_stamp_root())
    TrustAnchor.objects.get_or_create(
        fingerprint=above.fingerprint(hashes.SHA256()).hex(),
        defaults={
            "purpose": TrustAnchor.Purpose.TIME_STAMP,
            "name": above.subject.rfc4514_string()[:400],
            "certificate": above.public_bytes(Encoding.PEM).decode(),
            "trusted_from": above.not_valid_before_utc,
            "added_at": at,
        },
    )


def publish_lists(own: ports.Authority, at: datetime) -> None:
    """Make the revocation lists anew from the register of certificates."""
    revoked = Certificate.objects.filter(
        is_demonstration=True, state=Certificate.State.REVOKED
    ).values_list("serial", "revoked_at")
    for content in own.revocation_lists({int(serial, 16): since for serial, since in revoked}, at):
        parsed = x509.load_der_x509_crl(content)
        RevocationList.objects.update_or_create(
            issuer=parsed.issuer.rfc4514_string()[:400],
            defaults={
                "content": content,
                "issued_at": parsed.last_update_utc,
                "next_at": parsed.next_update_utc,
                "taken_in_at": at,
            },
        )


def as_base64(der: bytes) -> str:
    """DER for a JSON column."""
    return base64.b64encode(der).decode()

"""Add the certificate of an authority below a trusted root, so that its lists can be checked.

It is trusted only through the root above it: no second administrator is needed.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing import queries
from congvu.signing.models import IssuerCertificate
from congvu.signing.read_trust_file import read_certificate


@clause("ND130.79")
def add_issuer(*, content: bytes, by: Actor, at: datetime) -> IssuerCertificate:
    """Keep the intermediate certificate in `content` (DER or PEM)."""
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E120")
    above = [*queries.trusted_roots(at), *queries.chained_issuers(at)]
    found = read_certificate(content, [one.certificate for one in above])
    with transaction.atomic():
        refuse_unless(found.is_authority, "signing.E123")
        refuse_if(found.is_weak, "signing.E126")
        if found.issuer_place is None:
            raise refusal("signing.E138")
        refuse_unless(
            found.valid_from <= at < found.valid_to,
            "signing.E124",
            since=f"{clock.local(found.valid_from):%d/%m/%Y}",
            until=f"{clock.local(found.valid_to):%d/%m/%Y}",
        )
        same = IssuerCertificate.objects.filter(fingerprint=found.fingerprint)
        refuse_if(
            same.exists() or found.fingerprint in {one.fingerprint for one in above},
            "signing.E139",
        )

        issuer = IssuerCertificate.objects.create(
            name=found.name,
            issuer=found.issuer,
            fingerprint=found.fingerprint,
            issued_by=above[found.issuer_place].fingerprint,
            certificate=found.pem,
            valid_from=found.valid_from,
            valid_to=found.valid_to,
            added_by_id=by.person_id,
            added_at=at,
        )

        write_entry(
            "signing.issuer_added",
            by=by,
            at=at,
            on=("issuer", issuer.id),
            clause="ND130.79",
            details={"name": found.name, "fingerprint": found.fingerprint},
        )
    return issuer

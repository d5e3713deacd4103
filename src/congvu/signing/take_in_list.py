"""Take in a revocation list that was brought on a disk: a house without the internet needs it.

It must be signed by an authority under a trusted root, and be newer than the one held. A list past
its time is taken in all the same and shown as stale: it still names what was revoked before.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing import queries
from congvu.signing.judge import CLOCK_TOLERANCE
from congvu.signing.models import RevocationList
from congvu.signing.read_trust_file import read_list


@clause("ND130.79", "S.54")
def take_in_list(*, content: bytes, by: Actor, at: datetime) -> RevocationList:
    """Keep the list in `content` (DER or PEM) in the place of the older one of its issuer."""
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E120")
    issuers = [*queries.trusted_roots(at), *queries.chained_issuers(at)]
    found = read_list(content, [one.certificate for one in issuers])
    with transaction.atomic():
        held = RevocationList.objects.select_for_update().filter(issuer=found.issuer).first()

        refuse_if(found.issued_at > at + CLOCK_TOLERANCE, "signing.E137")
        if held is not None:
            refuse_if(
                found.issued_at <= held.issued_at,
                "signing.E135",
                issued=f"{clock.local(found.issued_at):%H:%M %d/%m/%Y}",
                held=f"{clock.local(held.issued_at):%H:%M %d/%m/%Y}",
            )

        kept, _ = RevocationList.objects.update_or_create(
            issuer=found.issuer,
            defaults={
                "content": found.der,
                "issued_at": found.issued_at,
                "next_at": found.next_at,
                "number": found.number[:60],
                "revoked": found.revoked,
                "taken_in_at": at,
                "taken_in_by_id": by.person_id,
            },
        )

        write_entry(
            "signing.list_taken_in",
            by=by,
            at=at,
            on=("revocation_list", kept.id),
            clause="ND130.79",
            details={
                "issuer": found.issuer,
                "number": found.number,
                "sha256": hashlib.sha256(found.der).hexdigest(),
                "issued_at": found.issued_at.isoformat(),
                "next_at": found.next_at.isoformat(),
                "signed_by": issuers[found.issuer_place].fingerprint,
            },
        )
    return kept

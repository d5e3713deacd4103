"""Propose to trust a root, for one purpose, from a day on; another administrator decides.

Nothing is trusted because a program says so: every root comes from an administrator's hand, with
its reason, and from the eyes of a second one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing.models import TrustAnchor, TrustChange
from congvu.signing.read_trust_file import CertificateFacts, read_certificate

SHORTEST_REASON, LONGEST_REASON = 10, 500
PURPOSES = (
    TrustAnchor.Purpose.OFFICIAL,
    TrustAnchor.Purpose.PUBLIC,
    TrustAnchor.Purpose.TIME_STAMP,
)


@clause("ND130.79", "S.54")
def propose_trust(
    *, content: bytes, purpose: str, effective_at: datetime, reason: str, by: Actor, at: datetime
) -> TrustChange:
    """Propose the certificate in `content` (DER or PEM) as an anchor; nothing is trusted yet."""
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E120")
    reason = plain_spaces(clean_text(reason))
    found = read_certificate(content)
    if clock.local(effective_at).date() == clock.local(found.valid_from).date():
        effective_at = max(effective_at, found.valid_from)  # a day is typed, not an hour
    with transaction.atomic():
        refuse_unless(purpose in PURPOSES, "signing.E127")
        refuse_unless(SHORTEST_REASON <= len(reason) <= LONGEST_REASON, "signing.E128")
        refuse_unless(found.is_authority, "signing.E123")
        refuse_if(found.is_weak, "signing.E126")
        _refuse_outside_validity(found, effective_at)
        refuse_if(is_trusted_or_proposed(found.fingerprint, purpose), "signing.E125")

        change = TrustChange.objects.create(
            kind=TrustChange.Kind.ADD,
            purpose=purpose,
            name=found.name,
            certificate=found.pem,
            fingerprint=found.fingerprint,
            facts=_facts(found),
            effective_at=effective_at,
            reason=reason,
            proposed_by_id=by.person_id,
            proposed_at=at,
        )

        write_entry(
            "signing.trust_proposed",
            by=by,
            at=at,
            on=("trust_change", change.id),
            clause="ND130.79",
            details={"name": found.name, "fingerprint": found.fingerprint, "purpose": purpose},
        )
    return change


def is_trusted_or_proposed(fingerprint: str, purpose: str) -> bool:
    """Whether nothing is left to propose: it is trusted, or a proposal waits."""
    same = {"fingerprint": fingerprint, "purpose": purpose}
    return (
        TrustAnchor.objects.filter(**same, trusted_to=None).exists()
        or TrustChange.objects.filter(**same, decided_at=None).exists()
    )


def _refuse_outside_validity(found: CertificateFacts, effective_at: datetime) -> None:
    refuse_unless(
        found.valid_from <= effective_at < found.valid_to,
        "signing.E124",
        since=f"{clock.local(found.valid_from):%d/%m/%Y}",
        until=f"{clock.local(found.valid_to):%d/%m/%Y}",
    )


def _facts(found: CertificateFacts) -> dict[str, str | bool]:
    return {
        "issuer": found.issuer,
        "serial": found.serial,
        "valid_from": found.valid_from.isoformat(),
        "valid_to": found.valid_to.isoformat(),
        "key": found.key,
        "is_root": found.is_root,
    }

"""Propose to trust a root no longer, from a day on; another administrator decides."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing.models import TrustAnchor, TrustChange
from congvu.signing.propose_trust import LONGEST_REASON, SHORTEST_REASON


@clause("ND130.79", "S.54")
def propose_trust_end(
    *, anchor_id: int, effective_at: datetime, reason: str, by: Actor, at: datetime
) -> TrustChange:
    """Propose that this anchor is not trusted from `effective_at` on.

    What was received before that moment is still judged by it.
    """
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E120")
    reason = plain_spaces(clean_text(reason))
    with transaction.atomic():
        anchor = TrustAnchor.objects.select_for_update().filter(id=anchor_id).first()

        if anchor is None or anchor.trusted_to is not None:
            raise refusal("signing.E131")
        refuse_unless(SHORTEST_REASON <= len(reason) <= LONGEST_REASON, "signing.E128")
        since = f"{clock.local(anchor.trusted_from):%d/%m/%Y}"
        refuse_if(effective_at < anchor.trusted_from, "signing.E132", since=since)
        waiting = TrustChange.objects.filter(
            fingerprint=anchor.fingerprint, purpose=anchor.purpose, decided_at=None
        )
        refuse_if(waiting.exists(), "signing.E125")

        change = TrustChange.objects.create(
            kind=TrustChange.Kind.END,
            purpose=anchor.purpose,
            name=anchor.name,
            certificate=anchor.certificate,
            fingerprint=anchor.fingerprint,
            anchor=anchor,
            effective_at=effective_at,
            reason=reason,
            proposed_by_id=by.person_id,
            proposed_at=at,
        )

        write_entry(
            "signing.trust_end_proposed",
            by=by,
            at=at,
            on=("trust_change", change.id),
            clause="ND130.79",
            details={"name": anchor.name, "fingerprint": anchor.fingerprint},
        )
    return change

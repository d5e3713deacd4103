"""Decide on a proposed change of trust: the second pair of eyes, never the proposer's own."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause
from congvu.signing.models import TrustAnchor, TrustChange
from congvu.signing.propose_trust import LONGEST_REASON


@clause("ND130.79", "S.11", "S.54")
def decide_trust(
    *, change_id: int, is_approved: bool, by: Actor, at: datetime, note: str = ""
) -> TrustChange:
    """Approve or refuse; an approved change takes effect from the day that it names."""
    refuse_unless(by.has(SYSTEM_ADMIN), "signing.E120")
    with transaction.atomic():
        change = TrustChange.objects.select_for_update().filter(id=change_id).first()

        if change is None or change.decided_at is not None:
            raise refusal("signing.E129")
        refuse_if(change.proposed_by_id == by.person_id, "signing.E130")

        if is_approved:
            change.anchor = _carry_out(change, at)
        change.decided_by_id = by.person_id
        change.decided_at = at
        change.is_approved = is_approved
        change.note = plain_spaces(clean_text(note))[:LONGEST_REASON]
        change.save()

        write_entry(
            "signing.trust_decided",
            by=by,
            at=at,
            on=("trust_change", change.id),
            clause="ND130.79",
            details={
                "kind": change.kind,
                "approved": is_approved,
                "name": change.name,
                "fingerprint": change.fingerprint,
                "purpose": change.purpose,
                "effective_at": change.effective_at.isoformat(),
                "proposed_by": change.proposed_by_id,
            },
        )
    return change


def _carry_out(change: TrustChange, at: datetime) -> TrustAnchor:
    same = {"fingerprint": change.fingerprint, "purpose": change.purpose, "trusted_to": None}
    anchor = TrustAnchor.objects.select_for_update().filter(**same).first()
    if change.kind == TrustChange.Kind.ADD:
        refuse_if(anchor, "signing.E125")
        return TrustAnchor.objects.create(
            purpose=change.purpose,
            name=change.name,
            certificate=change.certificate,
            fingerprint=change.fingerprint,
            trusted_from=change.effective_at,
            added_at=at,
        )
    if anchor is None:
        raise refusal("signing.E131")
    anchor.trusted_to = change.effective_at
    anchor.save(update_fields=["trusted_to"])
    return anchor

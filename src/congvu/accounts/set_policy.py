"""Set a value of the security profile; weaker than the floor only by a signed deviation (S.58)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from congvu.accounts.models import PolicyValue
from congvu.accounts.queries import policy_rules
from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refusal, refuse_unless
from congvu.orgs.types import SYSTEM_ADMIN, Actor
from congvu.rules.clauses import clause


@dataclass(frozen=True)
class Deviation:
    """Why the floor may be undercut for a while: reason, who signed, last day."""

    reason: str
    signer_person_id: int
    ends_on: date


@clause("S.58")
def set_policy(
    *,
    key: str,
    value: int,
    source: str,
    deviation: Deviation | None = None,
    by: Actor,
    at: datetime,
) -> None:
    """Enter a value that holds from now on. The last one entered counts; none is ever changed."""
    with transaction.atomic():
        rule = policy_rules().get(key)

        if rule is None:
            raise refusal("accounts.E060", key=key)
        refuse_unless(by.has(SYSTEM_ADMIN), "accounts.E034")
        signed = _is_signed(deviation, by, at)
        refuse_unless(
            value >= 0 and (signed or not rule.is_weaker(value)),
            "accounts.E061",
            value=value,
            floor=rule.floor,
            source=rule.source,
        )

        row = PolicyValue.objects.create(
            key=key,
            value=value,
            source=source[:250],
            valid_from=at,
            entered_by_id=by.person_id,
            deviation_reason=deviation.reason if deviation else "",
            deviation_signer_id=deviation.signer_person_id if deviation else None,
            deviation_ends_on=deviation.ends_on if deviation else None,
        )
        write_entry(
            "policy.set",
            by=by,
            at=at,
            on=("policy", row.id),
            clause="S.58",
            details={"key": key, "value": value, "deviation": bool(deviation)},
        )


def _is_signed(deviation: Deviation | None, by: Actor, at: datetime) -> bool:
    """A deviation needs a reason, an end that is not past, and a signer who is somebody else."""
    return (
        deviation is not None
        and bool(deviation.reason.strip())
        and deviation.ends_on >= clock.local(at).date()
        and deviation.signer_person_id != by.person_id
    )

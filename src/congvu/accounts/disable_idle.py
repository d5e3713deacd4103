"""Disable accounts that nobody has used for 45 days (S.07; QCVN 12:2026/BCA 3.7.2.7.6)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from congvu.accounts.close_account import deactivate
from congvu.accounts.models import Account, IdleExemption
from congvu.accounts.queries import policy
from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.rules.clauses import clause

NOTICE_DAYS = (30, 40)


def idle_since(before: datetime, at: datetime) -> QuerySet[Account]:
    """Active accounts of people, neither used nor activated since `before`, without exemption.

    An exemption counts through its last day.
    """
    today = clock.local(at).date()
    exempt = IdleExemption.objects.filter(ends_on__gte=today).values("account_id")
    found: QuerySet[Account] = (
        Account.objects.filter(status=Account.Status.ACTIVE)
        .exclude(kind=Account.Kind.SERVICE)
        .exclude(id__in=exempt)
        .annotate(used_at=Greatest(F("last_sign_in_at"), F("activated_at")))
        .filter(used_at__lte=before)
    )
    return found


@clause("S.07")
def disable_idle(*, at: datetime) -> int:
    """Disable every account idle for 45 days; returns how many. Safe to run twice."""
    with transaction.atomic():
        days = policy(at)["idle_account.days"]
        accounts = idle_since(at - timedelta(days=days), at).select_for_update(of=("self",))

        for account in accounts:
            deactivate(
                account,
                "disabled",
                reason=f"không sử dụng {days} ngày liên tục",
                at=at,
            )
            write_entry(
                "account.disabled_idle",
                by=None,
                at=at,
                on=("account", account.id),
                clause="S.07",
                details={"days": days},
            )
    return len(accounts)


def soon_disabled(at: datetime) -> list[tuple[int, int]]:
    """Accounts whose idle day is one of the notice days today: (account id, days idle)."""
    found = []
    for days in NOTICE_DAYS:
        rows = idle_since(at - timedelta(days=days), at).filter(
            used_at__gt=at - timedelta(days=days + 1)
        )
        found += [(row.id, days) for row in rows]
    return found

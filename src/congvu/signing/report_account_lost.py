"""Report that an account is out of control, forged or abused (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.cut_off import cut_off
from congvu.accounts.suspend_lost import suspend_lost_account
from congvu.kit.refusal import refuse_if
from congvu.orgs.suspend_delegations import suspend_delegations
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import LossReport
from congvu.signing.record_loss import Loss, record_loss

OPERATOR = "Đơn vị vận hành Hệ thống quản lý văn bản và điều hành"


@clause("QC.10.3", "S.06")
def report_account_lost(
    *, account_id: int, lost_at: datetime, said: str, by: Actor, at: datetime
) -> LossReport:
    """An account of this system: out of use at once, all sessions ended, delegations stand still.

    The owner, or an administrator of the owner's agency, asks; it comes back with a new password.
    """
    with transaction.atomic():
        refuse_if(lost_at > at, "signing.E022")
        account = suspend_lost_account(account_id=account_id, by=by, at=at)

        ended = cut_off(person_id=account.person_id, by=by, at=at)
        suspended = suspend_delegations(person_id=account.person_id, by=by, at=at)
        return record_loss(
            Loss(
                kind=LossReport.Kind.ACCOUNT,
                what=f"tài khoản {account.username} của {account.person.full_name}",
                lost_at=lost_at,
                said=" ".join(said.split()),
                provider=OPERATOR,
                links={"account_id": account.id, "person_id": account.person_id},
                ended_sessions=ended,
                suspended=tuple(suspended),
            ),
            by=by,
            at=at,
        )

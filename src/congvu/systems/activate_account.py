"""Bring an account into use: only after the notice, with somebody who answers for it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from congvu.kit.refusal import refusal, refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access, refusals
from congvu.systems.models import AccountStep, OfficialAccount
from congvu.systems.notify_account import opening_finding
from congvu.systems.plan_account import refuse_state, write_step

State = OfficialAccount.State


@clause("QC.6.2.c", "QC.10.4")
def activate_account(
    *, account_id: int, oa_id: str, opened_on: date, by: Actor, at: datetime
) -> OfficialAccount:
    """The account was opened on Zalo on `opened_on` under `oa_id`, the platform's own number."""
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)
        oa_id = oa_id.strip()

        refuse_state(account, State.NOTIFIED)
        refuse_unless(oa_id.isdigit() and len(oa_id) <= 40, refusals.NO_OA)
        day = f"{account.notice_on:%d/%m/%Y}"
        is_before = account.notice_on is None or opened_on < account.notice_on
        refuse_if(is_before, refusals.OPENED_BEFORE_NOTICE, day=day)
        found = opening_finding(account, opened_on)
        refuse_unless(found.value, refusals.NOTICE_INCOMPLETE, said=found.explanation)
        has_keeper = account.keepers.filter(valid_to__isnull=True).exists()
        refuse_unless(has_keeper, refusals.NO_KEEPER)

        account.oa_id, account.opened_on, account.state = oa_id, opened_on, State.ACTIVE
        _save(account)
        write_step(account, AccountStep.Act.ACTIVATED, by=by, at=at, text=f"OA {oa_id}")
    return account


def _save(account: OfficialAccount) -> None:
    """Another agency's account cannot be seen, but the database knows its number."""
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as taken:
        raise refusal(refusals.OA_TAKEN) from taken

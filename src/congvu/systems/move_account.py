"""Suspend, resume, close, rename or merge an account; what stood before stays in its history."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access, refusals
from congvu.systems.models import AccountStep, OfficialAccount
from congvu.systems.notify_account import opening_finding
from congvu.systems.plan_account import refuse_state, write_step

State = OfficialAccount.State
LEAST = 5
# Order -> from which states, to which, under which act.
MOVES: dict[str, tuple[tuple[str, ...], str, AccountStep.Act]] = {
    "suspend": ((State.ACTIVE,), State.SUSPENDED, AccountStep.Act.SUSPENDED),
    "resume": ((State.SUSPENDED,), State.ACTIVE, AccountStep.Act.RESUMED),
    "close": (
        (State.PLANNED, State.NOTIFIED, State.ACTIVE, State.SUSPENDED),
        State.CLOSED,
        AccountStep.Act.CLOSED,
    ),
    "merge": ((State.ACTIVE, State.SUSPENDED), State.MERGED, AccountStep.Act.MERGED),
}


@clause("QC.6.2.c", "QC.10.4")
def move_account(
    *, account_id: int, move: str, text: str, by: Actor, at: datetime
) -> OfficialAccount:
    """One of `MOVES`, with its reason; an ended account is never opened again."""
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)
        text = clean_text(text).strip()

        refuse_unless(move in MOVES, refusals.NO_WORDS)
        sources, target, act = MOVES[move]
        refuse_state(account, *sources)
        refuse_unless(len(text) >= LEAST, refusals.NO_WORDS)

        account.state = target
        if target in {State.CLOSED, State.MERGED}:
            account.ended_on = clock.local(at).date()
        account.save()
        write_step(account, act, by=by, at=at, text=text)
    return account


@clause("QC.6.2.c")
def rename_account(
    *,
    account_id: int,
    name: str,
    number: str,
    notice_on: date | None,
    text: str,
    by: Actor,
    at: datetime,
) -> OfficialAccount:
    """The agency has another name: the account takes it, after a notice of its own."""
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)
        before = {"name": account.name, "notice": account.notice_number}

        refuse_state(account, State.ACTIVE, State.SUSPENDED)
        account.name, account.notice_number = clean_text(name).strip(), clean_text(number).strip()
        noticed_before, account.notice_on = account.notice_on, notice_on
        found = opening_finding(account, clock.local(at).date())
        refuse_unless(found.value, refusals.NOTICE_INCOMPLETE, said=found.explanation)

        account.notice_on = noticed_before  # of the opening; the new notice stands in the step
        before["notice_on"] = str(noticed_before)
        account.notice_number = before["notice"]
        account.save()
        said = f"{text} (thông báo số {number} ngày {notice_on:%d/%m/%Y})".strip()
        write_step(account, AccountStep.Act.RENAMED, by=by, at=at, text=said, before=before)
    return account

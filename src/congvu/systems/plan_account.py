"""Plan an account on Zalo: what the notice must say is written down first (QC.6.2.c)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access, refusals
from congvu.systems.models import AccountStep, OfficialAccount


@dataclass(frozen=True)
class AccountPlan:
    """What QC.6.2.c asks for; `other` may be empty."""

    name: str
    phone: str
    domain: str
    purpose: str
    other: str = ""

    def cleaned(self) -> AccountPlan:
        """Without what a keyboard leaves behind."""
        return AccountPlan(**{key: clean_text(one).strip() for key, one in asdict(self).items()})

    @property
    def is_whole(self) -> bool:
        """Whether every field that must be there is there."""
        return all((self.name, self.phone, self.domain, self.purpose))


@clause("QC.6.2.c")
def plan_account(
    *, plan: AccountPlan, account_id: int | None = None, by: Actor, at: datetime
) -> OfficialAccount:
    """A new planned account, or a planned one changed; nothing exists on Zalo yet."""
    with transaction.atomic():
        plan = plan.cleaned()
        account = access.account_for(by, account_id, lock=True) if account_id else None

        refuse_unless(access.may_keep(by), refusals.NOT_KEEPER)
        refuse_unless(plan.is_whole, refusals.PLAN_INCOMPLETE)
        if account is not None:
            refuse_state(account, OfficialAccount.State.PLANNED)

        before = _values(account) if account else {}
        account = account or OfficialAccount(agency_id=by.agency_id)
        for key, value in asdict(plan).items():
            setattr(account, key, value)
        account.save()
        act = AccountStep.Act.CHANGED if before else AccountStep.Act.PLANNED
        write_step(account, act, by=by, at=at, before=before)
    return account


def refuse_state(account: OfficialAccount, *states: str) -> None:
    """Only from one of these states."""
    state = account.get_state_display()
    refuse_unless(account.state in states, refusals.WRONG_STATE, state=state)


def write_step(
    account: OfficialAccount,
    act: AccountStep.Act,
    *,
    by: Actor,
    at: datetime,
    text: str = "",
    before: dict[str, str] | None = None,
) -> None:
    """The step in the account's own history and in the audit log; in the caller's transaction."""
    AccountStep.objects.create(
        agency_id=account.agency_id,
        account=account,
        act=act,
        text=text[:1000],
        before=before or {},
        by_id=by.posting_id,
        at=at,
    )
    write_entry(
        f"systems.account_{act.value}",
        by=by,
        at=at,
        on=("official_account", account.id),
        agency_id=account.agency_id,
        clause="QC.6.2.c",
        details={"state": account.state, "text": text[:200]},
    )


def _values(account: OfficialAccount) -> dict[str, str]:
    return {key: getattr(account, key) for key in ("name", "phone", "domain", "purpose", "other")}

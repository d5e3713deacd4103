"""Who keeps the agency's Zalo accounts: the only door to an account and to an impostor case.

The head's office keeps the register (clerk, leader, administrator of the agency); who was appointed
to administer an account may see it too.
"""

from __future__ import annotations

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import AGENCY_ADMIN, CLERK, LEADER, Actor
from congvu.systems import refusals
from congvu.systems.models import AccountKeeper, ImpostorCase, OfficialAccount

KEEPERS = frozenset({CLERK, LEADER, AGENCY_ADMIN})


def may_keep(by: Actor) -> bool:
    """Whether this actor keeps the agency's register of accounts."""
    return by.agency_id is not None and not by.roles.isdisjoint(KEEPERS)


def account_for(
    by: Actor, account_id: int, *, to: str = "keep", lock: bool = False
) -> OfficialAccount:
    """The account of the actor's agency; `to`: "keep", or "read" for its administrators too."""
    rows = OfficialAccount.objects.select_for_update() if lock else OfficialAccount.objects
    account = rows.filter(id=account_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(account is None, refusals.NO_ACCOUNT)
    reads = to == "read" and is_keeper(by, account_id)
    refuse_unless(may_keep(by) or reads, refusals.NOT_KEEPER)
    return account


def is_keeper(by: Actor, account_id: int) -> bool:
    """Whether this actor was appointed to administer the account."""
    return AccountKeeper.objects.filter(
        account_id=account_id, posting_id=by.posting_id, valid_to__isnull=True
    ).exists()


def case_for(by: Actor, case_id: int, *, lock: bool = False) -> ImpostorCase:
    """The impostor case of the actor's agency."""
    rows = ImpostorCase.objects.select_for_update() if lock else ImpostorCase.objects
    case = rows.filter(id=case_id, agency_id=by.agency_id, agency_id__isnull=False).first()
    refuse_if(case is None, refusals.NO_CASE_FOUND)
    refuse_unless(may_keep(by), refusals.NOT_KEEPER)
    return case

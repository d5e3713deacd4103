"""Appoint who administers an account and answers for it, and end the appointment (QC.10.4)."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access, refusals
from congvu.systems.models import AccountKeeper
from congvu.systems.move_account import LEAST


@clause("QC.10.4")
def name_keeper(
    *,
    account_id: int,
    posting_id: int,
    basis: str,
    valid_from: date,
    by: Actor,
    at: datetime,
) -> AccountKeeper:
    """From that day this posting answers for the sources and checks what people write."""
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)
        posting = orgs.posting(posting_id)
        basis = clean_text(basis).strip()
        open_ones = account.keepers.filter(posting_id=posting_id, valid_to__isnull=True)

        is_ours = posting is not None and posting.agency_id == account.agency_id
        refuse_unless(is_ours, refusals.NOT_OF_AGENCY)
        refuse_unless(len(basis) >= LEAST, refusals.NO_WORDS)
        refuse_if(open_ones.exists(), refusals.KEEPER_THERE)

        keeper = AccountKeeper.objects.create(
            agency_id=account.agency_id,
            account=account,
            posting_id=posting_id,
            basis=basis[:250],
            valid_from=valid_from,
            by_id=by.posting_id,
            at=at,
        )
        _write("systems.keeper_named", keeper, by, at)
    return keeper


@clause("QC.10.4")
def end_keeper(*, account_id: int, keeper_id: int, by: Actor, at: datetime) -> None:
    """The appointment ends today; what was done stays."""
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)
        keeper = account.keepers.filter(id=keeper_id, valid_to__isnull=True).first()

        refuse_if(keeper is None, refusals.NO_ACCOUNT)

        keeper.valid_to = clock.local(at).date()
        keeper.save(update_fields=["valid_to"])
        _write("systems.keeper_ended", keeper, by, at)


def _write(act: str, keeper: AccountKeeper, by: Actor, at: datetime) -> None:
    write_entry(
        act,
        by=by,
        at=at,
        on=("official_account", keeper.account_id),
        agency_id=keeper.agency_id,
        clause="QC.10.4",
        details={"posting": keeper.posting_id, "basis": keeper.basis},
    )

"""Note the written notice to the authority: without it no account is opened (QC.6.2.c)."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import Refusal, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules import systems as rules
from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.systems import access, refusals
from congvu.systems.models import AccountStep, OfficialAccount
from congvu.systems.plan_account import refuse_state, write_step

FILE = Path(__file__).resolve().parent / "data" / "zalo-notice.yaml"
State = OfficialAccount.State


@clause("QC.6.2.c")
def notify_account(
    *,
    account_id: int,
    number: str,
    notice_on: date | None,
    receiver: str,
    document_id: int | None = None,
    by: Actor,
    at: datetime,
) -> OfficialAccount:
    """The notice was issued under this number on this day, with every field of the law.

    `document_id`: the issued document, where it was made in this system; else it is a reference.
    """
    with transaction.atomic():
        account = access.account_for(by, account_id, lock=True)

        refuse_state(account, State.PLANNED)
        account.notice_number, account.notice_on = clean_text(number).strip()[:60], notice_on
        found = opening_finding(account, clock.local(at).date())
        refuse_unless(found.value, refusals.NOTICE_INCOMPLETE, said=found.explanation)

        account.notice_to = clean_text(receiver).strip()[:250]
        account.notice_document_id = document_id
        account.state = State.NOTIFIED
        account.save()
        said = f"Văn bản số {account.notice_number} ngày {notice_on:%d/%m/%Y}"
        write_step(account, AccountStep.Act.NOTIFIED, by=by, at=at, text=said)
    return account


@clause("QC.6.2.c")
def opening_finding(account: OfficialAccount, on: date) -> Finding[bool]:
    """Whether the account may be opened on a day, by what is written down."""
    notice = rules.AccountNotice(
        account_name=account.name,
        phone=account.phone,
        domain=account.domain,
        purpose=account.purpose,
        document=account.notice_number,
        notified_on=account.notice_on,
    )
    agency = orgs.agency(account.agency_id)
    return rules.may_open_account(notice, agency_name=agency.name, on=on)


def notice_receiver(on: date) -> str:
    """The name of the agency that notices go to on a day (dated data of the province)."""
    begun = [one for one in _receivers() if one["valid_from"] <= on]
    if not begun:
        return ""
    try:
        known = orgs.agency_by_code(max(begun, key=lambda one: one["valid_from"])["receiver"])
    except Refusal:  # not an agency of this installation: whoever prints it types the name
        return ""
    return known.name if known.stands_on(on) else orgs.successor_of(known.id, on).name


@lru_cache(maxsize=1)
def _receivers() -> list[dict[str, Any]]:
    written: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["receivers"]
    return written

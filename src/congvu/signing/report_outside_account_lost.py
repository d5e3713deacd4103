"""Report the loss of an account of the agency on a system other than this (Quy chế Điều 10.3)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.access import KEEPERS
from congvu.signing.models import LossReport
from congvu.signing.record_loss import Loss, record_loss

SHORTEST, LONGEST = 5, 200


@clause("QC.10.3")
def report_outside_account_lost(
    *, name: str, provider: str, lost_at: datetime, said: str, by: Actor, at: datetime
) -> LossReport:
    """The agency's mailbox, Zalo page, portal account: nothing here can stop it, so the report,
    the incident and the letters are what this system does. For the clerk and the administrator."""
    with transaction.atomic():
        name = " ".join(name.split())

        refuse_unless(by.agency_id and by.has(*KEEPERS), "signing.E157")
        refuse_if(lost_at > at, "signing.E022")
        refuse_unless(SHORTEST <= len(name) <= LONGEST, "signing.E158")

        return record_loss(
            Loss(
                kind=LossReport.Kind.ACCOUNT,
                what=f"tài khoản của cơ quan: {name}",
                lost_at=lost_at,
                said=" ".join(said.split()),
                provider=" ".join(provider.split())[:200],
            ),
            by=by,
            at=at,
        )

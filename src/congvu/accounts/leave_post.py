"""A person leaves a post: roles and sessions in it end at that very moment (S.08; A17)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import current_postings
from congvu.accounts.close_account import deactivate
from congvu.accounts.models import Account, Leave, Session
from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.models import Posting
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("S.08")
def leave_post(
    *, posting_id: int, left_at: datetime, basis: str, by: Actor | None, at: datetime
) -> None:
    """Record the leave, now or ahead of time. From `left_at` on the posting gives no role: every
    request asks, so no job has to run at that moment. Whoever keeps no posting keeps no account.
    """
    with transaction.atomic():
        posting = Posting.objects.select_for_update(of=("self",)).filter(id=posting_id).first()

        refuse_unless(posting, "accounts.E040")
        refuse_if(Leave.objects.filter(posting=posting).exists(), "accounts.E041")

        Leave.objects.create(posting=posting, left_at=left_at, basis=basis[:250], recorded_at=at)
        posting.valid_to = clock.local(left_at).date()
        posting.save(update_fields=["valid_to"])
        write_entry(
            "perm.left_post",
            by=by,
            at=at,
            on=("posting", posting.id),
            clause="S.08",
            details={"left_at": left_at.isoformat(), "basis": basis},
        )
        if left_at <= at:
            end_left_posts(at=at)


@clause("S.08")
def end_left_posts(*, at: datetime) -> int:
    """Write down the end of the sessions of posts left by now, and disable the accounts of people
    who hold no post any more. Returns how many accounts were disabled. Safe to run twice."""
    with transaction.atomic():
        left = Leave.objects.filter(left_at__lte=at)
        Session.objects.filter(
            posting_id__in=left.values("posting_id"), ended_at__isnull=True
        ).update(ended_at=at, end_reason=Session.End.LEFT_POST)
        candidates = Account.objects.select_for_update(of=("self",)).filter(
            status=Account.Status.ACTIVE,
            own_roles=[],
            person_id__in=left.values("posting__person_id"),
        )
        without = [one for one in candidates if not current_postings(one.person_id, at)]

        for account in without:
            deactivate(account, "disabled", reason="thôi mọi vị trí công tác", at=at)
            write_entry(
                "account.disabled_left_post",
                by=None,
                at=at,
                on=("account", account.id),
                clause="S.08",
            )
    return len(without)

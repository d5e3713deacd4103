"""Work in another of one's own postings; the session goes on with other rights."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.accounts.access import current_postings
from congvu.accounts.models import Session
from congvu.accounts.types import Visit
from congvu.audit.write import write_entry
from congvu.kit.refusal import refuse_unless
from congvu.rules.clauses import clause


@clause("S.08")
def switch_posting(*, visit: Visit, posting_id: int, at: datetime) -> None:
    """Switch the session to the posting, which must be the person's own and in force now."""
    with transaction.atomic():
        session = Session.objects.select_for_update().get(id=visit.session_id)
        own = {posting.id: posting for posting in current_postings(visit.who.person_id, at)}

        refuse_unless(posting_id in own, "accounts.E040")

        session.posting = own[posting_id]
        session.save(update_fields=["posting"])
        write_entry(
            "auth.posting_switched",
            by=visit.who,
            at=at,
            on=("posting", posting_id),
            details={"from": visit.who.posting_id},
        )

"""Tell somebody of a letter in the agency's mailbox: one notice each, whatever rings twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from congvu.mailboxes.models import MailItem, MailNotice
from congvu.rules.clauses import clause


@clause("QC.10.2")
def tell(item: MailItem, *, to: Iterable[int], kind: str, key: str, text: str, at: datetime) -> int:
    """To these postings of the mailbox's agency; in the caller's transaction."""
    rows = [
        MailNotice(
            agency_id=item.agency_id,
            item=item,
            to_id=posting_id,
            kind=kind,
            key=key,
            text=text[:500],
            at=at,
        )
        for posting_id in sorted(set(to))
    ]
    return len(MailNotice.objects.bulk_create(rows, ignore_conflicts=True))


@clause("QC.10.2")
def mark_notices_seen(*, posting_id: int, at: datetime) -> int:
    """The addressee has seen the notices; tells how many were new."""
    unseen = MailNotice.objects.filter(to_id=posting_id, seen_at__isnull=True)
    return unseen.update(seen_at=at)

"""Tell somebody of a message that came in: one notice each, whatever rings twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from congvu.channels.models import InboundMessage, InboundNotice
from congvu.rules.clauses import clause

Kind = InboundNotice.Kind


@clause("QC.10.2")
def tell(
    inbound: InboundMessage, *, to: Iterable[int], kind: str, key: str, text: str, at: datetime
) -> int:
    """To these postings of the message's agency; in the caller's transaction."""
    rows = [
        InboundNotice(
            agency_id=inbound.agency_id,
            inbound=inbound,
            to_id=posting_id,
            kind=kind,
            key=key,
            text=text[:500],
            at=at,
        )
        for posting_id in sorted(set(to))
    ]
    return len(InboundNotice.objects.bulk_create(rows, ignore_conflicts=True))


@clause("QC.10.2")
def mark_notices_seen(*, posting_id: int, at: datetime) -> int:
    """The addressee has seen the notices; tells how many were new."""
    unseen = InboundNotice.objects.filter(to_id=posting_id, seen_at__isnull=True)
    return unseen.update(seen_at=at)

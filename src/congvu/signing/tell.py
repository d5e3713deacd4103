"""Tell somebody of a key: one notice each, whatever rings twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from congvu.rules.clauses import clause
from congvu.signing.models import CustodyNotice


@dataclass(frozen=True)
class Word:
    """What is said, once under its key, and where it leads ("device", "report" or "arrival")."""

    kind: CustodyNotice.Kind
    key: str
    text: str
    subject_kind: str
    subject_id: int


@clause("QC.10.3")
def tell(word: Word, *, to: Iterable[tuple[int, int]], at: datetime) -> int:
    """To these (agency, posting); who was told before is not told again. In the caller's
    transaction, which crosses agencies where the addressees sit in others."""
    rows = [
        CustodyNotice(
            agency_id=agency_id,
            to_id=posting_id,
            kind=word.kind,
            subject_kind=word.subject_kind,
            subject_id=word.subject_id,
            key=word.key,
            text=word.text[:1000],
            at=at,
        )
        for agency_id, posting_id in sorted(set(to))
    ]
    return len(CustodyNotice.objects.bulk_create(rows, ignore_conflicts=True))


@clause("QC.10.3")
def mark_notices_seen(*, posting_id: int, at: datetime) -> int:
    """The addressee has seen the notices; tells how many were new."""
    unseen = CustodyNotice.objects.filter(to_id=posting_id, seen_at__isnull=True)
    return int(unseen.update(seen_at=at))

"""Decide on one document of a sitting: agree to sign it, leave it, or send it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.documents import access
from congvu.documents.drafting.send_back import send_back_draft
from congvu.documents.models import BatchItem, Shown
from congvu.documents.outgoing.sign import ready_to_sign
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

UNDECIDED = (BatchItem.State.OPEN, BatchItem.State.WAITING, BatchItem.State.SKIPPED)


@clause("ND30.11", "ND30.13.7")
def agree_to_sign(
    *,
    batch_id: int,
    ordinal: int,
    seen_sha256: str,
    session_id: int,
    by: Actor,
    at: datetime,
) -> BatchItem:
    """Đồng ý ký: exactly this file, of which every page was shown in this stay (else E881).

    What may not be signed is refused now and not only at the end; see `sign_document`.
    """
    with transaction.atomic():
        item = item_for(by, batch_id, ordinal)
        ready = ready_to_sign(item.document_id, seen_sha256, by, at)

        shown = Shown.objects.filter(
            by_id=by.posting_id,
            session_id=session_id,
            sha256=seen_sha256,
            document=ready.document,
        ).first()
        refuse_unless(
            shown and shown.whole_at,
            "documents.E881",
            seen=len(shown.pages) if shown else 0,
            pages=ready.document.page_count or 1,
        )

        item.state = BatchItem.State.WAITING
        item.seen_sha256, item.shown_at, item.decided_at = seen_sha256, shown.whole_at, at
        item.said = item.code = ""
        item.save()
    return item


@clause("ND30.13.7")
def leave_unsigned(*, batch_id: int, ordinal: int, by: Actor, at: datetime) -> BatchItem:
    """Để lại: not signed in this sitting; it goes on waiting on the list."""
    with transaction.atomic():
        item = item_for(by, batch_id, ordinal)

        item.state, item.decided_at = BatchItem.State.SKIPPED, at
        item.save(update_fields=["state", "decided_at"])
    return item


@clause("ND30.11", "ND30.12")
def send_back_item(
    *, batch_id: int, ordinal: int, reason: str, by: Actor, at: datetime
) -> BatchItem:
    """Trả lại: to the drafter, with a reason."""
    with transaction.atomic():
        item = item_for(by, batch_id, ordinal)

        review = send_back_draft(document_id=item.document_id, reason=reason, by=by, at=at)

        item.state, item.decided_at = BatchItem.State.RETURNED, at
        item.said = review.reason[:500]
        item.save(update_fields=["state", "decided_at", "said"])
    return item


def item_for(by: Actor, batch_id: int, ordinal: int) -> BatchItem:
    """The document in a sitting that is still open to decisions, locked; else a refusal."""
    batch = access.batch_for(by, batch_id, lock=True)
    item = batch.items.filter(ordinal=ordinal).first()
    refuse_if(item is None, "documents.E880")
    refuse_unless(batch.is_open, "documents.E882", state=batch.get_state_display().lower())
    refuse_unless(item.state in UNDECIDED, "documents.E891", state=item.get_state_display().lower())
    return item

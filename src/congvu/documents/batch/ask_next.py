"""Ask a remote service for the next signatures of a sitting: one confirmation for all of them.

How many go together is what the service takes; where it takes one, they follow one another. What
may not be signed any more is told on its document and is not asked for.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from congvu.documents.models import BatchItem, Signing, SigningBatch
from congvu.documents.outgoing.ask_to_sign import ask_to_sign
from congvu.kit.refusal import Refusal, refusal
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.form_lot import form_lot
from congvu.signing.models import WaitingSignature
from congvu.signing.queries import key_of_person

log = logging.getLogger("congvu.documents")


@clause("ND30.13.7", "QC.10.3")
def ask_next(batch: SigningBatch, by: Actor, at: datetime) -> bool:
    """In the caller's transaction, which holds the sitting; True: nothing could be asked for, come
    again. Everything that is asked for was shown: `seen_sha256` is what is signed, or nothing."""
    size = key_of_person(by.person_id, at).at_once
    waiting = batch.items.filter(state=BatchItem.State.WAITING, request=None)
    requests = [_ask(item, by, at) for item in waiting.order_by("ordinal")[:size]]
    asked = [one.id for one in requests if one is not None]
    if asked:
        form_lot(waiting_ids=asked, by=by, at=at)
    batch.changed_at = at
    batch.save(update_fields=["changed_at"])
    return not asked


def _ask(item: BatchItem, by: Actor, at: datetime) -> WaitingSignature | None:
    """The request for one document, or its refusal on it."""
    try:
        with transaction.atomic():
            item.request = ask_to_sign(
                document_id=item.document_id,
                seen_sha256=item.seen_sha256,
                by=by,
                at=at,
                is_alone=False,
            )
    except Refusal as refused:
        note_result(item, refused.say, refused.code)
    except Exception:  # a broken document must not hold up the others; it is told and logged
        log.exception("batch %s: item %s failed", item.batch_id, item.ordinal)
        broken = refusal("documents.E888")
        note_result(item, broken.say, broken.code)
    else:
        item.save(update_fields=["request"])
    return item.request


def note_result(item: BatchItem, said: str, code: str) -> None:
    """How it ended for the document: signed, here or meanwhile elsewhere, or not, with its why."""
    row = signed_meanwhile(item)
    item.state = BatchItem.State.SIGNED if row else BatchItem.State.FAILED
    item.signed_at = row.at if row else None
    item.said, item.code = ("", "") if row else (said[:500], code)
    item.save(update_fields=["state", "signed_at", "said", "code"])


def signed_meanwhile(item: BatchItem) -> Signing | None:
    """The signature of this sitting's person on the file that was shown, since it began."""
    found: Signing | None = Signing.objects.filter(
        document_id=item.document_id,
        part=Signing.Part.PERSON,
        by_id=item.batch.by_id,
        file_before=item.seen_sha256,
        at__gte=item.batch.started_at,
        voided_at=None,
    ).first()
    return found

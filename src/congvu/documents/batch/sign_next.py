"""Sign the next document of a confirmed sitting: a transaction of its own, whatever comes of it.

A refusal is noted on the document and the next one goes on. A refused PIN stops the sitting at
once: a device locks itself after a few tries. A worker may be killed at any moment: what was
committed is signed, what was not is signed by whoever rings next.
"""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from congvu.accounts import queries as accounts
from congvu.audit.write import write_entry
from congvu.documents.batch.ask_next import ask_next, signed_meanwhile
from congvu.documents.models import BatchItem, SigningBatch
from congvu.documents.outgoing.sign import sign_document
from congvu.kit import wall
from congvu.kit.refusal import Refusal, refusal
from congvu.kit.vault import open_json
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.queries import key_of_person

log = logging.getLogger("congvu.documents")
PIN_WANTED = frozenset({"signing.E014", "signing.E015"})
DEVICE_LOCKED = "signing.E016"


@clause("ND30.13.7", "QC.10.3")
def sign_next(*, batch_id: int, at: datetime) -> bool:
    """Sign one; tells whether to come back for the next. False also when nobody may go on.

    With a key at a remote service: ask for the next ones (`ask_next`), whose answers ring again.
    """
    with wall.crossing_agencies():
        batch = (
            SigningBatch.objects.select_for_update()
            .filter(id=batch_id, state=SigningBatch.State.RUNNING)
            .first()
        )
        if batch is None:
            return False
        items = batch.items.filter(state=BatchItem.State.WAITING).order_by("ordinal")
        item = items.filter(request=None).first()
        if items.exclude(request=None).exists():
            return False  # a service is asked; its answer rings again
        if item is None:
            return _end(batch, at)

        by = _signer_now(batch, at)
        if by is None:
            return _stop(batch, refusal("documents.E887"), at)
        if key_of_person(by.person_id, at).is_remote:
            return ask_next(batch, by, at)
        if batch.pin_until is not None and batch.pin_until <= at:
            return _ask_pin(batch, refusal("documents.E889"), at)

        refused = _sign(batch, item, by, at)
        if refused is not None and refused.code in PIN_WANTED:
            return _ask_pin(batch, refused, at)
        if refused is not None and refused.code == DEVICE_LOCKED:
            return _stop(batch, refused, at)
        _note(item, refused, at)
        batch.changed_at = at
        batch.save(update_fields=["changed_at"])
    return True


def _signer_now(batch: SigningBatch, at: datetime) -> Actor | None:
    """Whoever confirmed, while that stay, the account and the posting go on."""
    visit = accounts.stay(batch.session_id, at)
    actor = visit.actor if visit else None
    return actor if actor is not None and actor.posting_id == batch.by_id else None


def _sign(batch: SigningBatch, item: BatchItem, by: Actor, at: datetime) -> Refusal | None:
    """Sign with the same refusals as one by one; gives what was refused."""
    try:
        with transaction.atomic():
            sign_document(
                document_id=item.document_id,
                seen_sha256=item.seen_sha256,
                by=by,
                at=at,
                pin=_pin_of(batch),
            )
    except Refusal as refused:
        return refused
    except Exception:  # a broken document must not hold up the others; it is told and logged
        log.exception("batch %s: item %s failed", batch.id, item.ordinal)
        return refusal("documents.E888")
    return None


def _pin_of(batch: SigningBatch) -> str:
    """The PIN, opened for this one signature; a seal of another sitting opens nothing here."""
    if batch.sealed_pin is None:
        return ""
    held = open_json(batch.sealed_pin)
    return str(held["pin"]) if held["batch"] == batch.id else ""


def _note(item: BatchItem, refused: Refusal | None, at: datetime) -> None:
    """The result on the document. Signed on its own page meanwhile is signed all the same."""
    row = None
    if refused is not None:
        row = signed_meanwhile(item)
    if refused is None or row is not None:
        item.state, item.signed_at = BatchItem.State.SIGNED, row.at if row else at
        item.said = item.code = ""
    else:
        item.state, item.said, item.code = BatchItem.State.FAILED, refused.say[:500], refused.code
    item.save(update_fields=["state", "signed_at", "said", "code"])


def _ask_pin(batch: SigningBatch, refused: Refusal, at: datetime) -> bool:
    """Stop here and ask for the PIN again; nothing that was agreed to is lost."""
    return _halt(batch, SigningBatch.State.WANTS_PIN, refused.say, at)


def _stop(batch: SigningBatch, refused: Refusal, at: datetime) -> bool:
    """Nobody may go on: the rest is refused."""
    batch.items.filter(state=BatchItem.State.WAITING).update(
        state=BatchItem.State.FAILED, said=refused.say[:500], code=refused.code
    )
    return _end(batch, at, refused.say)


def _end(batch: SigningBatch, at: datetime, said: str = "") -> bool:
    batch.ended_at = at
    _halt(batch, SigningBatch.State.DONE, said, at)
    states = list(batch.items.values_list("state", flat=True))
    write_entry(
        "documents.batch.ended",
        by=None,
        at=at,
        on=("signing_batch", batch.id),
        agency_id=batch.agency_id,
        clause="ND30.13.7",
        details={state: states.count(state) for state in sorted(set(states))},
    )
    return False


def _halt(batch: SigningBatch, state: str, said: str, at: datetime) -> bool:
    """Out of the state of signing; the PIN goes in the same breath."""
    batch.state, batch.said, batch.changed_at = state, said[:500], at
    batch.sealed_pin = batch.pin_until = None
    batch.save()
    return False

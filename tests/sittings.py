"""Sittings of batch signing for tests: a stay in the system, documents shown and agreed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cast import House
from congvu.accounts.models import Account, Session
from congvu.accounts.queries import policy
from congvu.accounts.sign_in import start_session
from congvu.documents.batch.confirm import confirm_batch, mark_of
from congvu.documents.batch.decide import agree_to_sign
from congvu.documents.batch.note_shown import note_shown
from congvu.documents.batch.sign_next import sign_next
from congvu.documents.drafting.approve import lay_before_signer
from congvu.documents.models import BatchItem, Document, SigningBatch, Submission
from congvu.documents.states import DocumentState, become
from congvu.orgs.models import Person
from congvu.orgs.types import Actor
from congvu.signing.ports import PinRefused
from paperwork import drafted, fresh
from staff import INSIDE, make_account

State = BatchItem.State
PIN = "246810"


def laid(house: House, at: datetime, **more: object) -> Document:
    """A document that waits for its signature, made as by the last approval: the real file, slots
    and submission, without the acts before it (paperwork.approved does those)."""
    return lay_again(house, drafted(house, at, **more), at)


def lay_again(house: House, document: Document, at: datetime) -> Document:
    """The newest version of a draft, laid before its signer."""
    become(document, DocumentState.IN_REVIEW, at)
    reviewed = Submission.objects.create(
        agency=house.agency,
        document=document,
        version=document.versions.last(),
        purpose=Submission.Purpose.CONTENT,
        by_id=house.drafter.posting_id,
        to_id=house.head.posting_id,
        at=at,
        closed_at=at,
    )
    lay_before_signer(document, reviewed, house.head, at)
    return fresh(document)


def stay_of(who: Actor, at: datetime) -> int:
    """A session of this official, begun now; gives its id."""
    person = Person.objects.get(id=who.person_id)
    account = Account.objects.filter(person=person).first() or make_account(person, at)
    start_session(account, posting_id=who.posting_id, rules=policy(at), entrance=INSIDE, at=at)
    return int(Session.objects.filter(account=account).latest("id").id)


def show_whole(document: Document, session_id: int, by: Actor, at: datetime) -> None:
    """Every page of the document is delivered."""
    document = fresh(document)
    pages = range(1, (document.page_count or 1) + 1)
    note_shown(
        document_id=document.id,
        sha256=document.file,
        pages=pages,
        session_id=session_id,
        by=by,
        at=at,
    )


def agree(batch: SigningBatch, session_id: int, by: Actor, at: datetime) -> None:
    """Look at every document of the sitting and agree to it."""
    for item in batch.items.select_related("document").filter(state=State.OPEN):
        show_whole(item.document, session_id, by, at)
        agree_to_sign(
            batch_id=batch.id,
            ordinal=item.ordinal,
            seen_sha256=item.document.file,
            session_id=session_id,
            by=by,
            at=at,
        )


def confirm(
    batch: SigningBatch, session_id: int, by: Actor, at: datetime, pin: str = ""
) -> SigningBatch:
    """The one confirmation, for the list as it stands."""
    agreed = batch.items.filter(state=State.WAITING).order_by("ordinal")
    return confirm_batch(
        batch_id=batch.id,
        mark=mark_of(agreed.values_list("document_id", "seen_sha256")),
        pin=pin,
        session_id=session_id,
        by=by,
        at=at,
    )


def run(batch: SigningBatch, at: datetime) -> SigningBatch:
    """What the job does."""
    while sign_next(batch_id=batch.id, at=at):
        pass
    batch.refresh_from_db()
    return batch


def results(batch: SigningBatch) -> Sequence[str]:
    """How each document of the sitting stands, in order."""
    return list(batch.items.order_by("ordinal").values_list("state", flat=True))


class Token:
    """A device that opens with a PIN and locks itself after three wrong ones, over a real key."""

    def __init__(self, keys: object) -> None:
        self.keys = keys
        self.left = 3
        self.asked: list[str] = []

    def wants_pin(self, reference: str) -> bool:
        return True

    def sign_digest(self, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        self.asked.append(pin)
        if not pin:
            raise PinRefused(is_missing=True)
        if self.left == 0 or pin != PIN:
            self.left = max(0, self.left - 1)
            raise PinRefused(self.left)
        self.left = 3
        return self.keys.sign_digest(reference, digest)  # type: ignore[attr-defined]

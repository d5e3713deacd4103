"""What pages ask about batch signing: what there is to begin, and one sitting, whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from congvu.documents import access
from congvu.documents.batch.confirm import mark_of
from congvu.documents.models import BatchItem, SigningBatch
from congvu.documents.states import DocumentState
from congvu.orgs.types import Actor
from congvu.rules.document_types import document_type

State = BatchItem.State
NAMES_SHOWN = 3


@dataclass(frozen=True)
class BatchOffer:
    """What the list of Trình ký offers: how many wait for this posting, and its open sitting."""

    waiting: int
    batch_id: int | None
    state: str
    decided: int
    total: int


OFFER = """
SELECT (SELECT count(DISTINCT s.document_id) FROM documents_submission s
         JOIN documents_document d ON d.id = s.document_id
        WHERE s.to_id = %(posting)s AND s.purpose = 'signature' AND s.closed_at IS NULL
          AND d.state = 'approved'),
       b.id, coalesce(b.state, ''), coalesce(i.decided, 0), coalesce(i.total, 0)
FROM (SELECT 1) one
LEFT JOIN documents_signingbatch b ON b.by_id = %(posting)s AND b.state <> 'done'
LEFT JOIN LATERAL (SELECT count(*) FILTER (WHERE state <> 'open') AS decided, count(*) AS total
                     FROM documents_batchitem WHERE batch_id = b.id) i ON true
"""


def batch_offer(by: Actor) -> BatchOffer:
    """One question for the list page."""
    with connection.cursor() as cursor:
        cursor.execute(OFFER, {"posting": by.posting_id})
        return BatchOffer(*cursor.fetchone())


@dataclass(frozen=True)
class ItemRow:
    """A document of a sitting. `file`: as it is now; `pages_shown`: of that file, in this stay."""

    ordinal: int
    document_id: int
    state: str
    seen_sha256: str
    said: str
    code: str
    signed_at: datetime | None
    subject: str
    type_code: str
    urgency: int
    drafter_name: str
    document_state: str
    file: str
    page_count: int
    is_mine: bool
    pages_shown: tuple[int, ...]
    recipient_count: int
    recipient_names: str
    is_asked: bool  # of a remote service, in the present confirmation

    @property
    def state_label(self) -> str:
        return str(State(self.state).label)

    @property
    def type_name(self) -> str:
        return document_type(self.type_code).name

    @property
    def recipients(self) -> str:
        """The first names, and how many more."""
        more = self.recipient_count - NAMES_SHOWN
        return self.recipient_names + (f" và {more} nơi khác" if more > 0 else "") or "Chưa có"

    @property
    def may_sign(self) -> bool:
        """Whether it still waits for this person's signature."""
        return self.is_mine and self.document_state == DocumentState.APPROVED

    @property
    def is_changed(self) -> bool:
        """Whether it is another file, or no longer there to be signed, since it was agreed to."""
        return self.state == State.WAITING and (not self.may_sign or self.file != self.seen_sha256)

    @property
    def is_viewed(self) -> bool:
        """Whether every page was shown, in this stay or before it was decided on."""
        return self.state != State.OPEN or len(self.pages_shown) >= self.page_count


@dataclass(frozen=True)
class BatchPage:
    """One sitting, whole."""

    batch: SigningBatch
    items: list[ItemRow]
    signer_name: str
    signer_title: str

    def having(self, *states: str) -> list[ItemRow]:
        """The documents in these states, in their order."""
        return [one for one in self.items if one.state in states]

    @property
    def to_sign(self) -> list[ItemRow]:
        """What will be signed: agreed to, and still the same."""
        return [one for one in self.having(State.WAITING) if not one.is_changed]

    @property
    def changed(self) -> list[ItemRow]:
        """Agreed to, but no longer what was shown: refused one by one, the others go on."""
        return [one for one in self.items if one.is_changed]

    @property
    def viewed(self) -> int:
        return sum(one.is_viewed for one in self.items)

    @property
    def undecided(self) -> list[ItemRow]:
        return [one for one in self.having(State.OPEN) if one.may_sign]

    @property
    def mark(self) -> str:
        """What the confirmation must bring back: the list it was given for."""
        agreed = self.having(State.WAITING)
        return mark_of((one.document_id, one.seen_sha256) for one in agreed)

    def beside(self, ordinal: int, step: int) -> ItemRow | None:
        """The next or the previous document."""
        order = [one.ordinal for one in self.items]
        place = order.index(ordinal) + step
        return self.items[place] if 0 <= place < len(order) else None

    def next_undecided(self, ordinal: int) -> ItemRow | None:
        """The next document without a decision, from here on and round."""
        later = [one for one in self.undecided if one.ordinal > ordinal]
        return next(iter([*later, *self.undecided]), None)


def open_lot_of(batch: SigningBatch) -> int | None:
    """The request at a remote service that a sitting waits for; None while it waits for none."""
    if batch.state != SigningBatch.State.RUNNING:
        return None
    waiting = batch.items.filter(state=State.WAITING, request__lot__isnull=False)
    found: int | None = waiting.values_list("request__lot_id", flat=True).first()
    return found


def batch_of_request(waiting_id: int) -> int | None:
    """The sitting in which a signature was asked of a remote service."""
    items = BatchItem.objects.filter(request_id=waiting_id)
    found: int | None = items.values_list("batch_id", flat=True).first()
    return found


ITEMS = """
SELECT i.ordinal, d.id, i.state, i.seen_sha256, i.said, i.code, i.signed_at,
       d.subject, d.type_code, d.urgency, coalesce(n.full_name, ''), d.state,
       coalesce(nullif(d.issued_file, ''), nullif(d.signed_file, ''), d.base_file),
       coalesce(d.page_count, 1),
       EXISTS (SELECT 1 FROM documents_submission m WHERE m.document_id = d.id
               AND m.to_id = %(posting)s AND m.purpose = 'signature' AND m.closed_at IS NULL),
       coalesce((SELECT s.pages FROM documents_shown s WHERE s.document_id = d.id
         AND s.by_id = %(posting)s AND s.session_id = %(session)s AND s.sha256 =
         coalesce(nullif(d.issued_file, ''), nullif(d.signed_file, ''), d.base_file)), '{}'),
       (SELECT count(*) FROM documents_recipient r WHERE r.document_id = d.id),
       coalesce((SELECT string_agg(r.name, '; ' ORDER BY r.ordinal, r.id) FROM
         (SELECT name, ordinal, id FROM documents_recipient WHERE document_id = d.id
           ORDER BY ordinal, id LIMIT %(names)s) r), ''),
       i.request_id IS NOT NULL
FROM documents_batchitem i JOIN documents_document d ON d.id = i.document_id
LEFT JOIN orgs_posting p ON p.id = d.drafter_id LEFT JOIN orgs_person n ON n.id = p.person_id
WHERE i.batch_id = %(batch)s ORDER BY i.ordinal
"""


def batch_page(by: Actor, batch_id: int, session_id: int) -> BatchPage:
    """The sitting of this actor; anybody else's is not found."""
    batch = access.batch_for(by, batch_id)
    parameters: dict[str, Any] = {
        "batch": batch.id,
        "posting": by.posting_id,
        "session": session_id,
        "names": NAMES_SHOWN,
    }
    with connection.cursor() as cursor:
        cursor.execute(ITEMS, parameters)
        items = [ItemRow(*row) for row in cursor.fetchall()]
    return BatchPage(batch, items, by.full_name, by.title)

"""Who may do what with a document or an arrival: the only door to either.

One rule of visibility (`VISIBLE`) serves lists, counters, search, export and notices:
clerks, leaders and archivists see all documents of their agency; everybody else sees those that
a `Reader` row names, for the posting or for the unit; a substitute sees what the absent one sees.
What may not be seen is "not found".
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.models import Arrival, Attachment, Document, Reader, SigningBatch
from congvu.documents.states import ArrivalState, DocumentState
from congvu.kit import clock
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import ARCHIVIST, CLERK, LEADER, OFFICIAL, UNIT_HEAD, Actor

SOURCE = Attachment.Part.SOURCE
SEES_ALL = frozenset({CLERK, LEADER, ARCHIVIST})

# What each order needs of the actor's roles; an order that is not here is refused to everybody.
ORDERS: Mapping[str, frozenset[str]] = {
    "read": frozenset({CLERK, LEADER, ARCHIVIST, UNIT_HEAD, OFFICIAL}),
    "revise": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "submit": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "review": frozenset({CLERK, LEADER, UNIT_HEAD}),
    "give_opinion": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "send_back": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),
    "sign": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL}),  # a secretary may be anybody
    "number": frozenset({CLERK}),
    "issue": frozenset({CLERK}),
    "recall": frozenset({CLERK, LEADER}),
    "return": frozenset({CLERK, LEADER}),
    "relabel": frozenset({CLERK, LEADER}),
    "copy": frozenset({CLERK, LEADER, ARCHIVIST, UNIT_HEAD, OFFICIAL}),
    "make_copy": frozenset({CLERK}),
    "purge": frozenset({CLERK, LEADER, ARCHIVIST, UNIT_HEAD, OFFICIAL}),
    "register": frozenset({CLERK}),
    "stamp": frozenset({CLERK}),
    "hand_back": frozenset({CLERK}),
    "present": frozenset({CLERK}),
    "direct": frozenset({LEADER}),
    "assign": frozenset({LEADER, UNIT_HEAD}),
    "file": frozenset({CLERK, LEADER, UNIT_HEAD, OFFICIAL, ARCHIVIST}),
}

# What may be done with another agency's document that has arrived here.
OF_ARRIVED = frozenset({"read", "file", "copy", "make_copy"})

# SQL over aliases: `doc` is the document's id expression; parameters: see `visible_parameters`.
VISIBLE = (
    "(%(sees_all)s OR EXISTS (SELECT 1 FROM documents_reader r WHERE r.document_id = {doc}"
    " AND r.agency_id = %(agency_id)s"
    " AND (r.posting_id = %(posting_id)s OR r.unit_id = %(headed_unit_id)s"
    " OR r.posting_id IN (SELECT b.posting_id FROM orgs_absence b"
    " WHERE b.substitute_id = %(posting_id)s AND b.starts_at <= %(now)s AND b.ends_at > %(now)s))))"
)

# The same rule where a long list is cut for somebody who does not see all: the server may begin
# with the few rows that name the reader, instead of asking for every document of the agency.
READABLE = (
    "{doc} IN (SELECT r.document_id FROM documents_reader r WHERE r.agency_id = %(agency_id)s"
    " AND (r.posting_id = %(posting_id)s OR r.unit_id = %(headed_unit_id)s))"
)


def visible_parameters(by: Actor) -> dict[str, object]:
    """The parameters of `VISIBLE`. A unit's row is read by its head, who passes the work on."""
    return {
        "agency_id": by.agency_id,
        "posting_id": by.posting_id,
        "headed_unit_id": by.unit_id if by.has(UNIT_HEAD) else None,
        "sees_all": not SEES_ALL.isdisjoint(by.roles),
        "now": clock.now(),
    }


def _may_see(by: Actor, document_id: int) -> bool:
    if not SEES_ALL.isdisjoint(by.roles):
        return True
    mine = Reader.objects.filter(document_id=document_id, agency_id=by.agency_id)
    if mine.filter(posting_id__in=orgs.acting_for(by.posting_id, clock.now())).exists():
        return True
    return by.has(UNIT_HEAD) and mine.filter(unit_id=by.unit_id, unit_id__isnull=False).exists()


def document_for(by: Actor, document_id: int, *, to: str, lock: bool = False) -> Document:
    """The document, if this actor may do this with it; else a refusal ("not found" hides it).

    `to` is an order of `ORDERS`. Orders other than "read", "file" and those of copies are
    for the own agency only.
    """
    rows = Document.objects.select_for_update(of=("self",)) if lock else Document.objects
    document = rows.filter(id=document_id).first()
    refuse_if(document is None, "documents.E001")
    refuse_unless(by.agency_id is not None and _may_see(by, document_id), "documents.E001")
    if document.agency_id != by.agency_id:
        arrived = Arrival.objects.filter(document_id=document_id, agency_id=by.agency_id).exclude(
            state__in=[ArrivalState.RECALLED, ArrivalState.HANDED_BACK]
        )
        refuse_unless(to in OF_ARRIVED and arrived.exists(), "documents.E001")
    refuse_if(by.roles.isdisjoint(ORDERS.get(to, frozenset())), "documents.E002", order=to)
    refuse_if(document.purged_at and to != "read", "documents.E847")
    return document


def arrival_for(by: Actor, arrival_id: int, *, to: str, lock: bool = False) -> Arrival:
    """The arrival at the actor's own agency, if this actor may do this with it."""
    rows = Arrival.objects.select_for_update(of=("self",)) if lock else Arrival.objects
    arrival = (
        rows.select_related("document")
        .filter(id=arrival_id, agency_id=by.agency_id, agency_id__isnull=False)
        .first()
    )
    refuse_if(arrival is None, "documents.E001")
    refuse_unless(_may_see(by, arrival.document_id), "documents.E001")
    refuse_if(by.roles.isdisjoint(ORDERS.get(to, frozenset())), "documents.E002", order=to)
    return arrival


def batch_for(by: Actor, batch_id: int, *, lock: bool = False) -> SigningBatch:
    """A sitting of batch signing: for the posting whose it is, and nobody else."""
    rows = SigningBatch.objects.select_for_update() if lock else SigningBatch.objects
    batch = rows.filter(id=batch_id, by_id=by.posting_id, by__isnull=False).first()
    refuse_if(batch is None, "documents.E880")
    return batch


def open_batch(by: Actor, *, lock: bool = False) -> SigningBatch | None:
    """This posting's sitting that has not ended, if there is one."""
    rows = SigningBatch.objects.select_for_update() if lock else SigningBatch.objects
    found: SigningBatch | None = (
        rows.filter(by_id=by.posting_id, by__isnull=False)
        .exclude(state=SigningBatch.State.DONE)
        .first()
    )
    return found


def may(by: Actor, document: Document, order: str) -> bool:
    """Whether a page should offer this order (the verb asks again, under a lock)."""
    return document.agency_id == by.agency_id and not by.roles.isdisjoint(ORDERS[order])


def files_of(by: Actor, document: Document) -> QuerySet[Attachment]:
    """The files beside the document that this actor may have: what only served the drafting
    (tài liệu tham khảo) stays with the agency that drafted."""
    files = Attachment.objects.filter(document=document, removed_at=None)
    return files if document.agency_id == by.agency_id else files.exclude(part=SOURCE)


def file_is_open(document: Document, arrival: Arrival | None) -> bool:
    """Whether the document's bytes may still be read here: not once recalled, returned, purged."""
    if document.purged_at is not None:
        return False
    if arrival is not None:
        return arrival.state not in {ArrivalState.RECALLED, ArrivalState.HANDED_BACK}
    return document.state != DocumentState.CANCELLED or bool(document.file)

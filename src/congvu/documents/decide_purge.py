"""Confirm a purge, or decline it: the head's act; from a confirmation nobody reads the document."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.carry_out_purge import files_to_purge
from congvu.documents.jobs import purge_document
from congvu.documents.models import Document, Purge
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause

# SQL over alias `p`: what waits for these postings, as `may_decide` has it for the head.
TO_DECIDE = (
    "p.state = 'proposed' AND p.agency_id = %(agency_id)s AND EXISTS ("
    "SELECT 1 FROM orgs_posting o JOIN orgs_position t ON t.id = o.position_id"
    " WHERE o.id = {postings} AND o.agency_id = p.agency_id AND o.id <> p.by_id"
    " AND (t.rank IN ('head', 'acting_head') OR ('leader' = ANY(o.roles) AND EXISTS ("
    "SELECT 1 FROM orgs_posting h JOIN orgs_position r ON r.id = h.position_id"
    " WHERE h.id = p.by_id AND r.rank IN ('head', 'acting_head')))))"
)


@clause("QC.4.1", "S.10", "S.34")
def confirm_purge(*, document_id: int, by: Actor, at: datetime) -> Purge:
    """Shut the document at once and let the job destroy it."""
    with transaction.atomic():
        document, purge = _waiting(document_id, by)

        _refuse_all_but_the_other_hand(purge, by, at)

        purge.state = Purge.State.CONFIRMED
        purge.files = sorted(files_to_purge(document))
        _decided(purge, by, at)
        document.purged_at = at
        document.save(update_fields=["purged_at"])

        _log("documents.purge_confirmed", purge, by, at)
        purge_document.defer(purge_id=purge.id)
    return purge


@clause("QC.4.1")
def decline_purge(*, document_id: int, by: Actor, at: datetime) -> Purge:
    """It is no state secret after all: everything stays as it was."""
    with transaction.atomic():
        _, purge = _waiting(document_id, by)

        _refuse_all_but_the_other_hand(purge, by, at)

        purge.state = Purge.State.DECLINED
        _decided(purge, by, at)

        _log("documents.purge_declined", purge, by, at)
    return purge


def may_decide(purge: Purge, by: Actor, at: datetime) -> bool:
    """The head; where the head proposed, another leader. Never who proposed."""
    if purge.by_id == by.posting_id or purge.agency_id != by.agency_id:
        return False
    head = orgs.head_of(purge.agency_id, at.date())
    if head is not None and head.posting_id != purge.by_id:
        return head.posting_id in orgs.acting_for(by.posting_id, at)
    return by.has(LEADER)


def _waiting(document_id: int, by: Actor) -> tuple[Document, Purge]:
    document = access.document_for(by, document_id, to="purge", lock=True)
    waiting = Purge.objects.select_for_update(of=("self",))
    purge = waiting.filter(document=document, state=Purge.State.PROPOSED).first()
    refuse_if(purge is None, "documents.E844")
    return document, purge


def _refuse_all_but_the_other_hand(purge: Purge, by: Actor, at: datetime) -> None:
    refuse_if(purge.by_id == by.posting_id, "documents.E845")
    refuse_unless(may_decide(purge, by, at), "documents.E846")


def _decided(purge: Purge, by: Actor, at: datetime) -> None:
    purge.decided_by_id = by.posting_id
    purge.decided_at = at
    purge.save()


def _log(kind: str, purge: Purge, by: Actor, at: datetime) -> None:
    write_entry(
        kind,
        by=by,
        at=at,
        on=("document", purge.document_id),
        clause="QC.4.1",
        details={"purge": purge.id},
    )

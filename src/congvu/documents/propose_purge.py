"""Propose to purge a document that bears a state secret and was found too late (QC.4.1).

Two people: the officer for state secrets, the clerk or a leader proposes; the head confirms. Where
the head proposes, another leader confirms: nobody destroys alone.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.models import Purge
from congvu.incidents.models import Incident
from congvu.incidents.queries import officer_of
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import CLERK, LEADER, Actor
from congvu.rules.clauses import clause

LEAST, LONGEST = 10, 250


@clause("QC.4.1", "S.10", "S.34")
def propose_purge(*, document_id: int, basis: str, by: Actor, at: datetime) -> Purge:
    """Lay it before the head. `basis` names the decision or conclusion, never the content."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="purge", lock=True)
        basis = plain_spaces(clean_text(basis))

        refuse_unless(document.agency_id == by.agency_id, "documents.E840")
        refuse_unless(may_propose(by, at), "documents.E841")
        refuse_unless(LEAST <= len(basis) <= LONGEST, "documents.E842", least=LEAST, limit=LONGEST)
        running = Purge.objects.filter(document=document).exclude(state=Purge.State.DECLINED)
        refuse_if(running.exists(), "documents.E843")

        purge = Purge.objects.create(
            agency_id=document.agency_id, document=document, basis=basis, by_id=by.posting_id, at=at
        )

        write_entry(
            "documents.purge_proposed",
            by=by,
            at=at,
            on=("document", document.id),
            clause="QC.4.1",
            details={"purge": purge.id, "basis": basis},
        )
    return purge


def may_propose(by: Actor, at: datetime) -> bool:
    """The officer for state secrets, a clerk, a leader."""
    officer = officer_of(by.agency_id or 0, Incident.Kind.STATE_SECRET, at)
    is_officer = officer is not None and officer.posting_id == by.posting_id
    return is_officer or by.has(CLERK, LEADER)

"""Ask for opinions on a draft, and give one (ND30 Điều 10.3). All of them are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.add_reader import add_reader
from congvu.documents.models import Opinion, OpinionRequest
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

LONGEST_OPINION = 4000
LONGEST_QUESTION = 2000


@clause("ND30.10.3")
def ask_opinion(
    *, document_id: int, posting_ids: Sequence[int], by: Actor, at: datetime, question: str = ""
) -> list[OpinionRequest]:
    """Ask colleagues of the agency; whoever is asked reads the draft from now on.

    Somebody who was asked and has not answered is not asked twice.
    """
    with transaction.atomic():
        document = access.document_for(by, document_id, to="submit", lock=True)
        day = clock.local(at).date()
        colleagues = {one.posting_id for one in orgs.people_of_agency(document.agency_id, day)}

        refuse_unless(posting_ids and colleagues.issuperset(posting_ids), "documents.E128")

        OpinionRequest.objects.bulk_create(
            [
                OpinionRequest(
                    agency_id=document.agency_id,
                    document=document,
                    by_id=by.posting_id,
                    to_id=posting_id,
                    question=clean_text(question).strip()[:LONGEST_QUESTION],
                    at=at,
                )
                for posting_id in dict.fromkeys(posting_ids)
            ],
            ignore_conflicts=True,
        )
        for posting_id in posting_ids:
            add_reader(
                document_id=document.id,
                agency_id=document.agency_id,
                posting_id=posting_id,
                reason="opinion",
                at=at,
            )

        write_entry(
            "documents.drafting.opinion_asked",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.3",
            details={"to": list(posting_ids)},
        )
    return list(
        OpinionRequest.objects.filter(
            document=document, to_id__in=posting_ids, answered_at__isnull=True
        )
    )


@clause("ND30.10.3")
def give_opinion(*, document_id: int, text: str, by: Actor, at: datetime) -> Opinion:
    """Write an opinion of 1 to 4,000 characters on the newest version."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="give_opinion", lock=True)
        text = clean_text(text).strip()

        refuse_unless(
            0 < len(text) <= LONGEST_OPINION,
            "documents.E121",
            length=len(text),
            limit=LONGEST_OPINION,
        )

        opinion = Opinion.objects.create(
            agency_id=document.agency_id,
            document=document,
            version=document.versions.order_by("ordinal").last(),
            text=text,
            by_id=by.posting_id,
            at=at,
        )
        document.opinion_requests.filter(to_id=by.posting_id, answered_at__isnull=True).update(
            answered_at=at
        )

        write_entry(
            "documents.drafting.opinion_given",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.10.3",
            details={"opinion": opinion.id},
        )
    return opinion

"""Keep the agency's own words for matters that are not its own, or end them; old ones stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.access import ORDERS
from congvu.channels.decline import LEAST
from congvu.channels.models import DeclineText
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

MOST = 2000


@clause("QC.9.2.b")
def keep_decline_text(*, name: str, text: str, by: Actor, at: datetime) -> DeclineText:
    """Under a name the newest words count; the former ones are kept with their end."""
    with transaction.atomic():
        name, text = plain_spaces(clean_text(name))[:120], clean_text(text).strip()

        refuse_if(by.roles.isdisjoint(ORDERS["decide"]), "channels.E002")
        refuse_unless(len(name) >= 3, "channels.E308")
        refuse_unless(LEAST <= len(text) <= MOST, "channels.E007")

        _end(by.agency_id, name, at)
        kept = DeclineText.objects.create(
            agency_id=by.agency_id, name=name, text=text, by_id=by.posting_id, at=at
        )

        write_entry(
            "channels.decline_text_kept",
            by=by,
            at=at,
            on=("decline_text", kept.id),
            clause="QC.9.2.b",
            details={"name": name},
        )
    return kept


@clause("QC.9.2.b")
def end_decline_text(*, text_id: int, by: Actor, at: datetime) -> None:
    """Nobody is offered these words any more."""
    with transaction.atomic():
        refuse_if(by.roles.isdisjoint(ORDERS["decide"]), "channels.E002")
        found = DeclineText.objects.filter(
            id=text_id, agency_id=by.agency_id, ended_at__isnull=True
        ).first()
        refuse_if(found is None, "channels.E309")

        found.ended_at = at
        found.save(update_fields=["ended_at"])

        write_entry(
            "channels.decline_text_ended",
            by=by,
            at=at,
            on=("decline_text", found.id),
            clause="QC.9.2.b",
            details={"name": found.name},
        )


def _end(agency_id: int | None, name: str, at: datetime) -> None:
    DeclineText.objects.filter(agency_id=agency_id, name=name, ended_at__isnull=True).update(
        ended_at=at
    )

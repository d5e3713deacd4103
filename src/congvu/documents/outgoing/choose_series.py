"""Choose how the agency numbers its administrative documents: its head decides (ND30 15.1.c)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.models import SeriesChoice
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause
from congvu.rules.document_types import ADMINISTRATIVE_TYPES

LONGEST_GROUP = 20


@clause("ND30.15.1.c")
def choose_series(
    *,
    valid_from: date,
    administrative: str,
    basis: str,
    by: Actor,
    at: datetime,
    own_groups: Mapping[str, str] | None = None,
) -> SeriesChoice:
    """From that day: one series for all ("common"), or one per type ("per_type").

    `own_groups` gives types (codes of rules.document_types) a series together, by a short name.
    """
    with transaction.atomic():
        groups = {code: plain_spaces(clean_text(name)) for code, name in (own_groups or {}).items()}
        basis = plain_spaces(clean_text(basis))
        known = {kind.code for kind in ADMINISTRATIVE_TYPES}
        taken = SeriesChoice.objects.filter(agency_id=by.agency_id, valid_from=valid_from)

        refuse_unless(by.has(LEADER) and by.agency_id, "documents.E002")
        refuse_unless(5 <= len(basis) <= 250, "documents.E214")
        refuse_unless(
            administrative in SeriesChoice.Administrative.values
            and known.issuperset(groups)
            and all(0 < len(name) <= LONGEST_GROUP for name in groups.values()),
            "documents.E218",
        )
        refuse_if(taken.exists(), "documents.E219", day=f"{valid_from:%d/%m/%Y}")

        choice = SeriesChoice.objects.create(
            agency_id=by.agency_id,
            valid_from=valid_from,
            administrative=administrative,
            own_groups=groups,
            basis=basis,
            by_id=by.posting_id,
            at=at,
        )

        write_entry(
            "documents.outgoing.series_chosen",
            by=by,
            at=at,
            on=("series_choice", choice.id),
            clause="ND30.15.1.c",
            details={"administrative": administrative, "groups": groups, "basis": basis},
        )
    return choice

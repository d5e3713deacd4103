"""Choose how copies of scans look, and whether arrivals are stamped as they are registered.

ND30 Phụ lục I, Phần II prints one line and no seal; TT 01/2019/TT-BNV, older, shows the red seal.
The head chooses from a day on; what was made before stays as it was made.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.models import StampChoice
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import LEADER, Actor
from congvu.rules.clauses import clause

LOOKS = frozenset(StampChoice.Look.values)


@clause("ND30.PL1.II.I", "ND30.22")
def choose_stamps(
    *,
    valid_from: date,
    look: str,
    stamps_when_registered: bool,
    basis: str,
    by: Actor,
    at: datetime,
) -> StampChoice:
    """From that day on; a day that has a choice already is refused."""
    with transaction.atomic():
        basis = plain_spaces(clean_text(basis))
        taken = StampChoice.objects.filter(agency_id=by.agency_id, valid_from=valid_from)

        refuse_unless(by.has(LEADER) and by.agency_id, "documents.E002")
        refuse_unless(look in LOOKS, "documents.E825")
        refuse_unless(5 <= len(basis) <= 250, "documents.E826")
        refuse_if(taken.exists(), "documents.E827", day=f"{valid_from:%d/%m/%Y}")

        choice = StampChoice.objects.create(
            agency_id=by.agency_id,
            valid_from=valid_from,
            look=look,
            stamps_when_registered=stamps_when_registered,
            basis=basis,
            by_id=by.posting_id,
            at=at,
        )

        write_entry(
            "documents.copies.stamps_chosen",
            by=by,
            at=at,
            on=("stamp_choice", choice.id),
            clause="ND30.PL1.II.I",
            details={"look": look, "when_registered": stamps_when_registered, "basis": basis},
        )
    return choice


def choice_on(agency_id: int, day: date) -> StampChoice | None:
    """The agency's choice that holds on a day; None: ND30, and stamps by hand."""
    choices = StampChoice.objects.filter(agency_id=agency_id, valid_from__lte=day)
    return choices.order_by("-valid_from").first()

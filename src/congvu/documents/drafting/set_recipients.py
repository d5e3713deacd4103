"""Choose who gets the document (nơi nhận): agencies that stand on that day, or names outside.

The drafter chooses while drafting, the clerk up to the issue; what is printed under "Nơi nhận" is
a text of its own and is not changed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.documents import access
from congvu.documents.drafting.check_draft import EDITABLE, refuse_unless_editor
from congvu.documents.models import Document, Recipient
from congvu.documents.states import DocumentState
from congvu.documents.types import RecipientChoice
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import Refusal, refusal, refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.types import CLERK, Actor, AgencyRecord
from congvu.rules.clauses import clause

LONGEST_NAME = 250
BEFORE_ISSUE = frozenset(
    {
        *EDITABLE,
        DocumentState.IN_REVIEW,
        DocumentState.APPROVED,
        DocumentState.SIGNED,
        DocumentState.NUMBERED,
    }
)


@clause("QC.5.1", "ND30.18")
def set_recipients(
    *, document_id: int, recipients: Sequence[RecipientChoice], by: Actor, at: datetime
) -> list[Recipient]:
    """Replace the list of recipients. An agency named twice is kept once, with its first part."""
    with transaction.atomic():
        document = access.document_for(by, document_id, to="revise", lock=True)
        chosen = checked_recipients(recipients, agency_id=document.agency_id, day=_day(at))

        _refuse_unless_choosing(document, by)

        rows = write_recipients(document, chosen)

        write_entry(
            "documents.drafting.recipients_set",
            by=by,
            at=at,
            on=("document", document.id),
            clause="ND30.18",
            details={"recipients": [one.name for one in chosen]},
        )
    return rows


def write_recipients(document: Document, chosen: Sequence[RecipientChoice]) -> list[Recipient]:
    """Put the checked choice in place of the old one (in the caller's transaction)."""
    Recipient.objects.filter(document=document).delete()
    return list(
        Recipient.objects.bulk_create(
            Recipient(
                agency_id=document.agency_id,
                document=document,
                to_agency_id=one.to_agency_id,
                name=one.name,
                part=one.part,
                ordinal=ordinal,
            )
            for ordinal, one in enumerate(chosen, start=1)
        )
    )


def checked_recipients(
    recipients: Sequence[RecipientChoice], *, agency_id: int, day: date
) -> list[RecipientChoice]:
    """The choice with names filled in; refuses ended agencies, ourselves, and nameless lines."""
    known = orgs.agencies(one.to_agency_id for one in recipients if one.to_agency_id)
    checked: dict[object, RecipientChoice] = {}
    for ordinal, one in enumerate(recipients, start=1):
        refuse_if(one.to_agency_id == agency_id, "documents.E113")
        name = _name_of(one, known, day, ordinal)
        checked.setdefault(
            one.to_agency_id or name, RecipientChoice(one.to_agency_id, name, _part(one.part))
        )
    return list(checked.values())


def refuse_ended_recipients(document: Document, day: date) -> None:
    """The same question again on another day: has one of the recipients ended since?"""
    rows = list(Recipient.objects.filter(document=document, to_agency__isnull=False))
    known = orgs.agencies(row.to_agency_id for row in rows)
    for row in rows:
        if not known[row.to_agency_id].stands_on(day):
            raise _ended(known[row.to_agency_id], day)


def _name_of(one: RecipientChoice, known: dict[int, AgencyRecord], day: date, ordinal: int) -> str:
    if one.to_agency_id is None:
        name = plain_spaces(clean_text(one.name))
        refuse_unless(0 < len(name) <= LONGEST_NAME, "documents.E112", ordinal=ordinal)
        return name
    agency = known.get(one.to_agency_id)
    if agency is None:
        raise refusal("documents.E112", ordinal=ordinal)
    if not agency.stands_on(day):
        raise _ended(agency, day)
    return agency.name


def _ended(agency: AgencyRecord, day: date) -> Refusal:
    try:
        advice = f"Nay là {orgs.successor_of(agency.id, day).name}; hãy chọn cơ quan này."
    except Refusal:
        advice = "Hãy bỏ khỏi danh sách nơi nhận."
    return refusal("documents.E111", name=agency.name, day=f"{day:%d/%m/%Y}", advice=advice)


def _part(part: str) -> str:
    return part if part in Recipient.Part.values else Recipient.Part.MAIN


def _refuse_unless_choosing(document: Document, by: Actor) -> None:
    refuse_unless(
        document.state in BEFORE_ISSUE, "documents.E003", state=document.get_state_display()
    )
    if not by.has(CLERK):
        refuse_unless_editor(document, by)
        refuse_unless(
            document.state in EDITABLE, "documents.E003", state=document.get_state_display()
        )


def _day(at: datetime) -> date:
    return clock.local(at).date()

"""An account that takes an agency's name: reported, verified with the authority, forwarded.

QC.12.3.b: the agency helps the competent authority to verify, then the People's Committee hears.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.incidents.models import Incident
from congvu.incidents.open_incident import open_incident
from congvu.kit import clock
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import refuse_unless
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems import access, refusals
from congvu.systems.models import ImpostorCase
from congvu.systems.move_account import LEAST

State = ImpostorCase.State


@clause("QC.12.3.b")
def report_impostor(*, name: str, link: str, said: str, by: Actor, at: datetime) -> ImpostorCase:
    """Somebody found it; the officer for such incidents sees it at once."""
    with transaction.atomic():
        name, said = clean_text(name).strip()[:250], clean_text(said).strip()[:1000]

        refuse_unless(access.may_keep(by), refusals.NOT_KEEPER)
        refuse_unless(name and len(said) >= LEAST, refusals.NO_WORDS)

        incident = open_incident(
            kind=Incident.Kind.IMPOSTOR,
            agency_id=by.agency_id or 0,
            said=f"Tài khoản Zalo “{name}” có dấu hiệu lấy tên cơ quan nhà nước.",
            under="QC.12.3.b",
            by=by,
            at=at,
        )
        case = ImpostorCase.objects.create(
            agency_id=by.agency_id,
            incident=incident,
            name=name,
            link=clean_text(link).strip()[:500],
            said=said,
            by_id=by.posting_id,
            at=at,
        )
        _write(case, by, at)
    return case


@clause("QC.12.3.b")
def ask_verification(
    *, case_id: int, number: str, on: date | None, by: Actor, at: datetime
) -> ImpostorCase:
    """The authority was asked, by this letter."""
    with transaction.atomic():
        case = _locked(case_id, by, State.REPORTED)
        case.asked_number, case.asked_on = _letter(number, on, at)
        return _moved(case, State.ASKED, by, at)


@clause("QC.12.3.b")
def note_verification(
    *,
    case_id: int,
    number: str,
    on: date | None,
    is_impostor: bool,
    text: str,
    by: Actor,
    at: datetime,
) -> ImpostorCase:
    """What the authority found."""
    with transaction.atomic():
        case = _locked(case_id, by, State.ASKED)
        text = clean_text(text).strip()
        refuse_unless(len(text) >= LEAST, refusals.NO_WORDS)
        case.answer_number, case.answer_on = _letter(number, on, at)
        case.answer = text[:1000]
        return _moved(case, State.CONFIRMED if is_impostor else State.UNFOUNDED, by, at)


@clause("QC.12.3.b")
def forward_case(
    *, case_id: int, number: str, on: date | None, by: Actor, at: datetime
) -> ImpostorCase:
    """The People's Committee was told, by this report."""
    with transaction.atomic():
        case = _locked(case_id, by, State.CONFIRMED)
        case.report_number, case.report_on = _letter(number, on, at)
        return _moved(case, State.FORWARDED, by, at)


def _locked(case_id: int, by: Actor, state: str) -> ImpostorCase:
    case = access.case_for(by, case_id, lock=True)
    said = case.get_state_display()
    refuse_unless(case.state == state, refusals.CASE_STATE, state=said)
    return case


def _letter(number: str, on: date | None, at: datetime) -> tuple[str, date | None]:
    number = clean_text(number).strip()[:60]
    is_past = on is not None and on <= clock.local(at).date()
    refuse_unless(number and is_past, refusals.NO_LETTER)
    return number, on


def _moved(case: ImpostorCase, state: str, by: Actor, at: datetime) -> ImpostorCase:
    case.state = state
    case.save()
    _write(case, by, at)
    return case


def _write(case: ImpostorCase, by: Actor, at: datetime) -> None:
    write_entry(
        f"systems.impostor_{case.state}",
        by=by,
        at=at,
        on=("impostor_case", case.id),
        agency_id=case.agency_id,
        clause="QC.12.3.b",
        details={"incident": case.incident_id},
    )

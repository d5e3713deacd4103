"""Open a record: from the year's file plan, or with a title of one's own (ND30 Điều 28, 29)."""

from __future__ import annotations

import itertools
from datetime import datetime

from django.db import connection, transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs.types import Actor
from congvu.records import refusals  # noqa: F401
from congvu.records.models import PlanEntry, Record
from congvu.records.states import RecordState
from congvu.records.types import RETENTION
from congvu.rules.clauses import clause


@clause("QC.3.1", "ND30.29")
def open_record(
    *,
    title: str,
    retention_code: str,
    by: Actor,
    at: datetime,
    code: str = "",
    plan_entry_id: int | None = None,
    description: str = "",
) -> Record:
    """Open a work file for this year; without a code the next free one of the year is taken."""
    with transaction.atomic():
        year = clock.local(at).year
        title, code = plain_spaces(clean_text(title)), plain_spaces(clean_text(code))
        plan = PlanEntry.objects.filter(id=plan_entry_id, agency_id=by.agency_id).first()

        refuse_unless(0 < len(title) <= 1000, "records.E002")
        refuse_unless(retention_code in RETENTION, "records.E004")
        refuse_if(len(code) > 20, "records.E011", limit=20)
        _one_at_a_time(by, year)
        code = code or (plan.code if plan else next_code(by, year))
        refuse_if(_is_taken(by, year, code), "records.E003", code=code, year=year)

        record = Record.objects.create(
            agency_id=by.agency_id,
            plan_entry=plan,
            year=year,
            code=code,
            title=title,
            retention_code=retention_code,
            state=RecordState.OPEN,
            keeper_id=by.posting_id,
            opened_by_id=by.posting_id,
            opened_at=at,
            description=clean_text(description).strip()[:2000],
        )

        write_entry("records.opened", by=by, at=at, on=("record", record.id), clause="ND30.29")
    return record


def next_code(by: Actor, year: int) -> str:
    """The next running code of the year, e.g. "07.HS", for a record outside the plan."""
    taken = set(Record.objects.filter(agency_id=by.agency_id, year=year).values_list("code"))
    numbers = itertools.count(len(taken) + 1)
    return next(code for code in map("{:02d}.HS".format, numbers) if (code,) not in taken)


def _one_at_a_time(by: Actor, year: int) -> None:
    """Codes of one agency and year are given one after another, until the commit."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 11))",
            [f"record {by.agency_id} {year}"],
        )


def _is_taken(by: Actor, year: int, code: str) -> bool:
    return Record.objects.filter(agency_id=by.agency_id, year=year, code=code).exists()

"""Name the agency that reports of loss go to, from a day on (Quy chế Điều 10.3, Điều 12.3)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.orgs import queries as orgs
from congvu.orgs.access import refuse_all_but_system
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import ReportAuthority

FILE = Path(__file__).resolve().parent / "data" / "report-authority.yaml"


@clause("QC.10.3")
def name_authority(
    *, agency_id: int, valid_from: date, basis: str, by: Actor | None, at: datetime
) -> ReportAuthority:
    """From that day on it is this agency; earlier reports keep theirs."""
    with transaction.atomic():
        agency = orgs.agency(agency_id)

        refuse_all_but_system(by)

        row, _ = ReportAuthority.objects.update_or_create(
            valid_from=valid_from, defaults={"agency_id": agency.id, "basis": basis[:250]}
        )

        write_entry(
            "signing.report_authority_named",
            by=by,
            at=at,
            on=("agency", agency.id),
            clause="QC.10.3",
            details={"from": valid_from.isoformat(), "basis": basis},
        )
    return row


@clause("QC.10.3")
def enter_authorities(*, profile: str, at: datetime) -> int:
    """Name what the file says for a profile and the register does not have; safe to do twice."""
    written: dict[str, list[dict[str, Any]]] = yaml.safe_load(FILE.read_text("utf-8"))
    there = set(ReportAuthority.objects.values_list("valid_from", flat=True))
    missing = [one for one in written.get(profile, []) if one["valid_from"] not in there]
    for one in missing:
        name_authority(
            agency_id=orgs.agency_by_code(one["agency"]).id,
            valid_from=one["valid_from"],
            basis=one["basis"],
            by=None,
            at=at,
        )
    return len(missing)

"""Name the agency that reports of loss go to, from a day on (Quy chế Điều 10.3, Điều 12.3)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit import clock
from congvu.kit.lettering import clean_text, plain_spaces
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.orgs import queries as orgs
from congvu.orgs.access import refuse_all_but_system
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.signing.models import ReportAuthority

FILE = Path(__file__).resolve().parent / "data" / "report-authority.yaml"
LEAST_BASIS, LONGEST_BASIS = 5, 250


@clause("QC.10.3")
def name_authority(
    *, agency_id: int, valid_from: date, basis: str, by: Actor | None, at: datetime
) -> ReportAuthority:
    """From that day on it is this agency; earlier reports keep theirs.

    Only the installation itself (by None) may name one for days that are over.
    """
    with transaction.atomic():
        basis = plain_spaces(clean_text(basis))
        standing = {one.id for one in orgs.agencies_on(valid_from)}

        refuse_all_but_system(by)
        refuse_unless(agency_id in standing, "signing.E240")
        refuse_unless(LEAST_BASIS <= len(basis) <= LONGEST_BASIS, "signing.E241")
        is_past = by is not None and valid_from < clock.local(at).date()
        refuse_if(is_past, "signing.E242")

        row, _ = ReportAuthority.objects.update_or_create(
            valid_from=valid_from, defaults={"agency_id": agency_id, "basis": basis}
        )

        write_entry(
            "signing.report_authority_named",
            by=by,
            at=at,
            on=("agency", agency_id),
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

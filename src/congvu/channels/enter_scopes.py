"""Enter who answers for which matter from `data/scopes/<profile>.yaml`; safe to do twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.channels.models import Scope
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

FOLDER = Path(__file__).resolve().parent / "data" / "scopes"


@clause("QC.9.2.b")
def enter_scopes(*, profile: str, by: Actor | None, at: datetime) -> int:
    """Add the matters that nobody answers for yet; gives how many were added."""
    with transaction.atomic():
        written: dict[str, Any] = yaml.safe_load((FOLDER / f"{profile}.yaml").read_text("utf-8"))
        there = set(Scope.objects.filter(valid_to__isnull=True).values_list("topic", flat=True))
        missing = [one for one in written["scopes"] if one["topic"] not in there]
        Scope.objects.bulk_create(
            Scope(
                agency_id=orgs.agency_by_code(one["agency"]).id,
                topic=one["topic"],
                valid_from=written["valid_from"],
            )
            for one in missing
        )
        if missing:
            write_entry(
                "channels.scopes_entered",
                by=by,
                at=at,
                details={"profile": profile, "new": len(missing)},
            )
    return len(missing)

"""Enter the register of approved systems from `systems/data/approved.yaml`; safe to do twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.systems.approve import approve_system
from congvu.systems.models import ApprovedSystem

FILE = Path(__file__).resolve().parent / "data" / "approved.yaml"


@clause("QC.6.1.a")
def enter_register(*, by: Actor | None, at: datetime) -> int:
    """Approve what the file names and the register does not have; gives how many were added."""
    written: list[dict[str, Any]] = yaml.safe_load(FILE.read_text("utf-8"))["systems"]
    there = set(ApprovedSystem.objects.values_list("channel", "valid_from"))
    missing = [one for one in written if (one["channel"], one["valid_from"]) not in there]
    for one in missing:
        approve_system(
            channel=one["channel"],
            name=one["name"],
            clause_id=one["clause"],
            ground=one["ground"],
            note=one.get("note", ""),
            valid_from=one["valid_from"],
            by=by,
            at=at,
        )
    return len(missing)

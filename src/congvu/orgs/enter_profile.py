"""Enter the agencies of a profile (`orgs/data/<profile>.yaml`): the tree, units, codes, mergers.

The file may be entered again: what is there stays as it is, what is missing is added.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from congvu.audit.write import write_entry
from congvu.orgs.models import Agency, Identifier, Succession, Unit
from congvu.orgs.read_profile import Entry, entries
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause


@clause("QC.2.1.a", "QC.2.1.b")
def enter_profile(*, profile: Mapping[str, Any], by: Actor | None, at: datetime) -> int:
    """Add the agencies of a parsed profile that are not there yet; gives how many were added."""
    with transaction.atomic():
        known = {one.code: one for one in Agency.objects.select_for_update()}
        found = [one for one in entries(profile) if one.fields["code"] not in known]
        if not found:
            return 0
        since = profile["valid_from"]

        for entry in found:
            agency = Agency(
                **entry.fields,
                parent=known.get(entry.parent_code),
                ordering=len(known),
                valid_from=since,
            )
            known[agency.code] = agency
        _save_tree([known[entry.fields["code"]] for entry in found])
        _add_units(found, known, since)
        _add_codes(profile["identifiers"], found, known, since)
        _add_successions(profile.get("successions", []), known)

        write_entry(
            "orgs.profile_entered",
            by=by,
            at=at,
            clause="QC.2.1",
            details={"profile": profile["profile"], "agencies": len(found)},
        )
    return len(found)


def _save_tree(agencies: list[Agency]) -> None:
    """Insert level by level: a row needs the id of its parent."""
    waiting = agencies
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent.id is not None]
        for one in ready:
            one.parent_id = one.parent.id if one.parent else None
        Agency.objects.bulk_create(ready)
        waiting = [one for one in waiting if one.id is None]


def _add_units(added: list[Entry], known: Mapping[str, Agency], since: date) -> None:
    units: dict[tuple[str, str], Unit] = {}
    above: dict[tuple[str, str], str] = {}
    for entry in added:
        code = entry.fields["code"]
        for place, unit in enumerate(entry.units):
            units[code, unit["symbol"]] = Unit(
                agency=known[code],
                name=unit["name"],
                symbol=unit["symbol"],
                ordering=place,
                valid_from=since,
            )
            if "within" in unit:
                above[code, unit["symbol"]] = unit["within"]
    Unit.objects.bulk_create(unit for key, unit in units.items() if key not in above)
    for key, symbol in above.items():
        units[key].parent = units[key[0], symbol]
    Unit.objects.bulk_create(units[key] for key in above)


def _add_codes(
    scheme: Mapping[str, Any], added: list[Entry], known: Mapping[str, Agency], since: date
) -> None:
    Identifier.objects.bulk_create(
        Identifier(
            agency=known[entry.fields["code"]],
            scheme=scheme["scheme"],
            value=".".join(part for part in (scheme["root"], entry.number) if part),
            is_demonstration=scheme["is_demonstration"],
            valid_from=since,
        )
        for entry in added
    )


def _add_successions(written: list[Mapping[str, Any]], known: Mapping[str, Agency]) -> None:
    """The predecessor's last day is the eve of the takeover."""
    for one in written:
        gone, heir = known[one["from"]], known[one["to"]]
        if gone.valid_to is not None:
            continue
        gone.valid_to = one["date"] - timedelta(days=1)
        Agency.objects.filter(id=gone.id).update(valid_to=gone.valid_to)
        Succession.objects.create(
            predecessor=gone, successor=heir, on=one["date"], basis=one["basis"]
        )

"""Enter the agencies of a profile (`orgs/data/<profile>.yaml`): the tree, units, codes, mergers.

The file may be entered again: what is there stays as it is, what is missing is added. Nothing
here knows a level or a name; patterns in the file say how an entry is completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from django.db import transaction

from congvu.audit.write import write_entry
from congvu.kit.folding import fold, nfc
from congvu.orgs.models import Agency, Identifier, Succession, Unit
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause

DATA = Path(__file__).resolve().parent / "data"
NUMBERED = re.compile(r"\d+")


def read_profile(name: str) -> dict[str, Any]:
    """The parsed file of a profile. Raises FileNotFoundError for an unknown name."""
    written: dict[str, Any] = yaml.safe_load(nfc((DATA / f"{name}.yaml").read_text("utf-8")))
    return written


@dataclass(frozen=True)
class Entry:
    """One agency of the file, completed by its pattern; parent_code is empty for the root."""

    fields: Mapping[str, Any]
    parent_code: str
    depth: int
    units: list[Mapping[str, str]]
    number: str  # of the demonstration code: "21.04"


@clause("QC.2.1.a", "QC.2.1.b")
def enter_profile(*, profile: Mapping[str, Any], by: Actor | None, at: datetime) -> int:
    """Add the agencies of a parsed profile that are not there yet; gives how many were added."""
    with transaction.atomic():
        known = {one.code: one for one in Agency.objects.select_for_update()}
        entries = [one for one in _entries(profile) if one.fields["code"] not in known]
        if not entries:
            return 0
        since = profile["valid_from"]

        for entry in entries:
            agency = Agency(
                **entry.fields,
                parent=known.get(entry.parent_code),
                ordering=len(known),
                valid_from=since,
            )
            known[agency.code] = agency
        _save_tree([known[entry.fields["code"]] for entry in entries])
        _add_units(entries, known, since)
        _add_codes(profile["identifiers"], entries, known, since)
        _add_successions(profile.get("successions", []), known)

        write_entry(
            "orgs.profile_entered",
            by=by,
            at=at,
            clause="QC.2.1",
            details={"profile": profile["profile"], "agencies": len(entries)},
        )
    return len(entries)


def _entries(profile: Mapping[str, Any]) -> Iterator[Entry]:
    """Every agency of the tree, level by level: the order of lists and pickers."""
    found = [
        entry
        for number, written in enumerate(profile["agencies"])
        for entry in _branch(profile, written["pattern"], written, None, [number] if number else [])
    ]
    yield from sorted(found, key=lambda entry: entry.depth)


def _branch(
    profile: Mapping[str, Any],
    pattern: str,
    written: Mapping[str, Any],
    parent: Mapping[str, Any] | None,
    numbers: list[int],
) -> Iterator[Entry]:
    own = _completed(profile["patterns"][pattern], written, parent)
    units = written.get("units", profile["units"].get(pattern, []))
    number = ".".join(f"{one:02d}" for one in numbers)
    yield Entry(own["agency"], own["parent_code"], len(numbers), units, number)
    place = 0
    for kind, children in written.get("children", {}).items():
        for child in _listed(children):
            place += 1
            yield from _branch(profile, kind, child, own, [*numbers, place])


def _listed(children: list[Any] | Mapping[str, list[str]]) -> list[Mapping[str, Any]]:
    """Children as entries; `xã: [An Dân]` is short for `{type: xã, own: An Dân}`."""
    if isinstance(children, list):
        return children
    return [{"type": type_, "own": own} for type_, names in children.items() for own in names]


def _completed(
    pattern: Mapping[str, Any], written: Mapping[str, Any], parent: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The columns of an agency: what is written, else the pattern filled with its words."""
    type_, own = str(written.get("type", "")), str(written.get("own", ""))
    words = {
        "type": type_,
        "Type": type_[:1].upper() + type_[1:],
        "TYPE": type_.upper(),
        "own": own,
        "OWN": own.upper(),
        "parent": parent["unit"] if parent else "",
    }

    def column(name: str, otherwise: Any = "") -> Any:
        value = written.get(name, pattern.get(name, otherwise))
        if isinstance(value, list):
            return [str(line).format(**words) for line in value]
        return str(value).format(**words)

    name = column("name")
    place = "numbered_place" if NUMBERED.fullmatch(own) and "numbered_place" in pattern else "place"
    agency = {
        "code": written.get("code") or _code(parent, type_, own),
        "name": name,
        "short_name": column("short_name", name),
        "kind": column("kind"),
        "group_name": column("group"),
        "wider_group_name": column("wider_group"),
        "symbol": column("symbol"),
        "place": column(place),
        "superior_lines": column("superior_lines", []),
        "name_lines": column("name_lines", [name.upper()]),
        "regime": column("regime"),
        "collective_name": column("collective_name"),
        "head_title": column("head_title"),
    }
    parent_code = parent["agency"]["code"] if parent else ""
    return {"agency": agency, "unit": f"{type_} {own}".strip(), "parent_code": parent_code}


def _code(parent: Mapping[str, Any] | None, type_: str, own: str) -> str:
    above = f"{parent['agency']['code']}-" if parent else ""
    return above + "-".join(re.findall(r"\w+", fold(f"{type_} {own}")))


def _save_tree(agencies: list[Agency]) -> None:
    """Insert level by level: a row needs the id of its parent."""
    waiting = agencies
    while waiting:
        ready = [one for one in waiting if one.parent is None or one.parent.id is not None]
        for one in ready:
            one.parent_id = one.parent.id if one.parent else None
        Agency.objects.bulk_create(ready)
        waiting = [one for one in waiting if one.id is None]


def _add_units(entries: list[Entry], known: Mapping[str, Agency], since: date) -> None:
    units: dict[tuple[str, str], Unit] = {}
    above: dict[tuple[str, str], str] = {}
    for entry in entries:
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
    scheme: Mapping[str, Any], entries: list[Entry], known: Mapping[str, Agency], since: date
) -> None:
    Identifier.objects.bulk_create(
        Identifier(
            agency=known[entry.fields["code"]],
            scheme=scheme["scheme"],
            value=".".join(part for part in (scheme["root"], entry.number) if part),
            is_demonstration=scheme["is_demonstration"],
            valid_from=since,
        )
        for entry in entries
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

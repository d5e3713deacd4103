"""Read a profile (`orgs/data/<profile>.yaml`): every agency with its columns, no database.

Nothing here knows a level or a name; patterns in the file say how an entry is completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from congvu.kit.folding import fold, nfc

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


def entries(profile: Mapping[str, Any]) -> Iterator[Entry]:
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

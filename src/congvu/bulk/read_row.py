"""Read one row of a list as the message it would be: nothing is kept here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from congvu.bulk.models import BulkOrder, TemplateVersion
from congvu.bulk.types import CONSENT, ROADS, Checked, Letter
from congvu.channels.add_withdrawal_link import SAMPLE_KEY, withdrawal_line
from congvu.channels.keep_zalo_template import template_params
from congvu.channels.sms_policy import policy_on
from congvu.channels.types import MAIL, SMS, ZALO
from congvu.kit import clock
from congvu.rules import filling
from congvu.rules.filling import BlankKind, Filled
from congvu.rules.sms_text import measure, written

BY_PHONE = "tel:"  # a template message of Zalo finds its reader by the number (services 9.2)


@dataclass(frozen=True)
class Reading:
    """What every row of one order is read with; made once for many rows."""

    roads: Sequence[str]
    texts: Mapping[str, Mapping[str, Any]]
    blanks: Sequence[tuple[str, BlankKind, int | None]]
    addresses: Mapping[str, int | None]
    zalo_room: Mapping[str, int]  # the longest text of each parameter, as Zalo approved it
    most_parts: int
    ending: str  # of a text that goes by consent: the link by which one withdraws

    @classmethod
    def of(cls, order: BulkOrder) -> Reading:
        """How the rows of this order are read."""
        version, columns = order.version, order.columns
        return cls(
            roads=version.roads,
            texts=version.texts,
            blanks=[
                (name, BlankKind(kind), columns.get(blank_key(name)))
                for name, kind in version.blanks
            ],
            addresses={road: columns.get(road) for road in version.roads},
            zalo_room=template_params(version.agency_id, version.texts.get(ZALO, {})),
            most_parts=policy_on(clock.today()).most_parts,
            ending=withdrawal_line(SMS, SAMPLE_KEY) if version.basis == CONSENT else "",
        )


def blank_key(name: str) -> str:
    """How a blank is named among the uses of columns: never like a road."""
    return f"{{{{{name}}}}}"


def uses_of(version: TemplateVersion) -> list[str]:
    """What columns are needed for: the address of each road, and each blank."""
    roads = [road for road in ROADS if road in version.roads]
    return [*roads, *(blank_key(name) for name, _ in version.blanks)]


def read_row(reading: Reading, cells: Sequence[str]) -> Checked:
    """The letter of a row with what is wrong in it, cell by cell."""
    faults: dict[str, str] = {}
    addresses = _addresses(reading, cells, faults)
    values: dict[str, str] = {}
    to_name = ""
    for name, kind, column in reading.blanks:
        if column is None:
            continue
        got = filling.filled(kind, _cell(cells, column))
        if got.wrong:
            faults[str(column)] = got.wrong
            continue
        values[name] = got.value
        to_name = to_name or (got.value if kind is BlankKind.NAME else "")
    texts = {road: _filled(reading.texts[road], values) for road in reading.roads}
    if sms := texts.get(SMS):  # the very letters that go out are what is shown and counted
        sms["text"] = written(sms["text"], with_marks=sms.get("with_marks", True))
    parts = _parts(sms, reading.ending) if sms and SMS in addresses else 0
    if parts > reading.most_parts and not faults:
        faults[""] = f"Tin SMS của dòng này dài {parts} phần; tối đa {reading.most_parts} phần."
    if ZALO in addresses and not faults:
        faults.update(_zalo_faults(reading, texts[ZALO]["values"]))
    letter = Letter(addresses, texts, to_name, parts)
    return Checked(letter, faults, _digest(addresses, texts))


def _parts(sms: Mapping[str, Any], ending: str) -> int:
    whole = written(f"{sms['text']}{ending}", with_marks=sms.get("with_marks", True))
    return len(measure(whole).parts)


def _zalo_faults(reading: Reading, values: Mapping[str, str]) -> dict[str, str]:
    """Parameters that Zalo would not take; said in the cell where one cell fills them."""
    faults = {}
    columns = {blank_key(name): column for name, _, column in reading.blanks}
    for name, value in values.items():
        longest = reading.zalo_room.get(name, len(value))
        if 0 < len(value) <= longest:
            continue
        column = columns.get(str(reading.texts[ZALO]["values"][name]).strip())
        place = "" if column is None else str(column)
        faults[place] = f"Tham số Zalo “{name}” dài {len(value)} ký tự; tối đa {longest} ký tự."
    return faults


def _addresses(reading: Reading, cells: Sequence[str], faults: dict[str, str]) -> dict[str, str]:
    """The address of each road; one road is enough, but what is written must be right."""
    addresses: dict[str, str] = {}
    missing: dict[str, str] = {}
    for road in reading.roads:
        column = reading.addresses[road]
        if column is None:
            continue
        cell = _cell(cells, column)
        got: Filled = filling.mail_address(cell) if road == MAIL else filling.phone(cell)
        if not got.wrong:
            addresses[road] = f"{BY_PHONE}{got.value}" if road == ZALO else got.value
        elif cell.strip():
            faults[str(column)] = got.wrong
        else:
            missing[str(column)] = got.wrong
    if not addresses and not faults:
        faults.update(missing)
    return addresses


def _cell(cells: Sequence[str], column: int) -> str:
    return cells[column] if column < len(cells) else ""


def _filled(text: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    done = {
        key: filling.fill(words, values) if key in ("text", "subject") else words
        for key, words in text.items()
        if key != "values"
    }
    if "values" in text:
        done["values"] = {key: filling.fill(words, values) for key, words in text["values"].items()}
    return done


def _digest(addresses: Mapping[str, str], texts: Mapping[str, Any]) -> str:
    said = json.dumps([addresses, texts], sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()

"""What crosses the walls of bulk: the words a template is written with, a row as it would go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from congvu.channels.types import MAIL, SMS, ZALO

ROADS = (SMS, ZALO, MAIL)
# What a column of the list can be for beside the blanks: the address of each road.
ADDRESS_WORDS: Mapping[str, str] = {
    SMS: "Số điện thoại (SMS)",
    ZALO: "Số điện thoại (Zalo)",
    MAIL: "Thư điện tử",
}
MOST_ROWS = 100_000
MOST_COLUMNS = 30
CONSENT = "consent"


@dataclass(frozen=True)
class Wording:
    """A template as its author writes it; a road without its text is not used.

    `kinds`: what each blank holds; one that is not named is guessed from its name. `ground`: the
    law or decision under which one may write without consent; "" asks for consent row by row.
    """

    name: str
    purpose: str
    sms: str = ""
    sms_plain: bool = False  # without Vietnamese marks
    mail_subject: str = ""
    mail: str = ""
    zalo_template: str = ""
    zalo_params: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    ground: str = ""
    needs_approval: bool = True


@dataclass(frozen=True, slots=True)
class Letter:
    """A row as it would go out: address and text of each road, the addressee's name; `parts`: of
    its text message, 0 where it could not go as one."""

    addresses: Mapping[str, str]
    texts: Mapping[str, Mapping[str, Any]]
    to_name: str = ""
    parts: int = 0


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a row gives: its letter, and what is wrong by column ("" the whole row)."""

    letter: Letter
    faults: Mapping[str, str]
    digest: str

"""What other rooms know of agencies and officials: frozen records, for a stated date."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from congvu.rules.authority import Authority
from congvu.rules.finding import Finding

CLERK = "clerk"  # văn thư
LEADER = "leader"  # lãnh đạo cơ quan
UNIT_HEAD = "unit_head"  # trưởng phòng, đơn vị
OFFICIAL = "official"  # chuyên viên
ARCHIVIST = "archivist"  # lưu trữ
AGENCY_ADMIN = "agency_admin"  # quản trị cơ quan
INSPECTOR = "inspector"  # kiểm tra, giám sát (Sở Nội vụ)
SYSTEM_ADMIN = "system_admin"  # quản trị hệ thống, không xem nội dung

ROLES: dict[str, str] = {
    CLERK: "Văn thư",
    LEADER: "Lãnh đạo",
    UNIT_HEAD: "Trưởng đơn vị",
    OFFICIAL: "Chuyên viên",
    ARCHIVIST: "Lưu trữ",
    AGENCY_ADMIN: "Quản trị cơ quan",
    INSPECTOR: "Kiểm tra, giám sát",
    SYSTEM_ADMIN: "Quản trị hệ thống",
}


class Rank(StrEnum):
    """Ranks of a position (models.Position.Rank has the same values, with Vietnamese labels)."""

    HEAD = "head"
    ACTING_HEAD = "acting_head"
    DEPUTY = "deputy"
    UNIT_HEAD = "unit_head"
    UNIT_DEPUTY = "unit_deputy"
    STAFF = "staff"


HEADS = frozenset({Rank.HEAD, Rank.ACTING_HEAD})


@dataclass(frozen=True)
class Actor:
    """An official acting in one posting: the `by` of every verb.

    `title` is the position as signed ("Chủ tịch"); `agency_name` the full name of the agency.
    """

    person_id: int
    posting_id: int | None
    agency_id: int | None
    unit_id: int | None
    full_name: str
    title: str
    agency_name: str
    roles: frozenset[str] = field(default_factory=frozenset)
    account_id: int | None = None
    unit_name: str = ""

    def has(self, *roles: str) -> bool:
        """Whether the posting carries any of these roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class AgencyRecord:
    """An agency as its rows stand: names for headings, group for the recipient picker.

    regime: "head" or "collective" (then `collective_name`); head_title: also when vacant.
    """

    id: int
    code: str
    name: str
    short_name: str
    kind: str
    group_name: str
    wider_group_name: str
    parent_id: int | None
    symbol: str
    place: str
    superior_lines: tuple[str, ...]
    name_lines: tuple[str, ...]
    regime: str
    collective_name: str
    head_title: str
    address: str
    ordering: int
    valid_from: date
    valid_to: date | None

    def stands_on(self, day: date) -> bool:
        """Whether the agency exists on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True, slots=True)
class UnitRecord:
    """A unit inside an agency; `symbol` stands in the symbol of its official letters."""

    id: int
    agency_id: int
    parent_id: int | None
    name: str
    symbol: str


@dataclass(frozen=True, slots=True)
class PostingRecord:
    """Who holds which position where: a row of people pickers and of signature blocks.

    rank: a value of models.Position.Rank. away_until is not here: ask `substitute_of`.
    """

    posting_id: int
    person_id: int
    full_name: str
    title: str
    rank: str
    agency_id: int
    agency_name: str
    unit_id: int | None
    unit_name: str
    unit_symbol: str
    roles: frozenset[str]
    valid_from: date
    valid_to: date | None

    def has(self, *roles: str) -> bool:
        """Whether the posting carries any of these roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class RecipientGroup:
    """A group of agencies in the recipient picker; may hold narrower groups."""

    name: str
    agencies: tuple[AgencyRecord, ...]
    parts: tuple[RecipientGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class SigningAuthority:
    """With what right a posting signs a document of a type on a day (ND30.13; documents R5).

    authority: the facts for rules.authority (`authority_lines(authority)` gives the lines).
    finding: whether it covers this document, in words. agency_id: whose document it may be.
    delegation_id: the record that grants it, if one is needed.
    """

    posting_id: int
    agency_id: int
    full_name: str
    authority: Authority
    finding: Finding[bool]
    delegation_id: int | None = None

"""What other rooms know of an official: the Actor."""

from __future__ import annotations

from dataclasses import dataclass, field

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

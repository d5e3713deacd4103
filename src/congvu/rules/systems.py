"""Which systems and channels may be used. QC.4.2, 6.1, 6.2.c, 11.3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.words import day_words


@dataclass(frozen=True, slots=True)
class ApprovedSystem:
    """A system deployed by the province or a competent authority, or certified (QC.4.2).

    channel: code of the way of exchange. clause: which item of QC.6.1 it is.
    ground: number of the decision, certificate or conformity publication; may not be empty.
    """

    channel: str
    name: str
    clause: str
    ground: str
    valid_from: date
    valid_to: date | None = None


class Grantor(StrEnum):
    """Who may allow another channel for one case (QC.11.3)."""

    PROVINCIAL_COMMITTEE = "provincial_committee"
    PROVINCIAL_CHAIR = "provincial_chair"
    SPECIAL_LAW = "special_law"


@dataclass(frozen=True, slots=True)
class GrantedException:
    """A permission for one case: who granted it, by which document, for whom and how long."""

    channel: str
    agency: str
    case: str
    grantor: Grantor
    document: str
    valid_from: date
    valid_to: date


@clause("QC.4.2", "QC.6.1", "QC.11.3")
def may_exchange(
    channel: str,
    *,
    on: date,
    agency: str,
    case: str,
    systems: Sequence[ApprovedSystem],
    exceptions: Sequence[GrantedException] = (),
) -> Finding[bool]:
    """Whether an agency may exchange through this channel on that day in that case."""
    for system in systems:
        if system.channel == channel and _is_ready(system, on):
            said = f"{system.name} được phép sử dụng ({system.ground}), theo {citation('QC.6.1')}."
            return Finding(True, "QC.6.1", "", said)
    for grant in exceptions:
        if (grant.channel, grant.agency, grant.case) == (channel, agency, case) and _is_granted(
            grant, on
        ):
            said = f"Được phép cho trường hợp này ({grant.document}), theo {citation('QC.11.3')}."
            return Finding(True, "QC.11.3", "", said)
    said = (
        f"Kênh “{channel}” ngày {day_words(on)} không thuộc các hệ thống được sử dụng và chưa "
        f"được cho phép trong trường hợp này; {citation('QC.11.3')}."
    )
    return Finding(False, "QC.11.3", "", said)


@dataclass(frozen=True, slots=True)
class AccountNotice:
    """The notice an agency gives before it opens a Zalo account (QC.6.2.c).

    Empty text = missing. notified_on: day the notice was sent; None = not sent.
    """

    account_name: str = ""
    phone: str = ""
    domain: str = ""
    purpose: str = ""
    document: str = ""
    notified_on: date | None = None


@clause("QC.6.2.c")
def may_open_account(notice: AccountNotice, *, agency_name: str, on: date) -> Finding[bool]:
    """Whether the account may be opened: full notice given before, under the agency's own name."""
    parts = (
        (not notice.account_name, "tên tài khoản"),
        (not notice.phone, "số điện thoại xác thực"),
        (not notice.domain, "tên miền trang thông tin điện tử"),
        (not notice.purpose, "mục đích sử dụng"),
        (not notice.document, "số văn bản thông báo"),
    )
    objections = [f"thiếu {name}" for is_missing, name in parts if is_missing]
    if notice.account_name and _plain(notice.account_name) != _plain(agency_name):
        objections.append(f"tên tài khoản phải là tên đầy đủ của cơ quan: {agency_name}")
    if notice.notified_on is None:
        objections.append("chưa gửi văn bản thông báo")
    elif notice.notified_on > on:
        objections.append(f"văn bản thông báo đề ngày {day_words(notice.notified_on)}, chưa đến")
    if objections:
        said = f"Chưa thể tạo tài khoản Zalo: {'; '.join(objections)}; {citation('QC.6.2.c')}."
        return Finding(False, "QC.6.2.c", "", said)
    said = f"Đã thông báo đủ trước khi tạo tài khoản, theo {citation('QC.6.2.c')}."
    return Finding(True, "QC.6.2.c", "", said)


def _is_ready(system: ApprovedSystem, on: date) -> bool:
    ended = system.valid_to is not None and on > system.valid_to
    return bool(system.ground) and system.valid_from <= on and not ended


def _is_granted(grant: GrantedException, on: date) -> bool:
    return bool(grant.document) and grant.valid_from <= on <= grant.valid_to


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())

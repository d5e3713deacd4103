"""Who may sign and what stands above the name: TM., KT., TL., TUQ., Q. — ND30.13, annex I II.7."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from congvu.rules.clauses import citation, clause
from congvu.rules.finding import Finding
from congvu.rules.words import day_words


class Regime(StrEnum):
    """HEAD: the head decides alone (sở). COLLECTIVE: the body decides (ủy ban nhân dân)."""

    HEAD = "head"
    COLLECTIVE = "collective"


class Capacity(StrEnum):
    """In which quality the signer signs."""

    HEAD = "head"
    ACTING_HEAD = "acting_head"  # Q.
    DEPUTY = "deputy"  # KT.
    BY_ORDER = "by_order"  # TL.
    BY_ORDER_DEPUTY = "by_order_deputy"  # TL. + KT.
    AUTHORISED = "authorised"  # TUQ.


@dataclass(frozen=True, slots=True)
class Authority:
    """What gives a signer the right to sign.

    body: collective body (`Ủy ban nhân dân`), only used in the collective regime.
    head_title: title of the head (`Chủ tịch`). own_title: signer's title (`Phó Chủ tịch`).
    unit_head_title: title of the unit's head when that head's deputy signs under TL.
    fields: codes of the fields assigned to a deputy or covered by a delegation; empty = all.
    document: number of the assignment, delegation or work regulation that grants the right.
    delegate_heads_unit, is_redelegated: for TUQ. only.
    """

    regime: Regime
    capacity: Capacity
    head_title: str
    own_title: str
    body: str = ""
    unit_head_title: str = ""
    fields: frozenset[str] = frozenset()
    document: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    delegate_heads_unit: bool = True
    is_redelegated: bool = False


@clause("ND30.13", "ND30.PL1.I.II.7.b")
def authority_lines(authority: Authority) -> tuple[str, ...]:
    """The lines printed above the signature, top down, in capitals."""
    head, own = authority.head_title, authority.own_title
    below = {
        Capacity.HEAD: (head,),
        Capacity.ACTING_HEAD: (f"Q. {head}",),
        Capacity.DEPUTY: (f"KT. {head}", own),
        Capacity.BY_ORDER: (f"TL. {head}", own),
        Capacity.BY_ORDER_DEPUTY: (f"TL. {head}", f"KT. {authority.unit_head_title}", own),
        Capacity.AUTHORISED: (f"TUQ. {head}", own),
    }[authority.capacity]
    # TM. belongs to those who sign for the body itself: its head or the head's deputy.
    for_body = authority.capacity in (Capacity.HEAD, Capacity.ACTING_HEAD, Capacity.DEPUTY)
    if authority.regime is Regime.COLLECTIVE and for_body:
        below = (f"TM. {authority.body}", *below)
    return tuple(line.upper() for line in below)


@clause("ND30.13")
def may_sign(authority: Authority, *, on: date, subject_field: str = "") -> Finding[bool]:
    """Whether this authority covers a document of that date and field; all objections are said."""
    objections = [*_limits_in_time(authority, on), *_limits_in_kind(authority, subject_field)]
    if not objections:
        said = f"Người ký có thẩm quyền ký ngày {day_words(on)}, theo {citation('ND30.13')}."
        return Finding(True, "ND30.13", "", said)
    said = f"Chưa thể ký: {'; '.join(objections)} ({citation('ND30.13')})."
    return Finding(False, "ND30.13", "", said)


def _limits_in_time(authority: Authority, on: date) -> list[str]:
    said = []
    if authority.valid_from is not None and on < authority.valid_from:
        said.append(f"thẩm quyền chỉ có từ {day_words(authority.valid_from)}")
    if authority.valid_to is not None and on > authority.valid_to:
        said.append(f"thẩm quyền đã hết từ sau {day_words(authority.valid_to)}")
    if authority.capacity is Capacity.AUTHORISED and authority.valid_to is None:
        said.append("giấy ủy quyền phải có thời hạn")
    return said


def _limits_in_kind(authority: Authority, subject_field: str) -> list[str]:
    said = []
    if authority.fields and subject_field not in authority.fields:
        said.append("văn bản ngoài lĩnh vực được phân công hoặc ủy quyền")
    if authority.capacity is Capacity.AUTHORISED:
        said += _limits_of_delegation(authority)
    by_order = authority.capacity in (Capacity.BY_ORDER, Capacity.BY_ORDER_DEPUTY)
    if by_order and not authority.document:
        said.append("ký thừa lệnh phải được quy định trong quy chế làm việc hoặc quy chế văn thư")
    return said


def _limits_of_delegation(authority: Authority) -> list[str]:
    said = []
    if not authority.document:
        said.append("ủy quyền phải bằng văn bản")
    if not authority.fields:
        said.append("ủy quyền phải giới hạn về nội dung")
    if not authority.delegate_heads_unit:
        said.append("người được ủy quyền phải đứng đầu đơn vị thuộc cơ quan")
    if authority.is_redelegated:
        said.append("người được ủy quyền không được ủy quyền lại")
    return said


ACADEMIC_TITLES = re.compile(
    r"^(?:(?:GS|PGS|TSKH|TS|ThS|BS|DS|KS|CN|LS|CKI{1,2}|NGND|NGƯT)\b[.\s,]*)+", re.UNICODE
)


@clause("ND30.PL1.I.II.7.c")
def academic_title_in(full_name: str) -> Finding[str]:
    """The academic title or degree written before a signer's name; empty when there is none."""
    found = ACADEMIC_TITLES.match(full_name.strip())
    title = found.group(0).strip(" ,") if found else ""
    said = (
        f"Trước họ tên người ký không ghi học hàm, học vị ({title})"
        if title
        else "Họ tên người ký không kèm học hàm, học vị"
    )
    law = "ND30.PL1.I.II.7.c"
    return Finding(title, law, "", f"{said}; {citation(law)}.")

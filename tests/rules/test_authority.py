"""Who may sign and what is printed above the name: decree 30/2020, article 13, annex I II.7."""

from dataclasses import replace
from datetime import date

import pytest

from congvu.rules.authority import (
    Authority,
    Capacity,
    Regime,
    academic_title_in,
    authority_lines,
    may_sign,
)

D = date.fromisoformat
CHAIR = Authority(Regime.COLLECTIVE, Capacity.HEAD, "Chủ tịch", "Chủ tịch", body="Ủy ban nhân dân")
DIRECTOR = Authority(Regime.HEAD, Capacity.HEAD, "Giám đốc", "Giám đốc")


@pytest.mark.clause("ND30.13", "ND30.PL1.I.II.7.b")
@pytest.mark.parametrize(
    ("authority", "lines"),
    [
        (CHAIR, ["TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH"]),
        (replace(CHAIR, capacity=Capacity.DEPUTY, own_title="Phó Chủ tịch"),
         ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]),
        (replace(CHAIR, capacity=Capacity.ACTING_HEAD), ["TM. ỦY BAN NHÂN DÂN", "Q. CHỦ TỊCH"]),
        (replace(CHAIR, capacity=Capacity.BY_ORDER, own_title="Chánh Văn phòng"),
         ["TL. CHỦ TỊCH", "CHÁNH VĂN PHÒNG"]),
        (replace(CHAIR, capacity=Capacity.BY_ORDER_DEPUTY, own_title="Phó Chánh Văn phòng",
                 unit_head_title="Chánh Văn phòng"),
         ["TL. CHỦ TỊCH", "KT. CHÁNH VĂN PHÒNG", "PHÓ CHÁNH VĂN PHÒNG"]),
        (replace(CHAIR, capacity=Capacity.AUTHORISED, own_title="Giám đốc Sở Nội vụ"),
         ["TUQ. CHỦ TỊCH", "GIÁM ĐỐC SỞ NỘI VỤ"]),
        (DIRECTOR, ["GIÁM ĐỐC"]),
        (replace(DIRECTOR, capacity=Capacity.DEPUTY, own_title="Phó Giám đốc"),
         ["KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"]),
        (replace(DIRECTOR, capacity=Capacity.ACTING_HEAD), ["Q. GIÁM ĐỐC"]),
        (replace(DIRECTOR, capacity=Capacity.AUTHORISED, own_title="Trưởng phòng Tổ chức"),
         ["TUQ. GIÁM ĐỐC", "TRƯỞNG PHÒNG TỔ CHỨC"]),
    ],
)  # fmt: skip
def test_lines_above_the_signature(authority: Authority, lines: list[str]) -> None:
    assert list(authority_lines(authority)) == lines


MANDATE = Authority(
    Regime.HEAD,
    Capacity.AUTHORISED,
    "Giám đốc",
    "Trưởng phòng Tổ chức",
    fields=frozenset({"to-chuc"}),
    document="05/GUQ-SNV",
    valid_from=D("2022-02-14"),
    valid_to=D("2022-02-28"),
)


@pytest.mark.clause("ND30.13")
@pytest.mark.parametrize(
    ("change", "on", "field", "objection"),
    [
        ({}, "2022-02-13", "to-chuc", "thẩm quyền chỉ có từ thứ Hai 14/02/2022"),
        ({}, "2022-03-01", "to-chuc", "thẩm quyền đã hết từ sau thứ Hai 28/02/2022"),
        ({}, "2022-02-20", "dao-tao", "văn bản ngoài lĩnh vực được phân công hoặc ủy quyền"),
        ({"valid_to": None}, "2022-02-20", "to-chuc", "giấy ủy quyền phải có thời hạn"),
        ({"document": ""}, "2022-02-20", "to-chuc", "ủy quyền phải bằng văn bản"),
        ({"fields": frozenset()}, "2022-02-20", "to-chuc", "ủy quyền phải giới hạn về nội dung"),
        ({"delegate_heads_unit": False}, "2022-02-20", "to-chuc", "người được ủy quyền phải đứng đầu đơn vị thuộc cơ quan"),
        ({"is_redelegated": True}, "2022-02-20", "to-chuc", "người được ủy quyền không được ủy quyền lại"),
    ],
)  # fmt: skip
def test_limits_of_a_mandate(
    change: dict[str, object], on: str, field: str, objection: str
) -> None:
    found = may_sign(replace(MANDATE, **change), on=D(on), subject_field=field)  # type: ignore[arg-type]
    assert (found.value, found.clause, found.calendar_version) == (False, "ND30.13", "")
    assert found.explanation == f"Chưa thể ký: {objection} (Điều 13 Nghị định 30/2020/NĐ-CP)."


@pytest.mark.clause("ND30.13")
@pytest.mark.parametrize("on", ["2022-02-14", "2022-02-28"])
def test_a_mandate_holds_on_its_first_and_last_day(on: str) -> None:
    found = may_sign(MANDATE, on=D(on), subject_field="to-chuc")
    assert (found.value, found.clause, found.calendar_version) == (True, "ND30.13", "")
    assert found.explanation.startswith("Người ký có thẩm quyền ký ngày thứ Hai ")
    assert found.explanation.endswith("/02/2022, theo Điều 13 Nghị định 30/2020/NĐ-CP.")


@pytest.mark.clause("ND30.13")
def test_all_objections_are_said_at_once() -> None:
    broken = replace(MANDATE, document="", is_redelegated=True)
    assert may_sign(broken, on=D("2022-03-01"), subject_field="x").explanation == (
        "Chưa thể ký: thẩm quyền đã hết từ sau thứ Hai 28/02/2022; văn bản ngoài lĩnh vực được "
        "phân công hoặc ủy quyền; ủy quyền phải bằng văn bản; người được ủy quyền không được ủy "
        "quyền lại (Điều 13 Nghị định 30/2020/NĐ-CP)."
    )


@pytest.mark.clause("ND30.13")
@pytest.mark.parametrize("capacity", [Capacity.BY_ORDER, Capacity.BY_ORDER_DEPUTY])
def test_signing_by_order_stands_in_the_work_regulation(capacity: Capacity) -> None:
    by_order = replace(CHAIR, capacity=capacity)
    refused = may_sign(by_order, on=D("2022-02-14"))
    assert not refused.value
    assert refused.explanation == (
        "Chưa thể ký: ký thừa lệnh phải được quy định trong quy chế làm việc hoặc quy chế văn thư "
        "(Điều 13 Nghị định 30/2020/NĐ-CP)."
    )
    assert may_sign(replace(by_order, document="QĐ 01/QĐ-UBND"), on=D("2022-02-14")).value


@pytest.mark.clause("ND30.13")
@pytest.mark.parametrize("capacity", [Capacity.HEAD, Capacity.ACTING_HEAD, Capacity.DEPUTY])
def test_heads_and_deputies_need_no_mandate_but_a_deputy_keeps_to_the_fields(
    capacity: Capacity,
) -> None:
    authority = replace(DIRECTOR, capacity=capacity)
    assert may_sign(authority, on=D("2022-02-14")).value
    in_charge = replace(authority, fields=frozenset({"to-chuc"}))
    assert may_sign(in_charge, on=D("2022-02-14"), subject_field="to-chuc").value
    assert not may_sign(in_charge, on=D("2022-02-14"), subject_field="dao-tao").value
    assert not may_sign(in_charge, on=D("2022-02-14")).value
    unnamed = replace(authority, fields=frozenset({""}))
    assert may_sign(unnamed, on=D("2022-02-14")).value


@pytest.mark.clause("ND30.PL1.I.II.7.c")
@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Trần Hữu Thế", ""),
        ("TS. Trần Hữu Thế", "TS."),
        ("PGS.TS. Nguyễn Văn An", "PGS.TS."),
        ("PGS, TS Nguyễn Văn An", "PGS, TS"),
        ("ThS Lê Thị Hoa", "ThS"),
        ("TS, Lê Thị Hoa", "TS"),
        ("  GS.TSKH Vũ Minh", "GS.TSKH"),
        ("BS CKII Đỗ Lan", "BS CKII"),
        ("Tsang Lê", ""),
        ("Lsơn", ""),
        ("CNguyễn", ""),
    ],
)
def test_no_academic_title_before_the_name(name: str, title: str) -> None:
    found = academic_title_in(name)
    assert (found.value, found.clause, found.calendar_version) == (title, "ND30.PL1.I.II.7.c", "")
    law = "Phụ lục I Phần I Mục II khoản 7 điểm c Nghị định 30/2020/NĐ-CP."
    assert found.explanation == (
        f"Trước họ tên người ký không ghi học hàm, học vị ({title}); {law}"
        if title
        else f"Họ tên người ký không kèm học hàm, học vị; {law}"
    )

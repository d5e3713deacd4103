"""Article 7: what documents and information are worth in law."""

from datetime import date

import pytest

from congvu.rules.legal_effect import (
    LegalValue,
    Signatures,
    Verdict,
    in_right_order,
    is_in_force,
    value_of_attachment,
    value_of_document,
    value_of_information,
)
from legal_time import vn

V, X, U = Verdict.VALID, Verdict.INVALID, Verdict.UNDETERMINED
BOTH = Signatures((V,), V)


@pytest.mark.clause("QC.7.1", "QD28.4", "ND30.5", "ND30.32.2.d")
@pytest.mark.parametrize(
    ("signatures", "value", "clause"),
    [
        (BOTH, LegalValue.ORIGINAL, "QC.7.1"),
        (Signatures((V, V), V), LegalValue.ORIGINAL, "QC.7.1"),  # minutes carry two persons
        (Signatures((), V), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((V,), None), LegalValue.REFERENCE, "ND30.5"),
        (Signatures(), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((X,), V), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((V,), X), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((V, X), V), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((X,), U), LegalValue.REFERENCE, "ND30.5"),
        (Signatures((U,), V), LegalValue.UNDETERMINED, "ND30.5"),
        (Signatures((V,), U), LegalValue.UNDETERMINED, "ND30.5"),
        (Signatures((V,), V, agency_after_persons=False), LegalValue.REFERENCE, "ND30.32.2.d"),
    ],
)
def test_an_original_needs_both_signatures(
    signatures: Signatures, value: LegalValue, clause: str
) -> None:
    found = value_of_document(signatures, through_document_system=True)
    assert (found.value, found.clause, found.calendar_version) == (value, clause, "")


@pytest.mark.clause("QC.7.1", "QD28.4")
def test_outside_the_document_system_it_is_for_reference_only() -> None:
    found = value_of_document(BOTH, through_document_system=False)
    assert (found.value, found.clause) == (LegalValue.REFERENCE, "QD28.4")
    assert found.explanation == (
        "Văn bản, thông tin chỉ để biết, tham khảo, không thay cho văn bản giấy: "
        "không gửi, nhận qua Hệ thống (Điều 4 Quyết định 28/2018/QĐ-TTg)."
    )


@pytest.mark.clause("QC.7.1")
@pytest.mark.parametrize(
    ("signatures", "reason"),
    [
        (BOTH, "có giá trị pháp lý như bản gốc văn bản giấy: đủ chữ ký số hợp lệ của người có thẩm quyền và của cơ quan, gửi qua Hệ thống (Điều 7 khoản 1)."),
        (Signatures((), V), "thiếu chữ ký số của người có thẩm quyền (Điều 5 Nghị định 30/2020/NĐ-CP)."),
        (Signatures((V,)), "thiếu chữ ký số của cơ quan (Điều 5"),
        (Signatures((V,), X),  ": có chữ ký số không hợp lệ (Điều 5"),
        (Signatures((V,), V, agency_after_persons=False),  ": chữ ký số của cơ quan có trước chữ ký của người có thẩm quyền (Điều 32 khoản 2 điểm d"),
        (Signatures((U,), V), "chưa đủ căn cứ xác định giá trị pháp lý: có chữ ký số chưa kiểm tra được"),
    ],
)  # fmt: skip
def test_the_reason_is_said(signatures: Signatures, reason: str) -> None:
    assert reason in value_of_document(signatures, through_document_system=True).explanation


@pytest.mark.clause("QC.7.1", "ND30.26", "ND30.PL1.I.II.8.b")
@pytest.mark.parametrize(
    ("agency", "attachment", "copy"),
    [
        (V, LegalValue.ORIGINAL, LegalValue.COPY),
        (X, LegalValue.REFERENCE, LegalValue.REFERENCE),
        (None, LegalValue.REFERENCE, LegalValue.REFERENCE),
        (U, LegalValue.UNDETERMINED, LegalValue.UNDETERMINED),
    ],
)
def test_attachments_and_copies_carry_the_agency_signature_alone(
    agency: Verdict | None, attachment: LegalValue, copy: LegalValue
) -> None:
    of_attachment = value_of_attachment(agency)
    of_copy = value_of_attachment(agency, is_copy=True)
    assert (of_attachment.value, of_attachment.clause) == (attachment, "ND30.PL1.I.II.8.b")
    assert (of_copy.value, of_copy.clause) == (copy, "ND30.26")


@pytest.mark.clause("ND30.26")
def test_the_worth_of_a_copy_is_said() -> None:
    said = {a: value_of_attachment(a, is_copy=True).explanation for a in (V, U, None)}
    assert said == {
        V: "Văn bản, thông tin có giá trị như bản chính: có chữ ký số hợp lệ của cơ quan (Điều 26 Nghị định 30/2020/NĐ-CP).",
        U: "Văn bản, thông tin chưa đủ căn cứ xác định giá trị pháp lý: chữ ký số chưa kiểm tra được (Điều 26 Nghị định 30/2020/NĐ-CP).",
        None: "Văn bản, thông tin chỉ để biết, tham khảo, không thay cho văn bản giấy: thiếu chữ ký số hợp lệ của cơ quan (Điều 26 Nghị định 30/2020/NĐ-CP).",
    }  # fmt: skip


@pytest.mark.clause("QC.7.2")
def test_everything_else_is_information() -> None:
    found = value_of_information()
    assert (found.value, found.clause) == (LegalValue.INFORMATION, "QC.7.2")
    assert found.explanation == (
        "Văn bản, thông tin có giá trị là thông tin của cơ quan nhà nước: "
        "không phải văn bản điện tử (Điều 7 khoản 2)."
    )


@pytest.mark.clause("ND30.32.2.d")
@pytest.mark.parametrize(
    ("persons", "agency", "right"),
    [
        (["2022-01-31 09:00"], "2022-01-31 10:00", True),
        (["2022-01-31 09:00"], "2022-01-31 09:00", True),
        (["2022-01-31 10:01"], "2022-01-31 10:00", False),
        (["2022-01-31 09:00", "2022-01-31 11:00"], "2022-01-31 10:00", False),
        (["2022-01-31 09:00"], None, True),
        ([], None, True),
        ([], "2022-01-31 10:00", False),
    ],
)
def test_the_agency_signs_after_every_person(
    persons: list[str], agency: str | None, right: bool
) -> None:
    moment = vn(agency) if agency else None
    assert in_right_order([vn(p) for p in persons], moment) is right


@pytest.mark.clause("QD.2")
@pytest.mark.parametrize(
    ("on", "binds", "said"),
    [
        ("2022-02-17", False, "Ngày thứ Năm 17/02/2022 chưa có hiệu lực (hiệu lực từ thứ Sáu 18/02/2022)."),
        ("2022-02-18", True, "Ngày thứ Sáu 18/02/2022 đang có hiệu lực."),
        ("2023-12-31", True, "Ngày Chủ nhật 31/12/2023 đang có hiệu lực."),
        ("2024-01-01", False, "Ngày thứ Hai 01/01/2024 đã hết hiệu lực (từ sau Chủ nhật 31/12/2023)."),
    ],
)  # fmt: skip
def test_a_text_binds_from_its_day_on(on: str, binds: bool, said: str) -> None:
    found = is_in_force(date.fromisoformat(on), date(2022, 2, 18), date(2023, 12, 31))
    assert (found.value, found.clause, found.explanation) == (binds, "QD.2", said)
    assert found.calendar_version == ""
    assert is_in_force(date(2026, 11, 22), date(2022, 2, 18)).value

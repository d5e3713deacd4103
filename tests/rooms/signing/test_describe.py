"""What the judge found is said in Vietnamese, and fits on one sheet."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pikepdf
import pypdfium2
import pytest

from congvu.rules.legal_effect import Verdict
from congvu.signing.describe import describe, describe_signature, is_refutable, why_refutable
from congvu.signing.types import FieldName, FileState, HolderKind, SignatureReport, Verification
from congvu.signing.typeset_report import Checked, typeset_report

pytestmark = pytest.mark.clause("QC.7.1", "TT41")

AT = datetime.fromisoformat("2022-01-31T10:00:05+07:00")
PERSON = SignatureReport(
    field=FieldName.PERSON,
    holder_kind=HolderKind.PERSON,
    holder_id=1,
    signer="Trần Hữu Thế",
    organisation="Ủy ban nhân dân tỉnh Phú Yên",
    issuer="Cơ quan cấp chứng thư",
    serial="4f2a9c01d2e34b55",
    fingerprint="ab" * 32,
    claimed_at=AT,
    stamped_at=None,
    certificate_from=AT.replace(month=1, day=1),
    certificate_to=AT.replace(year=2027),
    certificate_state="còn hiệu lực vào lúc ký",
    is_intact=True,
    covers_file=False,
    modification="FORM_FILLING",
    verdict=Verdict.VALID,
    reason="Nội dung toàn vẹn; chứng thư số còn hiệu lực vào lúc ký.",
)
SEAL = replace(
    PERSON,
    field=FieldName.SEAL,
    holder_kind=HolderKind.AGENCY,
    signer="Ủy ban nhân dân tỉnh Phú Yên",
    covers_file=True,
    modification="NONE",
)
BOTH = Verification(
    sha256="e3b0c442" * 8,
    at=AT,
    state=FileState.INTACT,
    summary="Tệp nguyên vẹn; 2/2 chữ ký số hợp lệ.",
    signatures=(PERSON, SEAL),
    person_is_valid=True,
    agency_is_valid=True,
    in_order=True,
)
CHECKED = Checked([("Văn bản", "03/2022/QĐ-UBND ngày 31/01/2022")], "Có giá trị như bản gốc.")


@pytest.mark.parametrize(
    ("modification", "words"),
    [
        ("NONE", "không có thay đổi nào"),
        ("LTA_UPDATES", "dấu thời gian"),
        ("FORM_FILLING", "chữ ký số tiếp theo"),
        ("ANNOTATIONS", "ghi chú"),
        ("OTHER", "cần xem lại"),
        ("A_WORD_OF_TOMORROW", "cần xem lại"),
    ],
)
def test_changes_after_signing_are_said_in_vietnamese(modification: str, words: str) -> None:
    said = describe_signature(replace(PERSON, modification=modification)).changes
    assert words in said
    assert modification not in said


def test_the_two_times_of_signing_are_told_apart() -> None:
    said = describe_signature(PERSON)
    assert (said.claimed, said.stamped) == ("10:00:05, 31/01/2022", "không có")
    stamped = describe_signature(replace(PERSON, stamped_at=AT.replace(second=9)))
    assert (stamped.claimed, stamped.stamped) == ("10:00:05, 31/01/2022", "10:00:09, 31/01/2022")


@pytest.mark.clause("ND30.5", "ND30.32.2.d")
def test_the_two_signatures_and_their_order_are_said() -> None:
    def said(*signatures: SignatureReport) -> list[tuple[str, bool]]:
        found = describe(replace(BOTH, signatures=signatures))
        return [(one.words, one.is_met) for one in found.requirements]

    order = ("người có thẩm quyền ký trước, cơ quan ký sau", True)
    assert said(PERSON, SEAL) == [("có, hợp lệ", True), ("có, hợp lệ", True), order]
    assert said(SEAL, PERSON)[2] == ("cơ quan ký trước", False)
    assert said(PERSON)[1:] == [("không có", False), ("chưa đủ hai chữ ký", False)]
    invalid = replace(SEAL, verdict=Verdict.INVALID)
    assert said(PERSON, invalid)[1] == ("có, không hợp lệ", False)
    stranger = replace(PERSON, holder_kind=HolderKind.UNKNOWN, field="Signature1")
    assert "chưa xác định" in said(stranger, SEAL)[0][0]


@pytest.mark.clause("ND30.21.2.b")
def test_only_a_failed_check_sends_back() -> None:
    assert not is_refutable(None)
    assert not is_refutable(BOTH)
    assert not is_refutable(replace(BOTH, state=FileState.ADDED_TO))
    unsure = replace(BOTH, signatures=(replace(PERSON, verdict=Verdict.UNDETERMINED), SEAL))
    assert not is_refutable(unsure)
    assert is_refutable(replace(BOTH, state=FileState.BROKEN))
    revoked = replace(SEAL, verdict=Verdict.INVALID, reason="Chứng thư số đã bị thu hồi.")
    failed = replace(BOTH, signatures=(PERSON, revoked))
    assert is_refutable(failed)
    said = "Ủy ban nhân dân tỉnh Phú Yên: Chứng thư số đã bị thu hồi."
    assert why_refutable(failed) == said


def text_of(pdf: bytes) -> str:
    return "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf))


def test_the_sheet_is_one_page_of_pdf_a_and_says_it_all() -> None:
    sheet = typeset_report(BOTH, CHECKED)
    assert sheet.pages == 1
    said = text_of(sheet.pdf)
    for words in (
        "PHIẾU KIỂM TRA CHỮ KÝ SỐ",
        "Trần Hữu Thế",
        "HỢP LỆ",
        "03/2022/QĐ-UBND",
        "bản gốc",
    ):
        assert words in said
    with pikepdf.open(io.BytesIO(sheet.pdf)) as pdf, pdf.open_metadata() as facts:
        assert (facts["pdfaid:part"], facts["pdfaid:conformance"]) == ("2", "B")


def test_the_same_check_is_the_same_sheet() -> None:
    assert typeset_report(BOTH, CHECKED).pdf == typeset_report(BOTH, CHECKED).pdf


def test_twenty_signatures_need_a_second_page_and_no_third() -> None:
    many = replace(BOTH, signatures=(PERSON,) * 19 + (SEAL,))
    assert typeset_report(many, CHECKED).pages == 2
    assert (
        typeset_report(replace(BOTH, signatures=(PERSON, PERSON, SEAL, SEAL)), CHECKED).pages == 1
    )


def test_a_foreign_name_does_not_stop_the_sheet() -> None:
    foreign = replace(PERSON, signer="北京 Авторизация 🙂", issuer="Ö-CA")
    said = text_of(typeset_report(replace(BOTH, signatures=(foreign,)), CHECKED).pdf)
    assert "Авторизация" in said

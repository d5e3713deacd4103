"""Papers given to one person (mẫu 1.8, 1.10) and thư công: what they print, what they must say."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import pypdfium2
import pytest

from cast import House
from congvu.documents.drafting.submit import submit_draft
from congvu.documents.types import DraftContent, FormValues, Slip, draft_from_json
from congvu.documents.typeset_document import typeset_document
from form_specimens import AT, INTRODUCTION, LEAVE, PUBLIC_LETTER
from paperwork import approved, content, drafted, refused

pytestmark = pytest.mark.clause("ND30.PL3", "QC.5.1")


def lines_of(values: FormValues) -> str:
    with pypdfium2.PdfDocument(io.BytesIO(typeset_document(values, at=AT).pdf)) as pdf:
        return " ".join(pdf[0].get_textpage().get_text_range().split())


def test_an_introduction_says_what_the_specimen_says() -> None:
    said = lines_of(INTRODUCTION)
    for words in (
        "GIẤY GIỚI THIỆU",
        "Sở Nội vụ trân trọng giới thiệu: Ông (bà): Nguyễn Văn An Chức vụ: Chuyên viên",
        "Được cử đến: Sở Tài chính tỉnh Phú Yên Về việc: Trao đổi",
        "Đề nghị Quý cơ quan tạo điều kiện để ông (bà) có tên ở trên hoàn thành nhiệm vụ.",
        "Giấy này có giá trị đến hết ngày 28 tháng 02 năm 2022./.",
    ):
        assert words in said
    assert INTRODUCTION.subject not in said, "mẫu 1.8 has no trích yếu"


def test_a_leave_permit_says_what_the_specimen_says() -> None:
    said = lines_of(LEAVE)
    for words in (
        "GIẤY NGHỈ PHÉP",
        "Xét Đơn đề nghị nghỉ phép ngày 10 tháng 02 năm 2022 của ông (bà) Nguyễn Văn An;",
        "Sở Nội vụ cấp cho: Ông (bà): Nguyễn Văn An",
        "kể từ ngày 21 tháng 02 năm 2022 đến hết ngày 25 tháng 02 năm 2022 tại xã An Dân",
        "Số ngày nghỉ phép nêu trên được tính vào thời gian nghỉ phép năm 2022./.",
        "nơi nghỉ phép (nếu cần)",
    ):
        assert words in said
    assert "giới thiệu" not in said


def test_a_public_letter_has_its_subject_as_title() -> None:
    assert "THƯ KHEN CÁN BỘ, CHIẾN SĨ VÀ NHÂN DÂN" in lines_of(PUBLIC_LETTER)


@pytest.mark.parametrize("whole", [INTRODUCTION, LEAVE])
def test_a_missing_line_is_dotted_in_a_draft_and_refused_in_the_file(whole: FormValues) -> None:
    torn = replace(whole, slip=replace(whole.slip or Slip(), title=""))
    with refused("documents.E912"):
        typeset_document(torn, at=AT)
    assert "Chức vụ: ..........." in lines_of(replace(torn, is_draft=True))


def test_the_lines_are_kept_and_read_back() -> None:
    draft = DraftContent(slip=LEAVE.slip)
    assert draft_from_json(draft.to_json()) == draft
    assert "nghỉ phép năm 2022" in draft.text and not draft.is_empty


@pytest.mark.django_db
@pytest.mark.parametrize("type_code, slip", [("giay-gioi-thieu", INTRODUCTION.slip),
                                             ("giay-nghi-phep", LEAVE.slip)])  # fmt: skip
def test_it_goes_the_way_of_every_draft(
    house: House, at: datetime, type_code: str, slip: Slip
) -> None:
    given = {"type_code": type_code, "subject": "Cấp cho ông Nguyễn Văn An"}
    torn = drafted(house, at, **given, content=DraftContent(slip=replace(slip, title="")))
    with refused("documents.E912"):
        submit_draft(document_id=torn.id, base_ordinal=1, by=house.drafter, at=at)
    ready = approved(house, at, **given, content=DraftContent(slip=slip))
    assert ready.state == "approved" and ready.base_file


@pytest.mark.django_db
def test_a_public_letter_is_approved_like_any_other(house: House, at: datetime) -> None:
    ready = approved(house, at, type_code="thu-cong", subject="Thư khen", content=content("Chào."))
    assert ready.base_file

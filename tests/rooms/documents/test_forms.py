"""The forms, measured on the printed page: Nghị định 30/2020/NĐ-CP, Phụ lục I, Phần I.

Places are in millimetres from the left and the top edge; type sizes in points.
"""

from __future__ import annotations

import io
from dataclasses import replace
from functools import lru_cache

import pikepdf
import pytest

from congvu.documents.types import FormValues
from congvu.documents.typeset_document import (
    MM,
    name_lines,
    superior_lines,
    typeset_document,
    typeset_number_strip,
)
from congvu.kit.block_reading import from_plain_text
from congvu.kit.refusal import Refusal
from congvu.kit.typeset import Slot, Typeset
from form_specimens import (
    AT,
    DECISION,
    EVERY_FORM,
    INVITATION,
    LETTER,
    NOTICE,
    PROPOSAL,
    REPORT,
    TELEGRAM,
)
from printed_page import Page, read_pages, text_of

LEFT, RIGHT, TOP, BOTTOM = 30, 195, 20, 272  # of the text area


@lru_cache(maxsize=64)
def printed(values: FormValues) -> Typeset:
    return typeset_document(values, at=AT)


@lru_cache(maxsize=64)
def pages_of(values: FormValues) -> list[Page]:
    return read_pages(printed(values).pdf)


def first_page(values: FormValues) -> Page:
    return pages_of(values)[0]


def form_name(values: FormValues) -> str:
    return values.type_code


each_form = pytest.mark.parametrize("form", EVERY_FORM, ids=form_name)


# --- Sheet and heading ---------------------------------------------------------------------------


@pytest.mark.clause("ND30.PL1.I.I")
@each_form
def test_the_sheet_is_a4_and_text_keeps_the_margins(form: FormValues) -> None:
    typeset = printed(form)
    pages = pages_of(form)
    assert len(pages) == typeset.pages
    for page in pages:
        assert (page.width, page.height) == pytest.approx((210, 297), abs=0.1)
        inside = [line for line in page.lines if TOP <= line.top <= BOTTOM]
        for line in inside:
            assert line.left >= LEFT - 0.6, line
            assert line.right <= RIGHT + 0.6, line
            assert line.bottom <= BOTTOM + 0.6, line


@pytest.mark.clause("ND30.PL1.I.I")
def test_page_numbers_stand_centred_above_from_the_second_page() -> None:
    pages = pages_of(DECISION)
    above = [[line for line in page.lines if line.bottom < TOP] for page in pages]
    # The decision has two pages, the regulation it issues is counted on its own.
    assert [line.text for lines in above for line in lines] == [
        "2",
        *(str(n) for n in range(2, len(pages) - 1)),
    ]
    assert above[0] == above[2] == []
    for lines in above:
        for line in lines:
            assert line.centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
            assert line.size in (13, 14)
            assert not line.is_bold


@pytest.mark.clause("ND30.PL1.I.II.1")
@each_form
def test_quoc_hieu_stands_on_one_line_over_tieu_ngu_with_its_rule(form: FormValues) -> None:
    page = first_page(form)
    nation = page.line("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM")
    motto = page.line("Độc lập - Tự do - Hạnh phúc")
    assert nation.text.endswith("VIỆT NAM")
    assert nation.size in (12, 13)
    assert motto.size in (13, 14)
    assert nation.is_bold
    assert motto.is_bold
    assert motto.centre == pytest.approx(nation.centre, abs=0.6)
    assert page.rule_under(motto).width == pytest.approx(motto.width, abs=1.5)


@pytest.mark.clause("ND30.PL1.I.II.2")
def test_the_superior_agency_stands_in_regular_over_the_agency_in_bold() -> None:
    page = first_page(LETTER)
    upper, own = page.line("UBND TỈNH PHÚ YÊN"), page.line("SỞ NỘI VỤ")
    assert (upper.size, own.size) == (12, 12)
    assert not upper.is_bold
    assert own.is_bold
    assert upper.top < own.top
    assert upper.centre == pytest.approx(own.centre, abs=0.6)
    assert 1 / 3 - 0.02 <= page.rule_under(own).width / own.width <= 0.55


@pytest.mark.clause("ND30.PL1.I.II.2")
@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Ủy ban nhân dân tỉnh Phú Yên", ("ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN")),
        ("Sở Nội vụ", ("SỞ NỘI VỤ",)),
        ("Sở Thông tin và Truyền thông", ("SỞ THÔNG TIN", "VÀ TRUYỀN THÔNG")),
    ],
)
def test_names_of_agencies_have_explicit_lines(name: str, lines: tuple[str, ...]) -> None:
    assert name_lines(name) == lines


def test_a_superior_is_abbreviated() -> None:
    assert superior_lines("Ủy ban nhân dân tỉnh Phú Yên") == ("UBND TỈNH PHÚ YÊN",)


def test_a_long_name_of_an_agency_stays_in_its_half() -> None:
    name = "Ban Quản lý dự án đầu tư xây dựng các công trình giao thông và dân dụng tỉnh Phú Yên"
    form = replace(LETTER, agency_lines=name_lines(name))
    page = first_page(form)
    for line in form.agency_lines:
        found = page.line(line)
        assert found.text == line
        assert found.left >= LEFT
        assert found.right <= LEFT + 68


# --- Number and date -----------------------------------------------------------------------------


@pytest.mark.clause("ND30.PL1.I.II.3", "ND30.PL1.I.II.4")
def test_number_and_date_stay_blank_until_the_clerk_lays_the_strip_over() -> None:
    typeset = printed(LETTER)
    assert "Số:" not in text_of(typeset.pdf)
    assert "tháng 02 năm" not in text_of(typeset.pdf).split("V/v")[0]


@pytest.mark.clause("ND30.PL1.I.II.3", "ND30.PL1.I.II.4")
def test_the_strip_prints_where_the_document_itself_would() -> None:
    lines = {
        "number_line": "Số: 03/2022/QĐ-UBND",
        "date_line": "Phú Yên, ngày 31 tháng 01 năm 2022",
    }
    strip = typeset_number_strip(**lines, at=AT)
    typeset = printed(DECISION)
    with (
        pikepdf.open(io.BytesIO(typeset.pdf)) as base,
        pikepdf.open(io.BytesIO(strip.pdf)) as over,
    ):
        slot = typeset.slots["number_strip"]
        size = [float(side) for side in over.pages[0].mediabox][2:]
        assert size == pytest.approx([slot.width, slot.height], abs=0.01)
        base.pages[0].add_overlay(over.pages[0], pikepdf.Rectangle(*slot.box))
        laid = io.BytesIO()
        base.save(laid)
    stamped = read_pages(laid.getvalue())[0]
    whole = first_page(replace(DECISION, **lines))
    for start in ("Số: 03/2022", "Phú Yên, ngày"):
        one, other = stamped.line(start), whole.line(start)
        assert (one.left, one.top, one.size) == pytest.approx(
            (other.left, other.top, other.size), abs=0.05
        )
    number, date = whole.line("Số: 03/2022"), whole.line("Phú Yên, ngày")
    assert number.size == 13
    assert date.is_italic
    assert number.centre == pytest.approx(whole.line("TỈNH PHÚ YÊN").centre, abs=0.6)
    assert date.centre == pytest.approx(whole.line("Độc lập").centre, abs=0.6)


def test_a_draft_prints_blanks_and_says_that_it_is_one() -> None:
    page = first_page(replace(LETTER, is_draft=True))
    number = page.line("Số:")
    assert page.line("/SNV-CCHC").bottom == pytest.approx(number.bottom, abs=1)
    assert page.line("Phú Yên, ngày").is_italic
    assert page.line("năm 2022").right < RIGHT
    assert "DỰ THẢO" in text_of(typeset_document(replace(LETTER, is_draft=True), at=AT).pdf)
    assert "DỰ THẢO" not in text_of(typeset_document(LETTER, at=AT).pdf)


# --- Title, bases, body --------------------------------------------------------------------------


@pytest.mark.clause("ND30.PL1.I.II.5")
@pytest.mark.parametrize(
    ("form", "name"),
    [
        (DECISION, "QUYẾT ĐỊNH"),
        (PROPOSAL, "TỜ TRÌNH"),
        (REPORT, "BÁO CÁO"),
        (NOTICE, "THÔNG BÁO"),
        (INVITATION, "GIẤY MỜI"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_type_stands_bold_in_the_middle_over_its_subject(form: FormValues, name: str) -> None:
    page = first_page(form)
    title = page.line(name)
    subject = next(line for line in page.lines if line.top > title.bottom - 1)
    assert title.text == name
    for line in (title, subject):
        assert line.size == 14
        assert line.is_bold
        assert line.centre == pytest.approx((LEFT + RIGHT) / 2, abs=1)


@pytest.mark.clause("ND30.PL1.I.II.5")
@pytest.mark.parametrize("words", [1, 12, 40, 65])
def test_a_subject_of_any_length_is_ruled_off_by_a_third_to_a_half(words: int) -> None:
    subject = " ".join(["Quy chế làm việc trên môi trường điện tử của tỉnh"] * 7).split()[:words]
    page = first_page(replace(NOTICE, subject=" ".join(subject)))
    title = page.line("THÔNG BÁO")
    lines = [line for line in page.lines if line.is_bold and line.top > title.bottom - 1]
    lines = [line for line in lines if line.centre == pytest.approx(112.5, abs=1)]
    widest = max(line.width for line in lines)
    assert widest <= 142
    assert " ".join(" ".join(line.text for line in lines).split()) == " ".join(subject)
    assert 1 / 3 <= page.rule_under(lines[-1]).width / widest <= 0.5


@pytest.mark.clause("ND30.PL1.I.II.5")
def test_a_letter_has_no_type_but_its_subject_under_the_number() -> None:
    page = first_page(LETTER)
    subject = page.line("V/v triển khai")
    assert subject.size in (12, 13)
    assert not subject.is_bold
    assert subject.centre == pytest.approx(page.line("SỞ NỘI VỤ").centre, abs=0.6)
    assert not any(line.text == "CÔNG VĂN" for line in page.lines)


@pytest.mark.clause("ND30.PL1.I.II.6")
def test_bases_are_italic_one_a_line_and_articles_begin_bold() -> None:
    pages = pages_of(DECISION)
    basis = pages[0].line("Căn cứ Luật Tổ chức chính quyền địa phương")
    assert basis.is_italic
    assert basis.size == 14
    article = pages[1].line("Điều 1. Ban hành kèm theo")
    assert {face.split("-")[-1] for face in article.faces} == {"Bold", "Regular"}
    for indented in (basis, article):
        assert indented.left - LEFT == pytest.approx(12.7, abs=0.6)
    assert pages[1].line("QUYẾT ĐỊNH:").is_bold


@pytest.mark.clause("ND30.PL1.I.II.6")
def test_lines_stand_between_single_and_one_and_a_half_and_paragraphs_six_points_more() -> None:
    page = pages_of(DECISION)[2]
    first = page.line("Quy chế này quy định về những công việc")
    second = page.line("nước của tỉnh được thực hiện")
    pitch = (second.bottom - first.bottom) / 0.3528
    single = 14 * 1.149  # single spacing of a Times face
    assert single <= pitch <= 1.5 * single
    article, below = page.line("Điều 2. Đối tượng"), page.line("1. Quy chế này áp dụng")
    assert (below.bottom - article.bottom) / 0.3528 >= single + 6 - 1.5


@pytest.mark.clause("ND30.PL1.I.II.6")
def test_chapters_stand_in_the_middle_and_their_titles_in_capitals() -> None:
    page = pages_of(DECISION)[2]
    for start in ("Chương I", "QUY ĐỊNH CHUNG"):
        line = page.line(start)
        assert line.is_bold
        assert line.centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
    assert page.line("Điều 1. Phạm vi điều chỉnh").is_bold
    assert not page.line("1. Quy chế này áp dụng").is_bold


@pytest.mark.clause("ND30.PL3")
def test_the_attached_text_names_its_decision_with_number_and_date_left_blank() -> None:
    page = pages_of(DECISION)[2]
    assert page.line("QUY CHẾ").centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.6)
    reference = page.line("(Ban hành kèm theo Quyết định số")
    assert reference.is_italic
    assert page.line("/2022/QĐ-UBND").is_italic
    assert page.line("của Ủy ban nhân dân tỉnh Phú Yên)").is_italic
    assert page.line("Làm việc trên môi trường").is_bold


def test_symbols_and_dates_in_figures_are_never_broken() -> None:
    symbol = "61/2018/NĐ-CP"
    for length in range(40, 60, 3):
        text = f"{'x' * length} theo Nghị định số {symbol} ngày 23/4/2018 của Chính phủ./."
        page = first_page(replace(NOTICE, blocks=from_plain_text(text)))
        assert sum(symbol in line.text for line in page.lines) == 1
        assert sum("23/4/2018" in line.text for line in page.lines) == 1


# --- Recipients ----------------------------------------------------------------------------------


@pytest.mark.clause("ND30.PL1.I.II.9")
def test_one_addressee_stands_on_the_line_several_below_with_dashes_under_the_colon() -> None:
    assert first_page(PROPOSAL).line("Kính gửi: Ủy ban nhân dân tỉnh Phú Yên").size == 14
    page = first_page(LETTER)
    label = page.line("Kính gửi:")
    dashes = [line for line in page.lines if line.text.startswith("- ") and line.size == 14]
    assert [line.text[-1] for line in dashes] == [";", "."]
    assert {round(line.left) for line in dashes} == {round(label.right)}


@pytest.mark.clause("ND30.PL1.I.II.9")
def test_received_by_is_small_and_ends_with_the_file_copy() -> None:
    page = pages_of(DECISION)[1]
    label = page.line("Nơi nhận:")
    assert label.size == 12
    assert label.is_bold
    assert label.is_italic
    assert label.left == pytest.approx(LEFT, abs=0.5)
    listed = [line for line in page.lines if line.size == 11]
    assert listed[-1].text == "- Lưu: VT, NC."
    assert all(line.text.endswith(";") for line in listed[:-1])
    assert label.top == pytest.approx(page.line("TM. ỦY BAN NHÂN DÂN").top, abs=1.5)


@pytest.mark.clause("ND30.PL1.I.II.9")
@pytest.mark.parametrize(
    ("form", "code"),
    [
        (replace(NOTICE, addressees=("Sở Nội vụ",)), "documents.E602"),
        (replace(DECISION, addressees=("Sở Nội vụ",)), "documents.E602"),
        (replace(LETTER, addressees=()), "documents.E603"),
        (replace(TELEGRAM, addressees=()), "documents.E829"),
        (replace(INVITATION, invitation=None), "documents.E604"),
        (replace(LETTER, urgency="GẤP"), "documents.E605"),
        (replace(LETTER, type_code="HĐ"), "documents.E601"),
    ],
)
def test_what_the_forms_do_not_have_is_refused(form: FormValues, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        typeset_document(form, at=AT)
    assert refused.value.code == code


@pytest.mark.clause("ND30.PL1.I.III.2")
@pytest.mark.parametrize(("word", "width"), [("KHẨN", 20), ("THƯỢNG KHẨN", 40), ("HỎA TỐC", 30)])
def test_urgency_stands_in_a_box_of_its_size(word: str, width: int) -> None:
    page = first_page(replace(NOTICE, urgency=word))
    line = page.line(word)
    assert line.size in (13, 14)
    assert line.is_bold
    box = next(box for box in page.boxes if box[0] <= line.left and line.right <= box[2])
    assert box[2] - box[0] == pytest.approx(width, abs=0.8)  # with its line
    assert box[3] - box[1] == pytest.approx(8, abs=0.8)
    assert page.line("THÔNG BÁO").top > box[3]


# --- Signature, seal, code -----------------------------------------------------------------------


def in_page(slot: Slot) -> tuple[float, float, float, float]:
    """Left, top, right, bottom in millimetres from the upper left corner."""
    left, bottom, right, top = (side / MM for side in slot.box)
    return left, 297 - top, right, 297 - bottom


@pytest.mark.clause("ND30.PL1.I.II.7", "ND30.PL1.I.II.8")
@each_form
def test_the_signature_lies_between_title_and_name_and_the_seal_on_its_left_third(
    form: FormValues,
) -> None:
    typeset = printed(form)
    person, seal = typeset.slots["person_signature"], typeset.slots["agency_seal"]
    page = pages_of(form)[person.page - 1]
    title = [line for line in page.lines if line.text == form.signer_title][-1]
    name = [line for line in page.lines if line.text == form.signer_name][-1]
    left, top, right, bottom = in_page(person)
    assert title.bottom < top < bottom < name.top
    for line in (title, name):
        assert line.size == 14
        assert line.is_bold
        assert line.centre == pytest.approx((left + right) / 2, abs=1)
    assert seal.page == person.page
    assert seal.width == seal.height == pytest.approx(36 * MM)
    assert in_page(seal)[2] == pytest.approx(left + (right - left) / 3, abs=0.1)


@pytest.mark.clause("ND30.PL1.I.II.8")
def test_the_seal_has_the_real_size_of_the_agency() -> None:
    typeset = typeset_document(replace(LETTER, seal_diameter_mm=42), at=AT)
    assert typeset.slots["agency_seal"].width == pytest.approx(42 * MM)


@pytest.mark.parametrize("lines", (1, 13, 17, 21, 25, 40))
def test_a_signature_never_parts_from_its_title_nor_from_the_last_words(lines: int) -> None:
    text = "\n".join(["Sở Nội vụ đề nghị các cơ quan thực hiện."] * lines + ["Hết./."])
    typeset = typeset_document(replace(NOTICE, blocks=from_plain_text(text)), at=AT)
    pages = read_pages(typeset.pdf)
    (page,) = [page for page in pages if any(line.text == "PHÓ GIÁM ĐỐC" for line in page.lines)]
    assert page is pages[-1]
    assert page.line("Nguyễn Thị Mỹ Hạnh").top > page.line("PHÓ GIÁM ĐỐC").top
    assert page.line("Hết./.").bottom < page.line("KT. GIÁM ĐỐC").top


def test_a_list_of_two_hundred_recipients_goes_on_overleaf() -> None:
    names = tuple(f"Ủy ban nhân dân xã số {number}" for number in range(200))
    typeset = typeset_document(replace(NOTICE, received_by=names), at=AT)
    text = text_of(typeset.pdf)
    assert all(f"xã số {number};" in text for number in range(199))
    assert typeset.slots["person_signature"].page == 1


@pytest.mark.clause("ND30.PL4")
@each_form
def test_the_arrival_stamp_has_a_free_place_left_of_the_title(form: FormValues) -> None:
    typeset = printed(form)
    left, top, right, bottom = in_page(typeset.slots["arrival_stamp"])
    page = first_page(form)
    assert typeset.slots["arrival_stamp"].page == 1
    for line in page.lines:
        apart = line.right < left or right < line.left or line.bottom < top or bottom < line.top
        assert apart, line


def test_the_code_for_checking_stands_at_the_foot_of_page_one_only() -> None:
    pages = pages_of(DECISION)
    code = [box for box in pages[0].boxes if box[1] > BOTTOM]
    assert len(code) == 1
    left, _, right, bottom = code[0]
    assert right - left == pytest.approx(14, abs=1)
    assert bottom <= 292
    assert "7KQ2-M9XW-PA4T" in pages[0].line("Văn bản điện tử.").text
    assert not any(line.text.startswith("Văn bản điện tử.") for line in pages[1].lines)

"""Typed and pasted texts become blocks: the Regulation's own text is the first specimen."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import congvu
from congvu.kit.block_reading import from_html, from_plain_text
from congvu.kit.blocks import (
    MOST_LETTERS,
    Block,
    Cell,
    Run,
    from_json,
    squared_rows,
    table,
    to_json,
    to_text,
    without_bases,
)
from congvu.kit.lettering import clean_text, looks_like_legacy_encoding
from congvu.kit.line_breaking import estimated_width, even_lines
from congvu.kit.official_text import OfficialText, read_official_text
from congvu.kit.refusal import Refusal

REGULATION = Path(congvu.__file__).parent / "regulations" / "texts" / "quy-che-03-2022.txt"
# A page of a public law database puts lines of its own around the text.
PAGE = """Hệ thống pháp luật

{text}
HIỆU LỰC VĂN BẢN

Quyết định 03/2022/QĐ-UBND về Quy chế làm việc trên môi trường điện tử

  • Số hiệu: 03/2022/QĐ-UBND
  • Tình trạng hiệu lực: Còn hiệu lực
Tải văn bản
"""


@pytest.fixture(scope="module")
def regulation() -> OfficialText:
    return read_official_text(PAGE.format(text=REGULATION.read_text()))


def kinds(blocks: tuple[Block, ...], kind: str) -> list[Block]:
    return [block for block in blocks if block.kind == kind]


# --- The Regulation ------------------------------------------------------------------------------


def test_the_head_of_the_regulation_is_read(regulation: OfficialText) -> None:
    assert regulation.agency_lines == ("ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN")
    assert regulation.number == "03/2022/QĐ-UBND"
    assert (regulation.place, regulation.dated) == ("Phú Yên", date(2022, 1, 31))
    assert regulation.type_name == "QUYẾT ĐỊNH"
    assert regulation.issuing_authority == "ỦY BAN NHÂN DÂN TỈNH PHÚ YÊN"


def test_a_title_in_capitals_becomes_a_sentence_as_the_text_itself_writes_it(
    regulation: OfficialText,
) -> None:
    assert regulation.subject == (
        "Ban hành Quy chế làm việc trên môi trường điện tử đối với các cơ quan nhà nước"
        " của tỉnh Phú Yên"
    )


def test_the_decision_has_its_bases_and_three_articles(regulation: OfficialText) -> None:
    assert [block.label for block in regulation.blocks] == ["Điều 1.", "Điều 2.", "Điều 3."]
    assert not any(block.titled for block in regulation.blocks)
    assert len(regulation.bases) == 20  # two of them stand on one line of the source
    assert all(base.text.endswith(";") for base in regulation.bases[:-1])
    assert regulation.bases[-1].text.startswith("Theo đề nghị của Giám đốc Sở Nội vụ")


def test_the_signature_stands_between_the_decision_and_the_attached_text(
    regulation: OfficialText,
) -> None:
    assert regulation.authority_lines == ("TM. ỦY BAN NHÂN DÂN",)
    assert (regulation.signer_title, regulation.signer_name) == ("CHỦ TỊCH", "Trần Hữu Thế")


def test_the_attached_regulation_has_four_chapters_and_thirteen_articles(
    regulation: OfficialText,
) -> None:
    (attached,) = regulation.attached
    assert attached.type_name == "QUY CHẾ"
    assert attached.subject.startswith("Làm việc trên môi trường điện tử")
    chapters, articles = kinds(attached.blocks, "chapter"), kinds(attached.blocks, "article")
    assert [chapter.label for chapter in chapters] == [
        f"Chương {n}" for n in ("I", "II", "III", "IV")
    ]
    assert chapters[0].text == "QUY ĐỊNH CHUNG"
    assert [article.label for article in articles] == [f"Điều {n}." for n in range(1, 14)]
    assert all(article.titled for article in articles)
    points = [block.label for block in kinds(attached.blocks, "point")]
    assert points.count("đ)") == 1


def test_nothing_of_the_text_is_lost_and_nothing_of_the_web_page_stays(
    regulation: OfficialText,
) -> None:
    parts = (regulation.bases, regulation.blocks, regulation.attached[0].blocks)
    read = " ".join(" ".join(to_text(part) for part in parts).split())
    source = REGULATION.read_text()
    for line in source.splitlines():
        words = " ".join(line.split())
        if len(words) > 60 and not words.isupper() and not words.startswith("(Ban hành kèm"):
            assert words in read, words
    assert "Hệ thống pháp luật" not in read
    assert "Tình trạng" not in read


# --- Typed texts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind", "label"),
    [
        ("Điều 5. Quyết định này có hiệu lực kể từ ngày ký.", "article", "Điều 5."),
        ("1. Tổ chức quán triệt Quy chế.", "clause", "1."),
        ("1.2. Về thời hạn.", "clause", "1.2."),
        ("a) Ủy ban nhân dân tỉnh;", "point", "a)"),
        ("đ) Hệ thống thư điện tử công vụ.", "point", "đ)"),
        ("- Các sở, ban, ngành;", "item", "-"),
        ("• Các sở, ban, ngành;", "item", "-"),
        ("\uf0b7 Các sở, ban, ngành;", "item", "-"),
        ("+ Phòng Nội vụ;", "item", "+"),
        ("Mục 1", "section", "Mục 1"),
        ("Phần thứ nhất", "part", "Phần thứ nhất"),
        ("Đề nghị các cơ quan quan tâm, thực hiện./.", "paragraph", ""),
        ("Chương I của Luật này quy định phạm vi.", "paragraph", ""),
        ("03/2022/QĐ-UBND là số của Quyết định.", "paragraph", ""),
    ],
)
def test_numbering_words_are_recognised(line: str, kind: str, label: str) -> None:
    (block,) = from_plain_text(line)
    assert (block.kind, block.label) == (kind, label)


def test_a_title_is_short_and_has_text_under_it() -> None:
    blocks = from_plain_text("1. Bố cục\nDự thảo gồm 4 chương.\n2. Nội dung:\n- Một;\n- Hai.")
    assert [(block.kind, block.titled) for block in blocks] == [
        ("clause", True),
        ("paragraph", False),
        ("clause", False),
        ("item", False),
        ("item", False),
    ]


def test_can_cu_are_bases_only_at_the_beginning() -> None:
    blocks = from_plain_text(
        "Căn cứ Luật A; Căn cứ Luật B;\nTheo đề nghị của Chánh Văn phòng.\n"
        "Điều 1. Giao Sở A.\nCăn cứ Luật C;"
    )
    bases, rest = without_bases(blocks)
    assert [base.text for base in bases] == [
        "Căn cứ Luật A;",
        "Căn cứ Luật B;",
        "Theo đề nghị của Chánh Văn phòng.",
    ]
    assert [block.kind for block in rest] == ["article", "paragraph"]


def test_lines_with_tabs_are_a_table() -> None:
    before, grid, after = from_plain_text("Như sau:\nSTT\tNội dung\n1\tMột\n2\tHai\nHết.")
    assert (before.kind, grid.kind, after.kind) == ("paragraph", "table", "paragraph")
    assert [cell.runs[0].text for cell in grid.header] == ["STT", "Nội dung"]
    assert len(grid.rows) == 2


# --- Pasted HTML ---------------------------------------------------------------------------------


def test_html_keeps_bold_lists_and_tables_and_nothing_else() -> None:
    blocks = from_html(
        "<h2>Kết quả</h2><p>Đã <b>hoàn</b><strong> thành</strong> <i>đúng hạn</i>.</p>"
        "<ul><li>Một<ul><li>Hai</li></ul></li></ul><ol><li>Ba</li><li>Bốn</li></ol>"
        "<table><tr><th>STT</th><th>Nội dung</th></tr>"
        "<tr><td align='center'>1</td><td rowspan='2'>A</td></tr><tr><td>2</td></tr></table>"
        "<p onclick='x()'>Điều 1. Giao<br>Sở A.</p><script>alert(1)</script><img src=x>"
    )
    assert [(block.kind, block.label, block.text) for block in blocks if block.kind != "table"] == [
        ("heading", "", "Kết quả"),
        ("paragraph", "", "Đã hoàn thành đúng hạn."),
        ("item", "-", "Một"),
        ("item", "+", "Hai"),
        ("clause", "1.", "Ba"),
        ("clause", "2.", "Bốn"),
        ("article", "Điều 1.", "Giao"),
        ("paragraph", "", "Sở A."),
    ]
    assert blocks[1].runs == (
        Run("Đã "),
        Run("hoàn thành", bold=True),
        Run(" "),
        Run("đúng hạn", italic=True),
        Run("."),
    )
    (grid,) = kinds(blocks, "table")
    assert grid.header[0].runs[0].text == "STT"
    assert grid.rows[0][0].align == "center"
    assert grid.rows[0][1].rowspan == 2
    assert [len(row) for row in grid.rows] == [2, 1]


@pytest.mark.parametrize("source", ["", "<p></p>", "<table></table>", "<div>" * 5000 + "x"])
def test_html_that_is_empty_or_absurd_is_still_read(source: str) -> None:
    assert "<" not in to_text(from_html(source))


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_goes_through_json_unchanged(text: str) -> None:
    if looks_like_legacy_encoding(text):
        return
    for blocks in (from_plain_text(text), from_html(text)):
        assert from_json(to_json(blocks)) == blocks


# --- Tables --------------------------------------------------------------------------------------


def test_rows_of_a_table_always_fill_its_columns() -> None:
    rows = squared_rows(
        [[Cell(colspan=9)], [Cell(rowspan=5), Cell()], [Cell(), Cell(), Cell(), Cell()]], 3
    )
    assert rows[0][0].colspan == 3
    assert rows[1][0].rowspan == 2
    assert [len(row) for row in rows] == [1, 3, 2]


def test_a_ragged_table_is_squared() -> None:
    grid = table([[Cell((Run("a"),))], [Cell(), Cell(), Cell()]])
    assert len(grid.columns) == 3
    assert [len(row) for row in grid.rows] == [3, 3]


# --- What is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        None,
        {"kind": "paragraph"},
        ["text"],
        [{"kind": "script", "runs": []}],
        [{"kind": "paragraph"}],
        [{"kind": "paragraph", "runs": [{"text": 5}]}],
        [{"kind": "paragraph", "label": "x" * 100, "runs": []}],
        [{"kind": "table", "rows": "x"}],
        [{"kind": "table", "rows": [[{"runs": [], "colspan": 0}]]}],
        [{"kind": "table", "rows": [[{"runs": [], "align": "x"}]]}],
    ],
)
def test_content_of_another_shape_is_refused(content: object) -> None:
    with pytest.raises(Refusal) as refused:
        from_json(content)
    assert refused.value.code == "kit.E022"


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        from_plain_text("a" * (MOST_LETTERS + 1))
    assert refused.value.code == "kit.E023"


TCVN3 = "Céng hßa x· héi chñ nghÜa ViÖt Nam, §éc lËp - Tù do - H¹nh phóc"
VNI = "Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam, Ñoäc laäp - Töï do - Haïnh phuùc"
MISREAD = "Cộng hòa xã hội chủ nghĩa Việt Nam".encode().decode("cp1252", "replace")


@pytest.mark.parametrize("text", [TCVN3, VNI, MISREAD])
def test_text_from_before_unicode_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        from_plain_text(text)
    assert refused.value.code == "kit.E021"


@pytest.mark.parametrize(
    "text",
    [
        "Cộng hòa xã hội chủ nghĩa Việt Nam",
        "Gửi ông Müller, bà Façade và ông Ångström ở Zürich về việc họp ngày 05 tháng 3 năm 2022",
        "Nhiệt độ 25°C ± 2°C, diện tích 30 m², tỷ lệ ½, sản phẩm®",
        "",
    ],
)
def test_vietnamese_with_foreign_names_is_not_taken_for_old_text(text: str) -> None:
    assert not looks_like_legacy_encoding(text)


# --- Letters and lines ---------------------------------------------------------------------------


def test_letters_are_composed_and_hidden_marks_go() -> None:
    assert (
        clean_text("Phu\u0301\u00ad Ye\u0302\u200bn\u202e\x00\r\nA\u2028B\tC") == "Phú Yên\nA\nB C"
    )


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.floats(min_value=4, max_value=60))
def test_even_lines_lose_nothing_and_fit(text: str, widest: float) -> None:
    lines = even_lines(text, widest=widest)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(estimated_width(line) <= widest + 0.001 for line in lines)


def test_a_title_breaks_before_a_joining_word() -> None:
    title = (
        "Ban hành Quy chế làm việc trên môi trường điện tử đối với các cơ quan nhà nước của tỉnh"
    )
    assert even_lines(title, widest=28)[1].startswith("đối với")

"""Any text goes through the forms: one line, sixty pages, one endless word, source code."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from congvu.documents.types import FormValues
from congvu.documents.typeset_document import typeset_document
from congvu.kit.block_reading import from_plain_text
from form_specimens import AT, DECISION, EVERY_FORM, NOTICE
from printed_page import read_pages, text_of

RIGHT = 195  # millimetres: the edge of the text area
each_form = pytest.mark.parametrize("form", EVERY_FORM, ids=lambda form: form.type_code)


@pytest.mark.parametrize("paragraphs", [1, 30, 540])
def test_texts_of_any_length_print_whole(paragraphs: int) -> None:
    sentence = "Ủy ban nhân dân tỉnh yêu cầu thủ trưởng các sở, ban, ngành tổ chức thực hiện. "
    text = "\n".join(f"{k}. Việc số {k}: {sentence * 4}" for k in range(1, paragraphs + 1))
    typeset = typeset_document(replace(NOTICE, blocks=from_plain_text(text)), at=AT)
    assert typeset.pages >= paragraphs / 9
    text = text_of(typeset.pdf)
    assert all(f"Việc số {k}:" in text for k in range(1, paragraphs + 1))


def test_overlong_words_stay_inside_the_page() -> None:
    word = "https://congvu.phuyen.gov.vn/" + "a" * 400
    form = replace(
        NOTICE,
        subject="b" * 300,
        blocks=from_plain_text(f"Tại {word} và\nSTT\tĐịa chỉ\tGhi chú\n1\t{word}\tx\n2\ty\tz"),
    )
    for page in read_pages(typeset_document(form, at=AT).pdf):
        assert all(line.right <= RIGHT + 0.6 for line in page.lines)


def test_a_subject_of_five_thousand_letters_still_prints() -> None:
    form = replace(NOTICE, subject="Về việc thực hiện Quy chế " * 200)
    assert typeset_document(form, at=AT).pages >= 2


def test_a_table_over_pages_repeats_its_header() -> None:
    rows = "\n".join(f"{k}\tNhiệm vụ số {k} của các sở, ban, ngành\tSở Nội vụ" for k in range(120))
    form = replace(NOTICE, blocks=from_plain_text(f"STT\tNội dung\tCơ quan\n{rows}"))
    pages = read_pages(typeset_document(form, at=AT).pdf)
    assert len(pages) >= 3
    assert all(page.line("Nội dung").is_bold for page in pages[:-1])


HOSTILE = '#read("/etc/passwd") *đậm* _x_ $x^2$ <a> @b \\ `c` #{1+1} // [y]'


@each_form
def test_source_code_in_any_field_prints_as_text(form: FormValues) -> None:
    blocks = from_plain_text(f"Một {HOSTILE}\n- {HOSTILE}\nA\t{HOSTILE}\nB\tC")
    typeset = typeset_document(
        replace(
            form,
            blocks=blocks,
            subject=HOSTILE,
            signer_name="*Nguyễn* #x",
            received_by=(HOSTILE, "Lưu: VT"),
            attached=(),
            number_line="Số: #1/$",
        ),
        at=AT,
    )
    squeezed = "".join(text_of(typeset.pdf).split())
    assert squeezed.count("".join(HOSTILE.split()).rstrip("[y]")) >= 4
    assert "*Nguyễn*#x" in squeezed
    assert "Số:#1/$" in squeezed


def test_the_outline_of_the_file_leads_to_chapters_and_articles() -> None:
    with pikepdf.open(io.BytesIO(typeset_document(DECISION, at=AT).pdf)) as pdf:
        assert pdf.docinfo.Title.unparse()
        with pdf.open_outline() as outline:
            titles = [item.title for item in outline.root[1].children]
    assert titles[0].startswith("Chương I")
    assert len(titles) == 4

"""The typesetter: reproducible PDF/A, only letters the fonts have, values never as source."""

from __future__ import annotations

import io
import json
import threading
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from congvu.kit import blobs
from congvu.kit.page_drawing import count_pages, draw_page, page_images
from congvu.kit.page_images import page_image
from congvu.kit.refusal import Refusal
from congvu.kit.sandbox import run_limited
from congvu.kit.typeset import TypesettingError, render
from printed_page import read_pages, text_of

AT = datetime(2022, 1, 31, 2, 0, tzinfo=UTC)
TEMPLATE = """
#let values = json(bytes(sys.inputs.values))
#set document(title: "Thử")
#set page(width: 400pt, height: 200pt, margin: 10pt)
#set text(font: "Tinos", size: 10pt, lang: "vi", fallback: false)
#values.text
#strong(values.text)
#emph(values.text)
#place(top + left, dx: 20pt, dy: 30pt)[#metadata((name: "here", width: 40, height: 8, page_height: 200))<slot>]
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("typst") / "template.typ"
    place.write_text(TEMPLATE)
    return place


def vietnamese_letters() -> str:
    """The 178 letters that a Vietnamese text may hold beyond a to z."""
    plain = "aăâeêioôơuưy"
    marks = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    small = [unicodedata.normalize("NFC", letter + mark) for letter in plain for mark in marks]
    small = [letter for letter in small if letter not in "aeiouy"] + ["đ"]
    return "".join(small) + "".join(small).upper()


def test_the_alphabet_of_the_tests_is_complete() -> None:
    letters = vietnamese_letters()
    assert (len(letters), len(set(letters))) == (134, 134)
    # 134 accented letters, and 22 plain ones in both cases (no f, j, w, z in Vietnamese).
    plain = "abcdeghiklmnopqrstuvxy"
    assert len(letters) + 2 * len(plain) == 178


def test_every_vietnamese_letter_prints_in_every_face(template: Path) -> None:
    text = vietnamese_letters() + "“”‘’–…₫°§≤≥×"
    typeset = render(template, {"text": " ".join(text)}, at=AT)
    assert text_of(typeset.pdf).replace(" ", "").count(text) == 3


def test_decomposed_letters_print_composed(template: Path) -> None:
    typeset = render(template, {"text": unicodedata.normalize("NFD", "Tuyệt đối Phú Yên")}, at=AT)
    assert "Tuyệt đối Phú Yên" in text_of(typeset.pdf)


@pytest.mark.parametrize("letter", ["中", "☐", "✓", "😀", "\ue000"])
def test_a_letter_without_glyph_is_named_to_the_user(template: Path, letter: str) -> None:
    with pytest.raises(Refusal) as refused:
        render(template, {"text": f"Kính gửi {letter} ông"}, at=AT)
    assert refused.value.code == "kit.E020"
    assert f"U+{ord(letter):04X}" in refused.value.say
    render(template, {"text": "Sau đó vẫn in được"}, at=AT)


HOSTILE = (
    '#read("/etc/passwd") #import "x.typ" *đậm* _nghiêng_ $x^2$ = A <a> @b \\ `c` // d /* e */ #{'
)


def test_what_looks_like_source_prints_as_it_was_typed(template: Path) -> None:
    typeset = render(template, {"text": HOSTILE}, at=AT)
    assert "".join(HOSTILE.split()) in "".join(text_of(typeset.pdf).split())


def test_symbol_bullets_print_as_dashes(template: Path) -> None:
    assert "- Một" in text_of(render(template, {"text": "\uf0b7 Một"}, at=AT).pdf)


def test_the_same_values_at_the_same_moment_give_the_same_bytes(template: Path) -> None:
    first = render(template, {"text": "Một"}, at=AT)
    render(template, {"text": "Hai"}, at=AT)
    assert render(template, {"text": "Một"}, at=AT) == first


def test_the_file_is_tagged_pdf_a_2b_with_all_fonts_inside(template: Path) -> None:
    with pikepdf.open(io.BytesIO(render(template, {"text": "Phú Yên"}, at=AT).pdf)) as pdf:
        metadata = pdf.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "B")
        assert metadata["xmp:CreateDate"].startswith("2022-01-31T02:00:00+00:00")
        assert pdf.Root.OutputIntents
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang).startswith("vi")
        for font in pdf.pages[0].Resources.Font.values():
            descriptor = font.DescendantFonts[0].FontDescriptor
            assert "/FontFile2" in descriptor or "/FontFile3" in descriptor


def test_slots_are_told_in_pdf_coordinates(template: Path) -> None:
    slot = render(template, {"text": "x"}, at=AT).slots["here"]
    assert slot.page == 1
    assert slot.box == pytest.approx((30, 200 - 40 - 8, 70, 160))


def test_content_that_the_typesetter_would_drop_is_an_error(tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.typ"
    faulty.write_text('#set text(font: "No such font")\n#sys.inputs.values')
    with pytest.raises(TypesettingError):
        render(faulty, {}, at=AT)


def test_a_template_cannot_reach_beyond_its_folder(tmp_path: Path) -> None:
    for source in ('#read("/../../../etc/hostname")', '#import "@preview/cetz:0.3.4": *'):
        faulty = tmp_path / f"t{abs(hash(source))}.typ"
        faulty.write_text(source)
        with pytest.raises(TypesettingError):
            render(faulty, {}, at=AT)


def test_threads_get_their_own_texts(template: Path) -> None:
    found: dict[int, str] = {}

    def print_one(number: int) -> None:
        found[number] = text_of(render(template, {"text": f"Văn bản số {number}"}, at=AT).pdf)

    workers = [threading.Thread(target=print_one, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert all(f"Văn bản số {number} " in found[number] + " " for number in range(8))


# --- Pictures of pages ---------------------------------------------------------------------------


def test_pages_are_drawn_also_in_the_sandbox(template: Path) -> None:
    pdf = render(template, {"text": "Phú Yên"}, at=AT).pdf
    here = draw_page(io.BytesIO(pdf), {"page": 1, "width": 400})
    assert Image.open(io.BytesIO(here)).size == (400, 200)
    there = run_limited("congvu.kit.page_drawing:draw_page", pdf, options={"page": 1, "width": 400})
    assert there == here
    assert run_limited("congvu.kit.page_drawing:count_pages", pdf) == 1
    assert draw_page(io.BytesIO(pdf), {"page": 2, "width": 400}) == b""
    assert len(page_images(pdf, 72)) == count_pages(io.BytesIO(pdf), {}) == 1


def test_a_drawn_page_is_not_blank(template: Path) -> None:
    pdf = render(template, {"text": "Phú Yên"}, at=AT).pdf
    picture = Image.open(io.BytesIO(draw_page(io.BytesIO(pdf), {"page": 1, "width": 400})))
    darkest, brightest = picture.convert("L").getextrema()
    assert darkest < 80
    assert brightest == 255


def test_values_travel_as_json_only() -> None:
    with pytest.raises(TypeError):
        render("/nowhere.typ", {"at": AT}, at=AT)
    assert json.dumps({"text": HOSTILE})


def test_the_page_reader_of_these_tests_sees_every_line(template: Path) -> None:
    (page,) = read_pages(render(template, {"text": "Phú Yên"}, at=AT).pdf)
    assert {"Tinos-Bold", "Tinos-Italic", "Tinos-Regular"} == {
        face.split("+")[-1] for line in page.lines for face in line.faces
    }


@pytest.mark.django_db
def test_a_kept_file_is_drawn_once_and_then_remembered(
    template: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = blobs.keep(render(template, {"text": "Một trang"}, at=AT).pdf, "application/pdf")
    first = page_image(kept.sha256, 1, 250)
    assert first is not None
    assert Image.open(io.BytesIO(first)).width == 300  # one of the few widths that are kept
    monkeypatch.setattr("congvu.kit.page_images.run_limited", None)
    assert page_image(kept.sha256, 1, 300) == first


@pytest.mark.django_db
def test_what_is_no_pdf_has_no_picture(template: Path) -> None:
    kept = blobs.keep(b"%PDF-1.7 " + b"\x00" * 100, "application/pdf")
    assert page_image(kept.sha256, 1, 300) is None
    assert page_image("0" * 64, 1, 300) is None

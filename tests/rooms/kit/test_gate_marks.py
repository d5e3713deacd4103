"""Where a mark of a state secret may hide in a file, each place once, and what only looks like one."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator

import pikepdf
import pytest
from pikepdf import Dictionary, Name, Pdf, Stream, String

import hostile
from congvu.kit import events, letter_reading
from congvu.kit.events import SecretRefused
from congvu.kit.gate import Entrance, Passed, pass_gate
from congvu.reactions import REACTIONS
from letters import small_pdf
from paperwork import refused

pytestmark = pytest.mark.clause("QC.4.1", "S.33")
PDF, DOCX, XLSX = "a.pdf", "a.docx", "a.xlsx"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FILLER = "<w:p><w:r><w:t>Nội dung bình thường.</w:t></w:r></w:p>" * 30


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[SecretRefused]]:
    told: list[SecretRefused] = []
    events.install({SecretRefused: [told.append]})
    yield told
    events.install(REACTIONS)


def come(content: bytes, name: str = PDF, **more: object) -> Passed:
    return pass_gate(content, name, entrance=Entrance.INTAKE, **more)  # type: ignore[arg-type]


def described(pdf: Pdf) -> None:
    with pdf.open_metadata(update_docinfo=False) as metadata:
        metadata["dc:title"] = "TUYỆT MẬT"


def noted(pdf: Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.FreeText, Contents=String("TỐI MẬT"),
                      Rect=pikepdf.Array([60, 700, 160, 730]))  # fmt: skip
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])


def filled(pdf: Pdf) -> None:
    field = Dictionary(FT=Name.Tx, T=String("dau"), V=String("Độ mật: Mật"))
    pdf.Root.AcroForm = Dictionary(Fields=pikepdf.Array([pdf.make_indirect(field)]))


PDF_PLACES: dict[str, Callable[[Pdf], None]] = {
    "title of old": lambda pdf: pdf.docinfo.__setitem__("/Title", "[MẬT] Kế hoạch"),
    "author": lambda pdf: pdf.docinfo.__setitem__("/Author", "TỐI MẬT"),
    "title in XMP": described,
    "a note on the page": noted,
    "a field of a form": filled,
}


@pytest.mark.parametrize("place", PDF_PLACES)
def test_of_a_pdf_every_place_is_read(place: str, heard: list[SecretRefused]) -> None:
    with refused("kit.E039"):
        come(hostile.pdf_with(PDF_PLACES[place]))
    assert len(heard) == 1 and heard[0].level


WORD_PLACES = {
    "footer": {"word__footer1_DOT_xml": f'<w:ftr xmlns:w="{hostile.WORD}"><w:p><w:r><w:t>MẬT'
               "</w:t></w:r></w:p></w:ftr>"},
    "comment": {"word__comments_DOT_xml": f'<w:comments xmlns:w="{hostile.WORD}"><w:p><w:r><w:t>'
                "TỐI MẬT</w:t></w:r></w:p></w:comments>"},
    "watermark": {"word__header2_DOT_xml": '<h xmlns:v="urn:schemas-microsoft-com:vml">'
                  '<v:textpath string="TUYỆT MẬT"/></h>'},
    "shape": {"word__diagrams__data1_DOT_xml": f'<d xmlns:a="{DRAWING}"><a:p><a:r><a:t>TỐI </a:t>'
              "</a:r><a:r><a:t>MẬT</a:t></a:r></a:p></d>"},
    "property": {"docProps__core_DOT_xml": "<p><t>[MẬT] Kế hoạch</t></p>"},
    "bound content": {"customXml__item1_DOT_xml": "<p><t>TUYỆT MẬT</t></p>"},
}  # fmt: skip
BODIES = {
    "a line broken inside a paragraph": "<w:p><w:r><w:t>MẬT</w:t><w:br/><w:t>Số: 12</w:t></w:r></w:p>",
    "deleted text": "<w:p><w:del><w:r><w:delText>TỐI MẬT</w:delText></w:r></w:del></w:p>",
    "a cell of a table": "<w:tbl><w:tc><w:p><w:r><w:t>MẬT</w:t></w:r></w:p></w:tc></w:tbl>",
    "spaced letters": "<w:p><w:r><w:t>T U Y Ệ T   M Ậ T</w:t></w:r></w:p>",
    "TCVN3": "<w:p><w:r><w:t>TèI MËT</w:t></w:r></w:p>",
    "VNI": "<w:p><w:r><w:t>Ñoä maät: Toái maät</w:t></w:r></w:p>",
}


@pytest.mark.parametrize("place", WORD_PLACES)
def test_of_a_docx_every_part_is_read(place: str) -> None:
    more = {name: text.encode() for name, text in WORD_PLACES[place].items()}
    with refused("kit.E039"):
        come(hostile.office(body=FILLER, **more), DOCX)


@pytest.mark.parametrize("place", BODIES)
def test_however_it_is_written(place: str) -> None:
    with refused("kit.E039"):
        come(hostile.office(body=BODIES[place]), DOCX)


def test_of_an_xlsx_cells_and_comments_ask_and_heads_refuse() -> None:
    cell = f'<sst xmlns="{SHEET}"><si><t>TỐI MẬT</t></si></sst>'.encode()
    note = (
        f'<comments xmlns="{SHEET}"><comment><text><t>MẬT</t></text></comment></comments>'.encode()
    )
    for more in ({"xl__sharedStrings_DOT_xml": cell}, {"xl__comments1_DOT_xml": note}):
        assert come(hostile.office("xlsx", "<a/>", **more), XLSX).doubt


def test_a_strong_mark_is_not_lost_behind_many_weak_ones() -> None:
    weak = "".join(
        f"<w:p><w:r><w:t>Điều {n}. Về thời hạn bảo vệ bí mật nhà nước độ Mật {n}.</w:t></w:r></w:p>"
        for n in range(80)
    )
    box = (
        "<w:p><w:r><w:txbxContent><w:p><w:r><w:t>MẬT</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"
    )
    with refused("kit.E039"):
        come(hostile.office(body=weak + box), DOCX)


READS = pytest.mark.skipif(
    not letter_reading.is_installed() and not os.environ.get("CI"), reason="cần tesseract"
)


@READS
def test_a_stamp_in_a_picture_inside_a_docx() -> None:
    with refused("kit.E039"):
        come(hostile.office(word__media__image1_DOT_png=hostile.scan("TỐI MẬT")), DOCX)


@READS
def test_a_scan_with_words_laid_under_it_is_still_a_scan() -> None:
    """A program has read the page and missed the stamp; the picture is looked at all the same."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(hostile.scanned_pdf(hostile.scan("TUYỆT MẬT")))) as pdf:
        page = pdf.pages[0]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources.Font = Dictionary(F0=font)
        words = b"BT 3 Tr /F0 11 Tf 60 300 Td (Noi dung bao cao cong tac nam cua co quan) Tj ET"
        page.contents_add(Stream(pdf, words))
        pdf.save(out)
    with refused("kit.E039"):
        come(out.getvalue())


def test_pictures_that_cannot_be_read_and_pages_in_pictures_go_to_a_person() -> None:
    for name, body in (("a.emf", b"\x01\0\0\0"), ("a.png", hostile.scan())):
        part_name = f"word__media__{name.replace('.', '_DOT_')}"
        assert come(hostile.office(**{part_name: body}), DOCX).doubt
    assert come(hostile.office(word__media__logo_DOT_png=hostile.png()), DOCX).doubt is None


def test_what_only_speaks_of_secrets_passes_without_a_question() -> None:
    text = (
        "Bảo vệ bí mật kinh doanh, mật khẩu, mật ong, mật độ dân số, mật danh; thông tin bảo mật."
    )
    body = FILLER + f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    assert come(hostile.office(body=body), DOCX).doubt is None
    assert come(small_pdf(2)).doubt is None


def test_nothing_of_a_refused_file_is_told_but_when_where_and_why(
    heard: list[SecretRefused],
) -> None:
    with refused("kit.E039"):
        come(hostile.office(body="<w:p><w:r><w:t>MẬT</w:t></w:r></w:p>"), "phuong-an-x.docx",
             agency_id=7)  # fmt: skip
    (event,) = heard
    assert (event.entrance, event.level, event.agency_id) == ("intake", "Mật", 7)
    assert event.rules == ("level-stamp",) and event.places == ("nội dung tệp",)
    assert "phuong-an-x" not in repr(event)

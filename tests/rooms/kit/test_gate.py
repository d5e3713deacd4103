"""The gate: whatever comes, the answer is clear, the process lives, and nothing stays behind."""

from __future__ import annotations

import os
import socketserver
import struct
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typst
from pikepdf import Dictionary, Name

import hostile
from congvu.kit import events, gate, letter_reading
from congvu.kit.events import SecretRefused
from congvu.kit.gate import Entrance, Passed, pass_gate
from congvu.kit.typeset import font_folder
from congvu.kit.virus_scan import ScanVerdict
from congvu.reactions import REACTIONS
from congvu.rules.secrecy import Decision
from letters import locked_pdf, small_pdf
from paperwork import refused

PDF, DOCX, XLSX, PNG = "a.pdf", "a.docx", "a.xlsx", "a.png"


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[SecretRefused]]:
    """What was told of refused secrets; the room that keeps it has its own tests."""
    told: list[SecretRefused] = []
    events.install({SecretRefused: [told.append]})
    yield told
    events.install(REACTIONS)


def come(content: bytes, name: str = PDF, entrance: Entrance = Entrance.DRAFT) -> Passed:
    return pass_gate(content, name, entrance=entrance)


@pytest.fixture(autouse=True)
def nothing_stays_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """After each file: no temporary file, no open descriptor, and the next good file passes."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    locked_pdf()  # the maker of such files keeps its source of chance open
    come(small_pdf())  # the nursery of the sandbox is open from now on
    before = len(os.listdir("/proc/self/fd"))
    yield
    assert list(tmp_path.iterdir()) == []
    assert len(os.listdir("/proc/self/fd")) == before
    assert come(small_pdf()).mime == "application/pdf"


HOSTILE: dict[str, tuple[Callable[[], bytes], str, set[str]]] = {
    "pdf that unpacks to a gigabyte in two layers": (hostile.double_flate, PDF, {"kit.E034", ""}),
    "pdf with 256 MB of drawing": (hostile.content_bomb, PDF, {"kit.E034", ""}),
    "pdf with a picture of 900 million dots": (hostile.huge_picture, PDF, {"kit.E034", "ask"}),
    "arrays a hundred thousand deep": (hostile.deep_arrays, PDF, {"kit.E034"}),
    "a tree of pages that loops": (hostile.looping_pages, PDF, {"kit.E034"}),
    "a table of places that loops": (hostile.looping_table, PDF, {"kit.E034"}),
    "a pdf under a password": (locked_pdf, PDF, {"kit.E034"}),
    "a pdf cut off": (lambda: small_pdf()[:-200], PDF, {"kit.E034"}),
    "a pdf with a script": (lambda: hostile.scripted("javascript"), PDF, {"kit.E036"}),
    "a pdf that starts a program": (lambda: hostile.scripted("launch"), PDF, {"kit.E036"}),
    "a pdf that opens a page of the net": (lambda: hostile.scripted("uri"), PDF, {"kit.E036"}),
    "a pdf that carries a program": (hostile.with_attachment, PDF, {"kit.E036"}),
    "a pdf with an xfa form": (hostile.with_xfa, PDF, {"kit.E036"}),
    "a pdf that is a zip too": (lambda: small_pdf() + hostile.office(), PDF, {"kit.E034"}),
    "a program before the pdf": (lambda: b"MZ\x90\0" + small_pdf(), PDF, {"kit.E034"}),
    "a page of the net before the pdf": (lambda: b"<html>" + small_pdf(), PDF, {"kit.E034"}),
    "a program": (lambda: b"MZ" + b"\0" * 200, PDF, {"kit.E033"}),
    "an old Word file": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.doc", {"kit.E033"}),
    "a docx that unpacks to 500 MB": (hostile.zip_bomb, DOCX, {"kit.E034"}),
    "a docx of six thousand parts": (hostile.many_entries, DOCX, {"kit.E034"}),
    "a docx with a link to /etc/passwd": (hostile.symlink, DOCX, {"kit.E034"}),
    "a docx with a path that climbs": (
        lambda: hostile.packed({"word/document.xml": b"<a/>", "../../x": b""}), DOCX, {"kit.E034"}
    ),
    "a docx whose sizes lie": (hostile.lying_sizes, DOCX, {"kit.E034"}),
    "a billion laughs": (hostile.entities, DOCX, {"kit.E034"}),
    "a docx with macros": (
        lambda: hostile.office(word__vbaProject_DOT_bin=b"\xd0\xcf"), DOCX, {"kit.E036"}
    ),
    "an xlsx with old macros": (
        lambda: hostile.office("xlsx", "<a/>", xl__macrosheets__s_DOT_xml=b"<a/>"),
        XLSX, {"kit.E036"},
    ),
    "a docx with a template from elsewhere": (hostile.outside_template, DOCX, {"kit.E036"}),
    "a docx with a file inside": (
        lambda: hostile.office(word__embeddings__ole_DOT_bin=b"MZ"), DOCX, {"kit.E036"}
    ),
    "a zip of something else": (lambda: hostile.packed({"a.txt": b"a"}), "a.zip", {"kit.E033"}),
    "a picture of ten billion dots": (hostile.picture_bomb, PNG, {"kit.E034"}),
    "a picture cut off": (lambda: hostile.png()[:50], PNG, {"kit.E034"}),
    "a picture that is a zip too": (lambda: hostile.png() + hostile.office(), PNG, {"kit.E034"}),
    "the test virus in a picture": (lambda: hostile.png() + hostile.EICAR, PNG, {"kit.E037"}),
    "a pdf that calls itself a picture": (small_pdf, PNG, {"kit.E035"}),
    "a pdf that calls itself a program": (small_pdf, "a.pdf.exe", {"kit.E035"}),
}  # fmt: skip


@pytest.mark.clause("S.31", "QC.4.4")
@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_answered_and_the_gate_lives(kind: str) -> None:
    make, name, expected = HOSTILE[kind]
    codes = expected - {"", "ask"}
    try:
        passed = come(make(), name)
    except Exception as refusal:
        assert getattr(refusal, "code", repr(refusal)) in codes
        assert "{" not in str(getattr(refusal, "say", "{"))
    else:
        assert ("ask" if passed.doubt else "") in expected


@pytest.mark.clause("S.31")
@pytest.mark.parametrize(
    ("content", "name"),
    [
        (small_pdf(3), PDF),
        (hostile.office(), DOCX),
        (hostile.outside_template("hyperlink"), DOCX),
        (
            hostile.pdf_with(
                lambda pdf: pdf.Root.__setattr__(
                    "OpenAction", Dictionary(S=Name.GoTo, D=[pdf.pages[0].obj, Name.Fit])
                )
            ),
            "Quyết định 03.PDF",
        ),
    ],
    ids=["pdf", "docx", "a plain link", "a pdf that opens at its first page"],
)
def test_what_officials_send_every_day_passes(content: bytes, name: str) -> None:
    passed = come(content, name)
    assert (passed.size, passed.doubt) == (len(content), None)


def test_each_door_takes_what_it_is_for() -> None:
    with refused("kit.E033"):
        come(hostile.office(), DOCX, Entrance.PUBLIC)
    with refused("kit.E033"):
        come(hostile.office("xlsx", "<a/>"), XLSX, Entrance.CHAT)
    carried = come(hostile.with_attachment("so-lieu.xlsx"), PDF, Entrance.INTAKE)
    assert carried.features == ("embedded",)
    assert carried.doubt, "nobody has looked into the file inside"
    with refused("kit.E036"):
        come(hostile.with_attachment(), PDF, Entrance.INTAKE)
    assert come(hostile.scripted("javascript"), PDF, Entrance.PUBLIC)  # only judged, never kept


# --- the scanner ---------------------------------------------------------------------------------


class _Scanner(socketserver.BaseRequestHandler):
    """What a ClamAV daemon does with INSTREAM: reads the pieces, looks for EICAR, answers."""

    def handle(self) -> None:
        assert self._read(10) == b"zINSTREAM\0"
        content = b""
        while length := struct.unpack(">I", self._read(4))[0]:
            content += self._read(length)
        found = b"Eicar-Signature FOUND" if hostile.EICAR in content else b"OK"
        self.request.sendall(b"stream: " + found + b"\0")

    def _read(self, length: int) -> bytes:
        content = b""
        while len(content) < length:
            content += self.request.recv(length - len(content))
        return content


@pytest.fixture
def scanner(settings: object) -> Iterator[None]:
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Scanner) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.CLAMD = f"127.0.0.1:{server.server_address[1]}"  # type: ignore[attr-defined]
        yield
        server.shutdown()
    settings.CLAMD = ""  # type: ignore[attr-defined]


@pytest.mark.clause("S.31")
def test_the_scanner_hears_every_byte_and_its_word_counts(
    scanner: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert come(small_pdf()).scanned is ScanVerdict.CLEAN
    monkeypatch.setattr(gate, "_facts", lambda content, words: gate.found("application/pdf"))
    with refused("kit.E037") as said:
        come(b"%PDF-" + b"\0" * (1 << 20) + hostile.EICAR)
    assert "Eicar-Signature" in said.value.say


@pytest.mark.clause("S.31")
def test_without_the_scanner_s_word_the_public_is_refused_and_officials_wait(
    settings: object,
) -> None:
    settings.CLAMD = "127.0.0.1:9"  # type: ignore[attr-defined]
    with refused("kit.E038"):
        come(small_pdf(), entrance=Entrance.PUBLIC)
    assert come(small_pdf()).is_held
    settings.CLAMD = ""  # type: ignore[attr-defined]


# --- marks of state secrets ----------------------------------------------------------------------


@pytest.mark.clause("QC.4.1", "S.33")
@pytest.mark.parametrize("stamp", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
@pytest.mark.skipif(
    not letter_reading.is_installed() and not os.environ.get("CI"), reason="cần tesseract"
)
def test_a_red_stamp_on_a_scan_is_read_and_refused(stamp: str) -> None:
    for content, name in (
        (hostile.scan(stamp), PNG),
        (hostile.scanned_pdf(hostile.scan(stamp, tilt=-3)), PDF),
    ):
        with refused("kit.E039"):
            come(content, name, Entrance.INTAKE)


@pytest.mark.clause("QC.4.1", "S.33")
def test_a_stamp_that_cannot_be_read_and_a_scan_in_black_go_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for content in (hostile.scan("HỎA TỐC"), hostile.scan("MẬT", ink="black"), hostile.scan()):
        passed = come(content, PNG, Entrance.INTAKE)
        assert passed.doubt and passed.doubt.value is Decision.ASK
    monkeypatch.setattr(letter_reading, "is_installed", lambda: False)
    passed = come(hostile.scan("TUYỆT MẬT"), PNG, Entrance.INTAKE)
    assert [hit.rule for hit in passed.hits] == ["red-stamp-unread"]


def _box(text: str) -> str:
    inner = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
    return (
        f"<w:p><w:r><w:txbxContent>{inner}</w:txbxContent></w:r><w:r><w:t>Điều 1</w:t></w:r></w:p>"
    )


FILLER = "<w:p><w:r><w:t>Nội dung bình thường.</w:t></w:r></w:p>" * 30
WORDS = [
    ("<w:p><w:r><w:t>TỐI</w:t></w:r><w:r><w:t> MẬT</w:t></w:r></w:p>", {}, "kit.E039"),
    (FILLER + _box("M Ậ T"), {}, "kit.E039"),
    (FILLER, {"word__header1_DOT_xml": "TUYỆT MẬT"}, "kit.E039"),
    (FILLER + "<w:p><w:r><w:t>MẬT</w:t></w:r></w:p>", {}, "ask"),
    ("<w:p><w:r><w:t>GIẢI MẬT</w:t></w:r></w:p>", {}, "ask"),
    ("<w:p><w:r><w:t>Bí mật kinh doanh, mật khẩu, mật độ dân cư</w:t></w:r></w:p>", {}, ""),
    ("<w:p><w:r><w:t>Bảo vệ bí mật nhà nước theo Luật</w:t></w:r></w:p>", {}, ""),
    ("<w:p><w:r><w:t>mật</w:t></w:r></w:p>", {}, ""),
]


@pytest.mark.clause("QC.4.1", "S.33")
@pytest.mark.parametrize(("body", "headers", "expected"), WORDS)
def test_words_of_an_office_text_count_by_where_they_stand(
    body: str, headers: dict[str, str], expected: str
) -> None:
    more = {
        name: f'<w:hdr xmlns:w="{hostile.WORD}"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:hdr>'.encode()
        for name, text in headers.items()
    }
    content = hostile.office(body=body, **more)
    if expected.startswith("kit"):
        with refused(expected):
            come(content, DOCX)
    else:
        assert ("ask" if come(content, DOCX).doubt else "") == expected


@pytest.mark.clause("QC.4.1")
def test_names_of_sheets_and_heads_of_printed_sheets_are_read() -> None:
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    book = f'<workbook xmlns="{main}"><sheets><sheet name="{{}}"/></sheets></workbook>'
    with refused("kit.E039"):
        come(hostile.office("xlsx", book.format("TOI_MAT")), XLSX)
    head = f'<worksheet xmlns="{main}"><headerFooter><oddHeader>&amp;CMẬT</oddHeader></headerFooter></worksheet>'
    with refused("kit.E039"):
        come(
            hostile.office("xlsx", book.format("Sheet1"), xl__worksheets__s_DOT_xml=head.encode()),
            XLSX,
        )


@pytest.mark.clause("QC.4.1", "S.33")
@pytest.mark.parametrize("name", ["[MẬT] Ke hoach.pdf", "tuyet_mat.pdf", "TỐI MẬT - phương án.pdf"])
def test_a_name_is_enough(name: str) -> None:
    with refused("kit.E039") as said:
        come(small_pdf(), name)
    assert "Không có gì của tệp được lưu lại" in said.value.say


def _page_saying(text: str, x: int, y: int, pages: int = 1) -> bytes:
    """A PDF whose last page has this text at a place in points (of a printed page, by Typst)."""
    source = (
        '#set page(paper: "a4", margin: 0pt)\n#set text(font: "Tinos", size: 12pt)\n'
        + "Trang đầu. #pagebreak()\n" * (pages - 1)
        + f"#place(top + left, dx: {x}pt, dy: {y}pt, [{text}])\n"
    )
    return typst.compile(source.encode(), font_paths=[str(font_folder())])


TOP_LEFT, TOP_RIGHT, BODY = (60, 90), (400, 90), (60, 500)
PLACES = [
    ("MẬT", TOP_LEFT, 1, "kit.E039"),
    ("T U Y Ệ T  M Ậ T", TOP_LEFT, 1, "kit.E039"),
    ("TUYÖT MËT", TOP_LEFT, 1, "kit.E039"),
    ("MAÄT", TOP_LEFT, 1, "kit.E039"),
    ("MẬT", TOP_RIGHT, 1, "ask"),
    ("MẬT", BODY, 1, "ask"),
    ("MẬT", TOP_LEFT, 2, "ask"),
    ("GIẢI MẬT", TOP_LEFT, 1, "ask"),
    ("Độ mật: Tối mật", BODY, 1, "kit.E039"),
    ("Độ mật: Thường", BODY, 1, ""),
    ("Cấm tiết lộ bí mật kinh doanh, mật khẩu, mật độ xây dựng", TOP_LEFT, 1, ""),
    ("Danh mục bí mật nhà nước độ Tối mật của ngành", BODY, 1, ""),
]


@pytest.mark.clause("QC.4.1", "S.33")
@pytest.mark.parametrize(("text", "place", "pages", "expected"), PLACES)
def test_words_of_a_page_count_by_where_they_stand(
    text: str, place: tuple[int, int], pages: int, expected: str
) -> None:
    content = _page_saying(text, *place, pages=pages)
    if expected.startswith("kit"):
        with refused(expected):
            come(content)
    else:
        assert ("ask" if come(content).doubt else "") == expected

"""Marks of state secrets inside files (QC.4.1): words where a stamp stands, red stamps in scans.

Runs in the sandbox with `screening`. What was read stays here: out go only hits (rule, place,
gravity) and the small pictures of red stamps, whose letters the gate has read by a separate
program. Words count by place: alone on a line at the top left of the first page is a stamp, the
same words elsewhere are for a person to look at.
"""

from __future__ import annotations

import base64
import io
import itertools
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import pypdfium2
from lxml import etree
from PIL import Image, ImageChops

from congvu.rules.secrecy import Decision, Hit, name_hits, text_hits, word_hits

FIRST_LINES = 20  # paragraphs of an Office text that stand at its top
TOP, LEFT = 0.35, 0.55  # the zone of the stamp: shares of height and width
MOST_TEXT_PAGES = 400
MOST_SCANS = 3
MOST_MEDIA = 12
MOST_HITS = 50
FEW_LETTERS = 30
MANY_STROKES = 150  # letters drawn as curves: a page to look at as well
DOTS_PER_POINT = 200 / 72
MOST_STAMPS = 4
MOST_MEDIA_PIXELS = 40_000_000
PAGE_PIXELS = 600_000  # a picture from this size on may be a page
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_VECTOR = "{urn:schemas-microsoft-com:vml}"
_HARDENED = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
_BREAKS = {f"{_WORD}br", f"{_WORD}cr", f"{_WORD}tab"}
_LONG_PARTS = ("xl/worksheets/", "xl/sharedStrings")
PIECE = 1 << 20
_PARTS = ("word/", "xl/", "docProps/", "customXml/")


def marks_of_pdf(
    file: BinaryIO, names: Sequence[str], notes: Sequence[str], words: Sequence[str]
) -> dict[str, Any]:
    """Marks of a PDF: its title and key words, notes and form fields, the text of its pages, the
    pictures of scans."""
    hits = [hit for name in names for hit in name_hits(name, "thuộc tính tệp")]
    for note in notes:
        hits += text_hits(note, "ghi chú, biểu mẫu")
    hits += word_hits("\n".join((*names, *notes)), words, "thuộc tính tệp")
    stamps: list[str] = []
    scans = 0
    document = pypdfium2.PdfDocument(file)
    document.init_forms()
    for number in range(min(len(document), MOST_TEXT_PAGES)):
        page = document[number]
        lines = list(_page_lines(page))
        hits += _line_hits(lines, f"trang {number + 1}", words, is_first=number == 0)
        has_few = sum(len(text) for text, _ in lines) < FEW_LETTERS
        picture, is_drawn = _looks(page)
        scans += has_few and (picture > 0 or is_drawn)
        # A scan that a program has put words under is a scan: what it could not read counts.
        if (has_few and picture > 0 and scans <= MOST_SCANS) or (picture > 0.5 and not number):
            drawn = page.render(scale=DOTS_PER_POINT, crop=_crop(page)).to_pil()
            stamps += red_stamps(drawn)
        page.close()
    return _marks(hits, stamps, scans)


def marks_of_image(picture: Image.Image) -> dict[str, Any]:
    """Marks of a scanned page that came as a picture."""
    zone = picture.convert("RGB").crop((0, 0, int(picture.width * LEFT), int(picture.height * TOP)))
    return _marks([], red_stamps(zone), 1)


def marks_of_packed(packed: zipfile.ZipFile, words: Sequence[str]) -> dict[str, Any]:
    """Marks of a DOCX or XLSX: properties, text with headers and text boxes, sheets, pictures."""
    hits: list[Hit] = []
    stamps: list[str] = []
    pictures = scans = 0
    for name in packed.namelist():
        if "/media/" in name:
            pictures += 1
            red, is_page = _media(packed.read(name)) if pictures <= MOST_MEDIA else ([], True)
            stamps += red
            scans += is_page
        elif name.endswith(".xml") and name.startswith(_PARTS):
            hits += _part_hits(name, packed.read(name), words)
    return _marks(hits, stamps, scans)


def _marks(hits: Iterable[Hit], stamps: Sequence[str], scans: int) -> dict[str, Any]:
    by_gravity = sorted(dict.fromkeys(hits), key=lambda hit: hit.decision is not Decision.REFUSE)
    told = [(hit.rule, hit.place, hit.decision.value, hit.level) for hit in by_gravity]
    return {"hits": told[:MOST_HITS], "stamps": list(stamps[:MOST_STAMPS]), "scans": scans}


# --- text of a PDF -------------------------------------------------------------------------------


def _page_lines(page: Any) -> Iterator[tuple[str, bool]]:
    """Each run of text and whether it stands in the zone of the stamp."""
    width, height = page.get_size()
    words = page.get_textpage()
    for number in range(min(words.count_rects(), 20_000)):
        left, bottom, right, top = words.get_rect(number)
        text = words.get_text_bounded(left, bottom, right, top).strip()
        if text:
            in_zone = (bottom + top) / 2 > height * (1 - TOP) and (left + right) / 2 < width * LEFT
            yield text, in_zone
    words.close()


def _line_hits(
    lines: Sequence[tuple[str, bool]], place: str, words: Sequence[str], *, is_first: bool
) -> list[Hit]:
    found = [
        _by_place(hit, is_stamp_zone=in_zone and is_first)
        for text, in_zone in lines
        for hit in text_hits(text, place)
    ]
    # A sentence may be cut into runs: the whole page once more, for what is not a stamp.
    whole = "\n".join(text for text, _ in lines)
    found += [hit for hit in text_hits(whole, place) if "stamp" not in hit.rule]
    return [*found, *word_hits(whole, words, place)]


def _by_place(hit: Hit, *, is_stamp_zone: bool) -> Hit:
    if "stamp" in hit.rule and not is_stamp_zone:
        return Hit(f"{hit.rule}-elsewhere", hit.place, Decision.ASK, hit.level)
    return hit


def _looks(page: Any) -> tuple[float, bool]:
    """The share of the page that its largest picture takes, and whether its letters may be drawn
    as curves."""
    width, height = page.get_size()
    share, strokes = 0.0, 0
    for thing in itertools.islice(page.get_objects(max_depth=3), 20_000):
        if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = thing.get_bounds()
            area = max(0.0, right - left) * max(0.0, top - bottom)
            share = max(share, area / (width * height), 0.001)
        strokes += thing.type == pypdfium2.raw.FPDF_PAGEOBJ_PATH
    return share, strokes > MANY_STROKES


def _crop(page: Any) -> tuple[float, float, float, float]:
    """What to cut off the page (left, bottom, right, top in points) so that the zone stays."""
    width, height = page.get_size()
    return 0, height * (1 - TOP), width * (1 - LEFT), 0


# --- Office files --------------------------------------------------------------------------------


def _part_hits(name: str, body: bytes, words: Sequence[str]) -> list[Hit]:
    hits: list[Hit] = []
    try:
        root = (
            _without_rows(body, words, hits)
            if name.startswith(_LONG_PARTS)
            else etree.fromstring(body, etree.XMLParser(**_HARDENED))
        )
    except etree.XMLSyntaxError:
        return hits
    hits += word_hits("\n".join(root.itertext()), words, "nội dung tệp")
    if name.startswith(("docProps/", "customXml/")):
        return hits + [h for text in root.itertext() for h in name_hits(text, "thuộc tính tệp")]
    hits += _drawn_hits(root)
    return hits + (_word_hits(name, root) if name.startswith("word/") else _sheet_hits(root))


def _without_rows(body: bytes, words: Sequence[str], hits: list[Hit]) -> Any:
    """A sheet or its texts, each row looked at and let go: a list of 100,000 rows would take a
    gigabyte as a tree. Gives what is left; marks in the rows are added to `hits`."""
    rows = (f"{_SHEET}row", f"{_SHEET}si")
    puller = etree.XMLPullParser(events=("end",), tag=rows, **_HARDENED)
    for start in range(0, len(body), PIECE):
        puller.feed(body[start : start + PIECE])
        for _, row in puller.read_events():
            hits += word_hits("\n".join(row.itertext()), words, "nội dung tệp")
            hits += [*_drawn_hits(row), *_sheet_hits(row)]
            row.clear()
            while (before := row.getprevious()) is not None and before.tag in rows:
                row.getparent().remove(before)
    return puller.close()


def _drawn_hits(root: Any) -> list[Hit]:
    """Words of shapes: text boxes and charts, watermarks, and the names of pictures."""
    drawn = ["".join(word.text or "" for word in one.iter(f"{_DRAWING}t"))
             for one in root.iter(f"{_DRAWING}p")]  # fmt: skip
    drawn += [one.get("string", "") for one in root.iter(f"{_VECTOR}textpath")]
    hits = [hit for text in drawn for hit in text_hits(text, "hình vẽ, hộp chữ")]
    for one in root.iter("{*}docPr", "{*}cNvPr"):
        hits += name_hits(one.get("descr", ""), "tên hình")
    return hits


def _word_hits(name: str, root: Any) -> list[Hit]:
    at_top = "header" in name or "footer" in name
    hits: list[Hit] = []
    for number, paragraph in enumerate(root.iter(f"{_WORD}p")):
        text = "".join(_own_words(paragraph))
        in_box = any(True for _ in paragraph.iterancestors(f"{_WORD}txbxContent"))
        is_zone = at_top or in_box or number < FIRST_LINES
        hits += [_by_place(hit, is_stamp_zone=is_zone) for hit in text_hits(text, "nội dung tệp")]
    return hits


def _own_words(paragraph: Any) -> Iterator[str]:
    """The paragraph's words, also deleted ones, without those of text boxes anchored in it."""
    for word in paragraph.iter(f"{_WORD}t", f"{_WORD}delText", *_BREAKS):
        if next(word.iterancestors(f"{_WORD}p")) is paragraph:
            yield "\n" if word.tag in _BREAKS else word.text or ""


def _sheet_hits(root: Any) -> list[Hit]:
    hits: list[Hit] = []
    for sheet in root.iter(f"{_SHEET}sheet"):
        hits += name_hits(sheet.get("name", ""), "tên trang tính")
    for tag in ("oddHeader", "evenHeader", "firstHeader", "oddFooter"):
        for header in root.iter(f"{_SHEET}{tag}"):
            for part in (header.text or "").replace("&C", "\n&").split("&"):
                hits += text_hits(part.lstrip("LRCB"), "đầu trang tính")
    for cell in root.iter(f"{_SHEET}si", f"{_SHEET}is", f"{_SHEET}comment"):
        text = "".join(word.text or "" for word in cell.iter(f"{_SHEET}t"))
        hits += [_by_place(hit, is_stamp_zone=False) for hit in text_hits(text, "nội dung tệp")]
    return hits


def _media(body: bytes) -> tuple[list[str], bool]:
    """The red stamps of a picture, and whether a person must look at it: it may be a page, or it
    cannot be read here."""
    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG")) as picture:
            pixels = picture.width * picture.height
            if pixels >= MOST_MEDIA_PIXELS:
                return [], True
            return red_stamps(picture.convert("RGB")), pixels > PAGE_PIXELS
    except (OSError, ValueError, SyntaxError):
        return [], True


# --- red stamps ----------------------------------------------------------------------------------


def red_stamps(zone: Image.Image) -> list[str]:
    """The red block of the zone as a black-on-white PNG (base64), enlarged; [] without one.

    Keeps the red pixels, takes their box, and cuts the frame of the stamp off.
    """
    red, green, blue = zone.convert("RGB").split()
    mask = ImageChops.darker(
        red.point(lambda value: 255 if value > 110 else 0),
        ImageChops.darker(
            ImageChops.subtract(red, green).point(lambda value: 255 if value > 45 else 0),
            ImageChops.subtract(red, blue).point(lambda value: 255 if value > 45 else 0),
        ),
    )
    box = mask.getbbox()
    if box is None or _is_specks(mask, box):
        return []
    left, top, right, bottom = box
    inward_x, inward_y = int((right - left) * 0.06), int((bottom - top) * 0.19)
    inner = mask.crop((left + inward_x, top + inward_y, right - inward_x, bottom - inward_y))
    written = [mask.crop(box), inner]
    return [_as_png(one) for one in written if one.width > 8 and one.height > 8]


def _is_specks(mask: Image.Image, box: tuple[int, int, int, int]) -> bool:
    left, top, right, bottom = box
    red = mask.histogram()[255]
    return red < 120 or right - left < 20 or bottom - top < 8


def _as_png(mask: Image.Image) -> str:
    enlarged = mask.point(lambda value: 255 - value).resize((mask.width * 2, mask.height * 2))
    bordered = Image.new("L", (enlarged.width + 40, enlarged.height + 40), 255)
    bordered.paste(enlarged, (20, 20))
    out = io.BytesIO()
    bordered.save(out, "PNG")
    return base64.b64encode(out.getvalue()).decode()


def letters_of(read: str) -> str:
    """What a reading program said, as a stamp is compared: capitals without marks or spaces."""
    plain = unicodedata.normalize("NFD", read.upper().replace("Đ", "D"))
    return "".join(one for one in plain if "A" <= one <= "Z")

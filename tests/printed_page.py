"""Reading a printed page back: its lines with place, size and face, its rules; in millimetres.

Distances are from the left and the top edge of the page, as the decree gives them.
"""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, field
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72


@dataclass(frozen=True)
class Line:
    """One line of text: neighbours on one baseline without a gap wider than 5 mm."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    faces: frozenset[str]

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def is_bold(self) -> bool:
        return all("Bold" in face for face in self.faces)

    @property
    def is_italic(self) -> bool:
        return all("Italic" in face for face in self.faces)


@dataclass(frozen=True)
class Rule:
    """A horizontal rule."""

    left: float
    right: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def centre(self) -> float:
        return (self.left + self.right) / 2


@dataclass
class Page:
    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    def line(self, start: str) -> Line:
        """The first line that begins so."""
        found = [line for line in self.lines if line.text.startswith(start)]
        assert found, f"{start!r} is not among {[line.text for line in self.lines]}"
        return found[0]

    def rule_under(self, line: Line) -> Rule:
        """The nearest rule within 3 mm below a line."""
        near = [rule for rule in self.rules if -0.5 <= rule.top - line.bottom <= 3.5]
        near = [rule for rule in near if abs(rule.centre - line.centre) < 2]
        assert near, f"no rule under {line.text!r}"
        return min(near, key=lambda rule: rule.top)


def read_pages(pdf: bytes) -> list[Page]:
    opened = pypdfium2.PdfDocument(pdf)
    return [_page(page) for page in opened]


def text_of(pdf: bytes) -> str:
    """All words of a file, single spaces."""
    opened = pypdfium2.PdfDocument(pdf)
    return " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in opened)


def _page(page: pypdfium2.PdfPage) -> Page:
    wide, high = page.get_size()
    found = Page(wide * MM, high * MM, _lines(page, high))
    for shape in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_PATH], max_depth=4):
        left, bottom, right, top = shape.get_bounds()
        box = (left * MM, (high - top) * MM, right * MM, (high - bottom) * MM)
        if box[3] - box[1] < 1 and box[2] - box[0] > 3:
            found.rules.append(Rule(box[0], box[2], (box[1] + box[3]) / 2))
        elif box[2] - box[0] > 3:
            found.boxes.append(box)
    return found


@dataclass(frozen=True)
class _Letter:
    text: str
    left: float
    right: float
    baseline: float
    top: float
    bottom: float
    size: float
    face: str


def _lines(page: pypdfium2.PdfPage, high: float) -> list[Line]:
    letters = _letters(page, high)
    if not letters:
        return []
    lines, line = [], [letters[0]]
    for before, letter in pairwise(letters):
        is_next = (
            abs(letter.baseline - before.baseline) < 0.5 and -1 < letter.left - before.right < 5
        )
        if is_next:
            line.append(letter)
        else:
            lines.append(_line(line))
            line = [letter]
    return [found for found in [*lines, _line(line)] if found.text]


def _line(letters: list[_Letter]) -> Line:
    seen = [letter for letter in letters if letter.text.strip()] or letters
    return Line(
        "".join(letter.text for letter in letters).strip(),
        min(letter.left for letter in seen),
        max(letter.right for letter in seen),
        min(letter.top for letter in seen),
        max(letter.bottom for letter in seen),
        max(letter.size for letter in seen),
        frozenset(letter.face for letter in seen),
    )


def _letters(page: pypdfium2.PdfPage, high: float) -> list[_Letter]:
    text = page.get_textpage()
    found = []
    for place in range(text.count_chars()):
        letter = text.get_text_range(place, 1)
        if letter in "\r\n\ufffe":
            continue
        left, bottom, right, top = text.get_charbox(place)
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(text, place, x, y)
        name = ctypes.create_string_buffer(128)
        pdfium.FPDFText_GetFontInfo(text, place, name, 128, ctypes.c_int())
        found.append(
            _Letter(
                letter,
                (left if letter.strip() else x.value) * MM,
                (right if letter.strip() else x.value) * MM,
                (high - y.value) * MM,
                (high - top) * MM,
                (high - bottom) * MM,
                round(pdfium.FPDFText_GetFontSize(text, place), 2),
                name.value.decode(),
            )
        )
    return found

"""Make the file of a copy before it is signed: a new PDF of the original's pages.

The original's bytes are never touched. Foreign files are opened only in the sandbox.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import pikepdf
import pypdfium2
from pypdfium2 import raw as pdfium

from congvu.documents.types import CopyClosing
from congvu.kit.refusal import refusal
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.kit.typeset import render
from congvu.rules.clauses import clause
from congvu.rules.copies import Medium, scan_fault

_HERE = "congvu.documents.copies.compose_copy:"
_LIMITS = Limits(cpu_seconds=30, wall_seconds=60.0)
_CLOSING = Path(__file__).parents[1] / "typst" / "copy_closing.typ"
_MM = 72 / 25.4
A4_WIDTH = 595.276
GAP, LOWER_MARGIN = 6 * _MM, 25 * _MM
MARGIN_INK = 22 * _MM  # ink lower than this stands in the margin
INK = 200  # of 255: grey specks of a scan are paper
_WHOLE = 0.5  # a scanned picture covers at least this share of its page


@dataclass(frozen=True)
class Original:
    """What is known of the file to be copied.

    `version` is that of the PDF; `pages` are (dots per inch, in colour), 0 dpi where a page is not
    a scanned picture; `signed_on` the page of the person's digital signature, else the last.
    """

    version: tuple[int, int]
    pages: tuple[tuple[float, bool], ...]
    signed_on: int

    @property
    def is_scan(self) -> bool:
        """Whether every page is a scanned picture."""
        return all(dpi > 0 for dpi, _ in self.pages)


def original_of(pdf: bytes | Path) -> Original:
    """Read what must be known; refuses (E804) a file that does not open."""
    try:
        found = run_limited(_HERE + "original_facts", pdf, limits=_LIMITS)
    except SandboxFailure as fault:
        raise refusal("documents.E804") from fault
    return Original(
        version=tuple(found["version"]),
        pages=tuple((float(dpi), bool(colour)) for dpi, colour in found["pages"]),
        signed_on=found["signed_on"],
    )


@clause("ND30.25", "ND30.PL1.II.I")
def compose_copy(
    pdf: bytes | Path,
    *,
    original: Original,
    source: Medium,
    pages: Sequence[int],
) -> bytes:
    """The copy before its signature or closing block; refuses (E805) a scan below the rule.

    It is a new PDF of the pages: pictures stay as they were scanned; signatures, stamps and numbers
    of an electronic original are drawn into the pages, so that no field looks like a living one.
    """
    if source is Medium.PAPER:
        fault = scan_fault(original.version, original.pages)
        if fault is not None:
            place = f"trang {fault[0]}: " if fault[0] else ""
            raise refusal("documents.E805", said=f"{place}{fault[1]}")
    try:
        made: bytes = run_limited(
            _HERE + "chosen_pages", pdf, options={"pages": list(pages)}, limits=_LIMITS
        )
    except SandboxFailure as fault:
        raise refusal("documents.E804") from fault
    return made


@clause("ND30.PL1.II.II")
def with_closing(pdf: bytes, closing: CopyClosing, *, at: datetime) -> bytes:
    """The pages with the block of a paper copy right under the end of the text; behind them, on a
    sheet of its own, where the last page has no room. To be printed, signed and sealed."""
    title = f"{closing.form} {closing.symbol}".strip()
    values = {**vars(closing), "title": title, "on_own_sheet": False}
    ends_at = _end_of_text(pdf)
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as copy:
        strip = render(_CLOSING, values, at=at).pdf
        if not _lay_under(copy.pages[-1], strip, ends_at):
            sheet = render(_CLOSING, {**values, "on_own_sheet": True}, at=at).pdf
            with pikepdf.open(io.BytesIO(sheet)) as last:
                copy.pages.extend(last.pages)
        copy.save(out, deterministic_id=True)
    return out.getvalue()


def _end_of_text(pdf: bytes) -> float:
    """How high over its foot the last page's text ends, in points; 0 where that is not known."""
    try:
        return float(run_limited(_HERE + "end_of_text", pdf, limits=_LIMITS))
    except SandboxFailure:
        return 0.0


def _lay_under(page: pikepdf.Page, strip: bytes, ends_at: float) -> bool:
    """Lay the strip on an upright A4 page between the end of its text and the lower margin."""
    box = [float(edge) for edge in page.mediabox]
    width, height = box[2] - box[0], box[3] - box[1]
    is_upright = not page.obj.get("/Rotate", 0) and abs(width - A4_WIDTH) < 3
    with pikepdf.open(io.BytesIO(strip)) as laid:
        needed = float(laid.pages[0].mediabox[3])
        top = box[1] + ends_at - GAP
        if not is_upright or ends_at > height or top - needed < box[1] + LOWER_MARGIN:
            return False
        place = pikepdf.Rectangle(box[0], top - needed, box[2], top)
        page.add_overlay(laid.pages[0], place)
    return True


# --- inside the sandbox --------------------------------------------------------------------------


def original_facts(file: BinaryIO, options: Mapping[str, Any]) -> dict[str, Any]:
    """Version, pictures and signature page of a PDF (runs in the limited child)."""
    content = file.read()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        first, _, second = pdf.pdf_version.partition(".")
        signed_on = _signed_page(pdf)
    with pypdfium2.PdfDocument(content) as drawn:
        pages = [_scan_of(page) for page in drawn]
    return {"version": [int(first), int(second)], "pages": pages, "signed_on": signed_on}


def end_of_text(file: BinaryIO, options: Mapping[str, Any]) -> float:
    """The lowest ink of the last page over its lower margin, in points from its foot (limited
    child). In the margin stand page numbers and codes only."""
    with pypdfium2.PdfDocument(file.read()) as drawn:
        picture = drawn[len(drawn) - 1].render(scale=1, grayscale=True)
        rows, width = bytes(picture.buffer), picture.width
        for row in range(picture.height - int(MARGIN_INK) - 1, -1, -1):
            start = row * picture.stride
            if min(rows[start : start + width]) < INK:
                return float(picture.height - row - 1)
        return float(picture.height)


def _signed_page(pdf: pikepdf.Pdf) -> int:
    """The last page that carries a person's signature field; without one, the last page."""
    for number in range(len(pdf.pages), 0, -1):
        for note in pdf.pages[number - 1].get("/Annots", []):
            if str(note.get("/T", "")).startswith("ChuKyNguoi"):
                return number
    return len(pdf.pages)


def _scan_of(page: pypdfium2.PdfPage) -> tuple[float, bool]:
    """Dots per inch and colour of the picture that covers the page; (0, False): there is none."""
    width, height = page.get_size()
    for one in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=4):
        left, bottom, right, top = one.get_bounds()
        covered = max(0.0, right - left) * max(0.0, top - bottom)
        if covered >= _WHOLE * width * height:
            wide, high = one.get_px_size()
            dpi = min(wide / ((right - left) / 72), high / ((top - bottom) / 72))
            space = one.get_metadata().colorspace
            grey = {pdfium.FPDF_COLORSPACE_DEVICEGRAY, pdfium.FPDF_COLORSPACE_CALGRAY}
            bits = one.get_metadata().bits_per_pixel
            return dpi, space not in grey and bits >= 8
    return 0.0, False


def chosen_pages(file: BinaryIO, options: Mapping[str, Any]) -> bytes:
    """A new PDF of the pages `options["pages"]`, signatures drawn into them (limited child)."""
    out = io.BytesIO()
    with pikepdf.open(file) as pdf, pikepdf.new() as made:
        pdf.flatten_annotations("all")
        for number in options["pages"]:
            made.pages.append(pdf.pages[number - 1])
        for page in made.pages:
            for key in ("/Annots", "/AA", "/StructParents"):
                if key in page:
                    del page[key]
        made.remove_unreferenced_resources()
        made.save(out, min_version="1.7", deterministic_id=True)
    return out.getvalue()

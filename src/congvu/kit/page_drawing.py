"""Drawing PDF pages as pictures: pure functions, made to run inside the sandbox.

pdfium aborts the process on some hostile files and is not safe for threads: `draw_page` and
`count_pages` are called through `run_limited` for every file from outside. `page_images` is for
files that we typeset ourselves.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Mapping
from typing import Any, BinaryIO

import pypdfium2
from PIL import Image

POINTS_PER_INCH = 72
WIDEST = 3000  # pixels
MOST_PIXELS = 24_000_000
_pdfium = threading.Lock()


def draw_page(file: BinaryIO, options: Mapping[str, Any]) -> bytes:
    """One page as PNG: options `page` (from 1) and `width` (pixels). No such page: no bytes.

    Signatures and stamps are drawn (forms are initialised first). A page of absurd proportions is
    drawn smaller.
    """
    number, width = int(options["page"]), min(WIDEST, int(options["width"]))
    with _pdfium, _opened(file.read()) as pdf:
        if not 1 <= number <= len(pdf):
            return b""
        page = pdf[number - 1]
        wide, high = page.get_size()
        scale = width / max(1.0, wide)
        if wide * high * scale * scale > MOST_PIXELS:
            scale = (MOST_PIXELS / (wide * high)) ** 0.5
        return _as_png(page.render(scale=scale).to_pil())


def count_pages(file: BinaryIO, options: Mapping[str, Any]) -> int:
    """The number of pages of a PDF."""
    with _pdfium, _opened(file.read()) as pdf:
        return len(pdf)


def page_images(pdf: bytes, dpi: int) -> list[bytes]:
    """All pages of a PDF of our own as PNG, at `dpi` dots an inch. Never for files from outside."""
    with _pdfium, _opened(pdf) as opened:
        return [_as_png(page.render(scale=dpi / POINTS_PER_INCH).to_pil()) for page in opened]


def _opened(content: bytes) -> pypdfium2.PdfDocument:
    pdf = pypdfium2.PdfDocument(content)
    pdf.init_forms()  # before any page is loaded, else signatures and stamps stay undrawn
    return pdf


def _as_png(picture: Image.Image) -> bytes:
    # 128 colours keep blue signatures and red seals; the file is a third of a full-colour one.
    few = picture.convert("RGB").quantize(
        128, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
    )
    colours = few.getpalette() or []
    few.putpalette([255 if shade > 250 else shade for shade in colours])  # paper stays white
    out = io.BytesIO()
    few.save(out, "PNG", compress_level=6)
    return out.getvalue()

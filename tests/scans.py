"""Scanned papers as PDF files: a picture on every page, of a chosen resolution and colour."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

A4_INCHES = (8.27, 11.69)


def scan(*, pages: int = 1, dpi: int = 200, mode: str = "RGB") -> bytes:
    """A PDF/1.4 of `pages` scanned sheets, each with a red stamp and its number in lines."""
    sheets = []
    for number in range(1, pages + 1):
        size = (round(A4_INCHES[0] * dpi), round(A4_INCHES[1] * dpi))
        sheet = Image.new("RGB", size, "white")
        pen = ImageDraw.Draw(sheet)
        pen.ellipse([dpi, dpi, 2 * dpi, 2 * dpi], outline=(200, 0, 0), width=max(2, dpi // 40))
        for line in range(number * 5):
            pen.line([dpi, 3 * dpi + line * 20, 7 * dpi, 3 * dpi + line * 20], fill=(20, 20, 60))
        sheets.append(sheet.convert(mode))
    out = io.BytesIO()
    sheets[0].save(out, "PDF", resolution=dpi, save_all=True, append_images=sheets[1:])
    return out.getvalue()

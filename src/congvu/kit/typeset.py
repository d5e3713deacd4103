"""Typesetting: a template of ours and values of the user become one PDF/A-2b file, tagged.

Nothing of the user's is ever source text: values travel as JSON. Only our own fonts are used, the
moment is passed in, so the same values at the same moment give the same bytes anywhere. A warning
of the typesetter is an error here, because some warnings mean that content was dropped.
"""

from __future__ import annotations

import json
import os
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import typst

from congvu.kit.lettering import clean_text, name_of_letter
from congvu.kit.refusal import refusal
from congvu.kit.refusals import LETTER_WITHOUT_GLYPH

FONT_FILES = tuple(f"Tinos-{face}.ttf" for face in ("Regular", "Bold", "Italic", "BoldItalic"))
# No package is ever fetched: a template that names one fails instead of using the network.
_NO_PACKAGES = Path("/nonexistent/congvu-typst-packages")
_SLOTS = "query(<slot>).map(m => (m.value, m.location().page(), m.location().position()))"
_MISSING_LETTER = re.compile(r'text `"(?P<text>.*)"` could not be displayed', re.DOTALL)
_UNICODE_ESCAPE = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_PAGE_COUNT = re.compile(rb"/Type\s*/Pages\s*/Count (\d+)")


class TypesettingError(RuntimeError):
    """A fault of a template of ours (never of the user's text): the program is wrong."""


@dataclass(frozen=True)
class Slot:
    """A free place on a page, in points, in PDF coordinates: x, y is its lower left corner.

    Pages count from 1.
    """

    page: int
    x: float
    y: float
    width: float
    height: float

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top, as PDF rectangles are written."""
        return (self.x, self.y, self.x + self.width, self.y + self.height)


@dataclass(frozen=True)
class Typeset:
    """A typeset file, its free places by name, and its number of pages."""

    pdf: bytes
    slots: Mapping[str, Slot]
    pages: int


def render(template: str | Path, values: Mapping[str, Any], *, at: datetime) -> Typeset:
    """Typeset `template` (the path of a .typ file of ours) with `values` (JSON-able).

    `at` becomes the file's moment of creation. Raises Refusal kit.E020, naming the character, when
    a text holds a letter the fonts lack, and TypesettingError when the template itself fails.
    """
    inputs = {"values": json.dumps(_cleaned(values), ensure_ascii=False)}
    press = _press(str(template))
    with press.lock:
        try:
            pdf, warnings = press.compiler.compile_with_warnings(
                format="pdf",
                sys_inputs=inputs,
                pdf_standards=["a-2b"],
                timestamp=at.astimezone(UTC).replace(microsecond=0),
            )
            marks = json.loads(press.compiler.eval(_SLOTS))
        except typst.TypstError as fault:
            raise _explained(fault) from fault
    if warnings or not isinstance(pdf, bytes):
        raise TypesettingError("; ".join(warning.diagnostic for warning in warnings))
    pages = max(int(count) for count in _PAGE_COUNT.findall(pdf))
    return Typeset(pdf, {mark[0]["name"]: _slot(*mark) for mark in marks}, pages)


class _Press:
    """A compiler with its lock: layouts of earlier documents are remembered, threads wait."""

    def __init__(self, template: Path) -> None:
        self.lock = threading.Lock()
        self.compiler = typst.Compiler(
            str(template),
            root=str(template.parent),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            package_path=str(_NO_PACKAGES),
            package_cache_path=str(_NO_PACKAGES),
        )


_making = threading.Lock()


def _press(template: str) -> _Press:
    with _making:
        return _made_press(template, os.getpid())


@lru_cache(maxsize=32)
def _made_press(template: str, process: int) -> _Press:
    # A forked worker gets presses of its own: the parent's lock may be held for ever.
    return _Press(Path(template).resolve(strict=True))


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    # One thread: on a small page the typesetter's thread pool costs more than it saves.
    os.environ.setdefault("RAYON_NUM_THREADS", "1")
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(font_folder())],
    )


def font_folder() -> Path:
    """Where the four faces of the print font lie: CONGVU_FONTS, or the folder set-up fills."""
    default = Path(__file__).parent / "fonts" / "dist"
    folder = Path(os.environ.get("CONGVU_FONTS") or default)
    absent = [name for name in FONT_FILES if not (folder / name).is_file()]
    if absent:
        raise TypesettingError(f"Chưa có phông chữ {', '.join(absent)} trong {folder}: make setup")
    return folder


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, Mapping):
        return {str(key): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value


def _slot(value: dict[str, Any], page: int, position: dict[str, Any]) -> Slot:
    left, top = (float(position[axis].removesuffix("pt")) for axis in ("x", "y"))
    width, height = float(value["width"]), float(value["height"])
    bottom = float(value["page_height"]) - top - height
    return Slot(page, round(left, 3), round(bottom, 3), width, height)


def _explained(fault: typst.TypstError) -> Exception:
    missing = _MISSING_LETTER.search(fault.message)
    if missing is None:
        return TypesettingError(fault.diagnostic or fault.message)
    text = _UNICODE_ESCAPE.sub(lambda code: chr(int(code.group(1), 16)), missing["text"])
    return refusal(LETTER_WITHOUT_GLYPH, letter=name_of_letter(text[:1]))

"""Message templates: which blanks a text has, what may stand in them, and the filled text.

A blank is written {{tên}}; its kind says what a cell of the list must hold and how it is printed.
A wrong value gives a sentence that says what to write instead: lists are mended cell by cell.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_VALUE = 200
LONGEST_BLANK = 40
_BLANK = re.compile(r"\{\{\s*([^{}]+?)\s*\}\}")
_STRAY = re.compile(r"\{\{|\}\}")
_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})(?:[T ][\d:.]*)?")
# Services 1.2: unit code, date of receipt, running number of the day.
_DOSSIER = re.compile(r"[A-Z]?\w+(\.\w+){0,3}-\d{6}-\d{4,7}", re.ASCII)
_MONEY_END = re.compile(r"\s*(vnđ|vnd|đồng|đ)\.?$", re.IGNORECASE)
_WHOLE = re.compile(r"\d{1,15}|\d{1,3}([.,\s]\d{3}){1,4}")
_NUMBER = re.compile(r"-?\d{1,15}([.,]\d{1,6})?")
_MOBILE = re.compile(r"(?:\+?84|0)([35789]\d{8})")
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")


class BlankKind(StrEnum):
    """What a blank holds."""

    TEXT = "text"
    NAME = "name"
    DATE = "date"
    DOSSIER = "dossier"
    MONEY = "money"
    NUMBER = "number"


KIND_WORDS: Mapping[BlankKind, str] = {
    BlankKind.TEXT: "chữ",
    BlankKind.NAME: "họ và tên",
    BlankKind.DATE: "ngày",
    BlankKind.DOSSIER: "mã hồ sơ",
    BlankKind.MONEY: "số tiền",
    BlankKind.NUMBER: "số",
}


@dataclass(frozen=True)
class Filled:
    """A cell as it is printed, or what is wrong with it (then `value` is empty)."""

    value: str
    wrong: str = ""


def blanks_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The names of the blanks, in the order in which they first stand."""
    return tuple(dict.fromkeys(name for text in texts for name in _BLANK.findall(text)))


def fault_of(text: str) -> str:
    """What is wrong with a template's text; "" for nothing."""
    long = [name for name in _BLANK.findall(text) if len(name) > LONGEST_BLANK]
    if long:
        return f"Tên chỗ trống “{long[0][:30]}…” dài quá {LONGEST_BLANK} ký tự."
    if _STRAY.search(_BLANK.sub("", text)):
        return "Có dấu ngoặc {{ hoặc }} chưa đóng; viết chỗ trống theo mẫu {{tên chỗ trống}}."
    return ""


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its blanks filled; one without a value stays as it is written."""
    return _BLANK.sub(lambda found: values.get(found[1], found[0]), text)


def guess_kind(name: str) -> BlankKind:
    """What a blank of this (folded) name most likely holds; the author may say otherwise."""
    for sign, kind in (
        ("ma ho so", BlankKind.DOSSIER),
        ("ngay", BlankKind.DATE),
        ("tien", BlankKind.MONEY),
        ("phi", BlankKind.MONEY),
        ("ho ten", BlankKind.NAME),
        ("ho va ten", BlankKind.NAME),
        ("so luong", BlankKind.NUMBER),
    ):
        if sign in name.replace("_", " "):
            return kind
    return BlankKind.TEXT


def filled(kind: BlankKind, cell: str) -> Filled:
    """What a cell gives for a blank of this kind."""
    text = " ".join(cell.split())
    if not text:
        return Filled("", "Thiếu nội dung; hãy điền.")
    if len(text) > LONGEST_VALUE:
        return Filled("", f"Dài {len(text)} ký tự; tối đa {LONGEST_VALUE} ký tự.")
    return _READERS[kind](text)


def phone(cell: str) -> Filled:
    """A Vietnamese mobile number as providers want it: 84 and nine digits."""
    digits = re.sub(r"[\s.()-]", "", cell)
    if not digits:
        return Filled("", "Thiếu số điện thoại; hãy điền.")
    if len(digits) == 9 and digits.isdecimal():
        digits = f"0{digits}"  # a spreadsheet takes the first zero away
    found = _MOBILE.fullmatch(digits)
    if not found:
        said = f"“{cell.strip()[:30]}” không phải số di động Việt Nam; viết dạng 0912345678."
        return Filled("", said)
    return Filled(f"84{found[1]}")


def mail_address(cell: str) -> Filled:
    """An address of electronic mail."""
    text = cell.strip()
    if not text:
        return Filled("", "Thiếu địa chỉ thư điện tử; hãy điền.")
    if len(text) > 254 or not _MAIL.fullmatch(text) or ".." in text:
        return Filled("", f"“{text[:40]}” không phải địa chỉ thư điện tử.")
    return Filled(text.lower())


def _text(text: str) -> Filled:
    if "{{" in text or "}}" in text:
        return Filled("", "Không dùng dấu ngoặc {{ }} trong danh sách.")
    return Filled(text)


def _name(text: str) -> Filled:
    if not all(letter.isalpha() or letter in " .'-" for letter in text):
        return Filled("", f"“{text[:40]}” không phải họ tên: có chữ số hoặc ký hiệu lạ.")
    return Filled(text)


def _date(text: str) -> Filled:
    found = _DATE.fullmatch(text)
    wrong = Filled("", f"“{text[:30]}” không phải ngày; viết dạng 28/02/2022.")
    if not found:
        return wrong
    day, month, year = found.group(6, 5, 4) if found[4] else found.group(1, 2, 3)
    try:
        read = date(int(year), int(month), int(day))
    except ValueError:
        return Filled("", f"Không có ngày “{text[:30]}” trong lịch.")
    return Filled(f"{read:%d/%m/%Y}")


def _dossier(text: str) -> Filled:
    if not _DOSSIER.fullmatch(text):
        said = f"“{text[:40]}” không đúng mã hồ sơ; dạng H45.19.02-220214-0023."
        return Filled("", said)
    return Filled(text)


def _money(text: str) -> Filled:
    bare = _MONEY_END.sub("", text)
    if not _WHOLE.fullmatch(bare):
        return Filled("", f"“{text[:30]}” không phải số tiền đồng; viết dạng 1.250.000.")
    amount = int(re.sub(r"\D", "", bare))
    return Filled(f"{amount:,} đồng".replace(",", "."))


def _number(text: str) -> Filled:
    if not _NUMBER.fullmatch(text):
        return Filled("", f"“{text[:30]}” không phải số.")
    return Filled(text)


_READERS: Mapping[BlankKind, Callable[[str], Filled]] = {
    BlankKind.TEXT: _text,
    BlankKind.NAME: _name,
    BlankKind.DATE: _date,
    BlankKind.DOSSIER: _dossier,
    BlankKind.MONEY: _money,
    BlankKind.NUMBER: _number,
}

"""Folding of Vietnamese text: one deterministic form for searching, computed in Python.

The same function serves the written side and the query side, so no server extension matters.
"""

from __future__ import annotations

import re
import unicodedata

_NOT_WORD = re.compile(r"[^\w]+", re.UNICODE)


def nfc(text: str) -> str:
    """Precomposed letters (TCVN 6909:2001), as every stored text has them."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """Lower case, without diacritics: "Nuôi tôm Đặng" -> "nuoi tom dang"."""
    plain = text.lower().replace("đ", "d").replace("Đ", "d")
    return unicodedata.normalize("NFD", plain).encode("ascii", "ignore").decode("ascii")


def words(text: str) -> list[str]:
    """The words of a text in lower case, diacritics kept; signs are word boundaries."""
    return [word for word in _NOT_WORD.split(nfc(text).lower()) if word]


def symbol_key(symbol: str) -> str:
    """A number and symbol as typed, made comparable: "Số: 03/2022/QĐ-UBND" -> "03/2022/qd-ubnd"."""
    key = fold(symbol).strip()
    key = re.sub(r"^so\s*:?\s*", "", key)
    return re.sub(r"\s+", "", key)

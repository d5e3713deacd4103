"""Vietnamese as fonts before Unicode leave it in extracted text: TCVN3 (.VnTime) and VNI.

A text of unknown origin is read in both ways beside its own, so that a mark is not missed because
it was typed in 1998. Nothing else is done with the readings.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_TCVN3_SIGNS = "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢§£¤¥¦"
_TCVN3_LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂĐÊÔƠƯ"
_TCVN3 = str.maketrans(_TCVN3_SIGNS, _TCVN3_LETTERS)
# Signs that hardly stand in Vietnamese Unicode text: without them there is nothing to decode.
_TCVN3_TELLS = frozenset("µ¸¶·¹¨»¾¼½Æ©ÇËÎÏÑÖ×ØÜÞßäå«æç®§ª¬ë")
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "á": "\u0302\u0301", "à": "\u0302\u0300", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
_VNI_PAIR = re.compile("([aeouyôö])([" + "".join(_VNI_MARKS) + "])", re.IGNORECASE)
_VNI_ALONE = str.maketrans("öÖôÔñÑæÆóÓòÒîÎ", "ưƯơƠđĐỉỈĩĨịỊỵỴ")


def legacy_readings(text: str) -> Iterator[str]:
    """The text as TCVN3 and as VNI, where its signs allow that it is one of them."""
    if not _TCVN3_TELLS.isdisjoint(text):
        yield text.translate(_TCVN3)
    if _VNI_PAIR.search(text):
        yield _from_vni(text)


def _from_vni(text: str) -> str:
    def joined(found: re.Match[str]) -> str:
        base = found[1].translate(_VNI_ALONE)
        return unicodedata.normalize("NFC", base + _VNI_MARKS[found[2].lower()])

    return _VNI_PAIR.sub(joined, text).translate(_VNI_ALONE)

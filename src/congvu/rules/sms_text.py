"""A text as a short message carries it: alphabet, parts, bytes, and Vietnamese without its marks.

3GPP TS 23.038 and 23.040. A part holds 140 octets: 160 letters of the 7-bit alphabet or 70 of
UCS-2; a text of several parts gives 6 octets of each to a header, so 153 or 67 are left. Letters of
the extension table count two, and neither they nor a surrogate pair are torn apart by a border.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from congvu.rules.clauses import clause

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_ESCAPE = 0x1B
_EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
_SEPTETS = {
    **{letter: bytes([code]) for code, letter in enumerate(_BASIC) if code != _ESCAPE},
    **{letter: bytes([_ESCAPE, code]) for letter, code in _EXTENSION.items()},
}
# What typists and word processors put in, and what it is in the plain alphabet.
_PLAIN = {
    "đ": "d", "Đ": "D", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'",
    "–": "-", "—": "-", "‑": "-", "−": "-", "…": "...", "•": "-", "·": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " ", "\u200b": "", "\ufeff": "",
}  # fmt: skip
_WEB = re.compile(r"https?://\S+")
MOST_PARTS = 255  # one octet counts them


class Alphabet(StrEnum):
    """How the letters of a message are written."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


_ROOM = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Measured:
    """A text cut into its parts. units: what is counted, over all parts; left: room in the last."""

    text: str
    alphabet: Alphabet
    units: int
    parts: tuple[str, ...]
    left: int


@clause("QC.6.1.e")
def measure(text: str) -> Measured:
    """Cut a text into parts; an empty text is one empty part."""
    alphabet = Alphabet.GSM7 if all(one in _SEPTETS for one in text) else Alphabet.UCS2
    whole, each = _ROOM[alphabet]
    units = sum(weight(one, alphabet) for one in text)
    if units <= whole:
        return Measured(text, alphabet, units, (text,), whole - units)
    parts = tuple(_cut(text, alphabet, each))
    last = sum(weight(one, alphabet) for one in parts[-1])
    return Measured(text, alphabet, units, parts, each - last)


def weight(letter: str, alphabet: Alphabet) -> int:
    """Units that one letter takes: septets, or 16-bit units."""
    if alphabet == Alphabet.GSM7:
        return len(_SEPTETS[letter])
    return 2 if ord(letter) > 0xFFFF else 1


def _cut(text: str, alphabet: Alphabet, room: int) -> Iterator[str]:
    begin, used = 0, 0
    for place, letter in enumerate(text):
        size = weight(letter, alphabet)
        if used + size > room:
            yield text[begin:place]
            begin, used = place, 0
        used += size
    yield text[begin:]


def encode(part: str, alphabet: Alphabet) -> bytes:
    """The octets of a part: septets unpacked, one an octet, as SMPP carries them; or UTF-16BE."""
    if alphabet == Alphabet.GSM7:
        return b"".join(_SEPTETS[one] for one in part)
    return part.encode("utf-16-be")


def decode(octets: bytes, alphabet: Alphabet) -> str:
    """What `encode` wrote; octets that mean nothing become "?"."""
    if alphabet == Alphabet.UCS2:
        return octets.decode("utf-16-be", "replace")
    extension = {code: letter for letter, code in _EXTENSION.items()}
    letters, is_escaped = [], False
    for code in octets:
        if is_escaped:
            letters.append(extension.get(code, "?"))
        elif code != _ESCAPE:
            letters.append(_BASIC[code] if code < len(_BASIC) else "?")
        is_escaped = code == _ESCAPE and not is_escaped
    return "".join(letters)


@clause("QC.6.1.e")
def written(text: str, *, with_marks: bool) -> str:
    """The very text that is sent: composed letters and plain line ends; without marks if asked."""
    clean = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return (clean if with_marks else without_marks(clean)).strip()


def without_marks(text: str) -> str:
    """Vietnamese without its marks ("bỏ dấu").

    Plain letters, digits, codes and addresses stay as they are; a web address with Vietnamese
    letters is percent-encoded, because without its marks it would lead elsewhere.
    """
    pieces, end = [], 0
    for found in _WEB.finditer(text):
        pieces.append(_stripped(text[end : found.start()]))
        pieces.append(quote(found.group(), safe="%/:?#[]@!$&'()*+,;=-._~"))
        end = found.end()
    pieces.append(_stripped(text[end:]))
    return "".join(pieces)


def _stripped(text: str) -> str:
    if text.isascii():
        return text
    # Letters of the 7-bit alphabet itself (é, ü) lose their marks too: one rule for all words.
    open_letters = unicodedata.normalize("NFD", text)
    bare = "".join(one for one in open_letters if not unicodedata.combining(one))
    plain = "".join(_PLAIN.get(one, one) for one in bare)
    return unicodedata.normalize("NFC", plain)

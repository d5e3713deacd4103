"""The letters of official text: Unicode TCVN 6909:2001 in precomposed form, and nothing hidden.

Text comes from keyboards, from Word and from old files. Here invisible marks go, letters are
composed, the bullets of symbol fonts become dashes, and text in an encoding of the time before
Unicode (TCVN3, VNI, or UTF-8 read wrongly) is recognised so that the caller can refuse it.
"""

from __future__ import annotations

import re
import unicodedata

# Word writes list bullets as private-use codes of Symbol and Wingdings; no text font has them.
_SYMBOL_BULLETS = {
    0xF0B7: "-",
    0xF0A7: "-",
    0xF0A8: "-",
    0xF0D8: "-",
    0xF0FC: "-",
    0xF02D: "-",
    0xF0B0: "°",
    0xF0A3: "≤",
    0xF0B3: "≥",
    0xF0B4: "×",
    0xF0E0: "→",
}
_LINE_ENDS = {0x0B: "\n", 0x0C: "\n", 0x0D: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}
_TRANSLATION: dict[int, str | None] = {**_SYMBOL_BULLETS, **_LINE_ENDS, 0x09: " "}
_INVISIBLE = re.compile(
    # Control characters, zero-width marks, and marks of writing direction: the last two let two
    # texts look alike that are not, which a signed text may not do.
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    # Half characters and non-characters, which no file format may carry.
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_WIDE_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")

# Letters of Latin-1 that no Vietnamese word contains but that TCVN3, VNI and misread UTF-8 use.
_NEVER_VIETNAMESE = frozenset("¡¢£¤¥¦§¨©ª«¬®¯°±²³´µ¶·¸¹º»¼½¾¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñö÷øûüþÿ")
_WORD = re.compile(r"\S+")
_MODERN = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")


def clean_text(text: str) -> str:
    """The text composed (NFC), without invisible marks; line ends are "\\n", tabs are spaces."""
    mapped = text.replace("\r\n", "\n").translate(_TRANSLATION)
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", mapped))


def plain_spaces(text: str) -> str:
    """One line of text with every run of spaces, also unusual ones, as one space."""
    return " ".join(_WIDE_SPACES.sub(" ", text).split())


def looks_like_legacy_encoding(text: str) -> bool:
    """Whether the text seems typed in TCVN3 or VNI, or is UTF-8 that was read as Latin-1.

    True when at least three words, and a fifth of all words, carry a letter which is foreign to
    Vietnamese next to an ordinary letter, and these words outnumber those in modern letters. A
    foreign name or a sign such as "°C" in a Vietnamese text is not enough.
    """
    words = _WORD.findall(text)
    strange = [word for word in words if _is_strange(word)]
    modern = sum(1 for word in words if _MODERN.search(word))
    return len(strange) >= 3 and len(strange) * 5 >= len(words) and len(strange) > modern


def _is_strange(word: str) -> bool:
    return any(letter in _NEVER_VIETNAMESE for letter in word) and any(
        letter.isascii() and letter.isalpha() for letter in word
    )


def name_of_letter(letter: str) -> str:
    """How a message names one character: itself if it can be seen, and its Unicode number."""
    code = f"U+{ord(letter):04X}"
    seen = unicodedata.category(letter)[0] in "LNPS" and unicodedata.category(letter) != "Co"
    return f"“{letter}” ({code})" if seen else code

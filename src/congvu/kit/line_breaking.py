"""Lines for titles and names: about equally long, broken where the phrase allows it.

A typesetter breaks anywhere between syllables ("điện | tử"); an official title breaks before
"của", "đối với", "và" and their like. Widths are estimates in em of a Times face, upright.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

_NARROW = frozenset("iíìỉĩịIÍÌỈĨỊ.,:;!'|/()-[]ftrj ")
_BEFORE = frozenset(
    "của đối và về theo trong trên cho tại từ giữa để năm nhằm thuộc do ban kèm với".split()  # noqa: SIM905
)
# "với" opens a phrase on its own, but after "đối" it is its second half.
_AFTER_NOT = frozenset(
    {"đối", "kèm", "ban", "và", "của", "về", "cho", "các", "những", "một", "đầu", "cuối"}
)


def estimated_width(text: str) -> float:
    """The width of a text in em, at most a few per cent too small."""
    return sum(_width(letter) for letter in text)


@lru_cache(maxsize=1024)
def _width(letter: str) -> float:
    if letter in _NARROW:
        return 0.3
    if letter in "mwMW":
        return 0.9
    return 0.73 if letter.isupper() else 0.5


def even_lines(text: str, *, widest: float) -> tuple[str, ...]:
    """The text in as few lines of at most `widest` em as possible, broken at the best places.

    A word that is wider than a line is cut. An empty text gives no line.
    """
    words = tuple(piece for word in text.split() for piece in _cut(word, widest))
    if not words:
        return ()
    count = _fewest(words, widest)
    target = estimated_width(text) / count
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost of the words so far, where the line began
    for end in range(1, len(words) + 1):
        options = [
            (best[begin][0] + _cost(words, begin, end, width, target), begin)
            for begin, width in _lines_ending(words, end, widest)
        ]
        best.append(min(options))
    lines: list[str] = []
    end = len(words)
    while end:
        begin = best[end][1]
        lines.append(" ".join(words[begin:end]))
        end = begin
    return tuple(reversed(lines))


def _cut(word: str, widest: float) -> list[str]:
    if estimated_width(word) <= widest:
        return [word]
    most = int(widest)  # letters are narrower than 1 em
    return [word[start : start + most] for start in range(0, len(word), most)]


def _fewest(words: tuple[str, ...], widest: float) -> int:
    lines, line = 1, ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and estimated_width(longer) > widest:
            lines, line = lines + 1, word
        else:
            line = longer
    return lines


def _lines_ending(words: tuple[str, ...], end: int, widest: float) -> Iterator[tuple[int, float]]:
    """Where a line that ends before word `end` may begin, and how wide it is then."""
    width = -_width(" ")
    for begin in range(end - 1, -1, -1):
        width += estimated_width(words[begin]) + _width(" ")
        if width > widest and begin < end - 1:
            return
        yield begin, width


def _cost(words: tuple[str, ...], begin: int, end: int, width: float, target: float) -> float:
    cost = (width - target) ** 2 / target**2 * 4
    if begin:
        cost += 0.5  # every line costs: no more lines than needed
        cost += 0.0 if words[begin].lower() in _BEFORE else 0.8
        cost += 1.5 if words[begin - 1].lower() in _AFTER_NOT else 0.0
        cost += -0.4 if words[begin - 1].endswith((",", ";")) else 0.0
    return cost

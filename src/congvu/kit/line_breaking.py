"""Lines for titles and names: about equally long, broken where the phrase allows it.

A typesetter breaks anywhere between syllables ("điện | tử"); an official title breaks before
"của", "đối với", "và" and their like. Widths are estimates in em of a Times face, upright.
"""

from __future__ import annotations

from functools import lru_cache

_NARROW = frozenset("iíìỉĩịIÍÌỈĨỊ.,:;!'|/()-[]ftrj ")
_BEFORE = frozenset(
    "của đối và về theo trong trên cho tại từ giữa để năm nhằm thuộc do ban kèm với".split()  # noqa: SIM905
)
# "với" opens a phrase on its own, but after "đối" it is its second half.
_AFTER_NOT = frozenset({"đối", "kèm", "ban", "và", "của", "về", "cho", "các", "những", "một", "đầu", "cuối"})


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

    A single word that is wider stands on a line of its own. An empty text gives no line.
    """
    words = tuple(text.split())
    if not words:
        return ()
    count = _fewest(words, widest)
    target = estimated_width(text) / count
    best: list[tuple[float, int]] = [(0.0, 0)]  # cost of the words so far, where the line began
    for end in range(1, len(words) + 1):
        options = [
            (best[begin][0] + _cost(words, begin, end, widest, target), begin)
            for begin in range(max(0, end - 40), end)
        ]
        best.append(min(options))
    lines: list[str] = []
    end = len(words)
    while end:
        begin = best[end][1]
        lines.append(" ".join(words[begin:end]))
        end = begin
    return tuple(reversed(lines))


def _fewest(words: tuple[str, ...], widest: float) -> int:
    lines, line = 1, ""
    for word in words:
        longer = f"{line} {word}".strip()
        if line and estimated_width(longer) > widest:
            lines, line = lines + 1, word
        else:
            line = longer
    return lines


def _cost(words: tuple[str, ...], begin: int, end: int, widest: float, target: float) -> float:
    width = estimated_width(" ".join(words[begin:end]))
    cost = (width - target) ** 2 / target**2 * 4
    if width > widest:
        cost += 1000 * (width - widest)
    if begin:
        cost += 0.5  # every line costs: no more lines than needed
        cost += 0.0 if words[begin].lower() in _BEFORE else 0.8
        cost += 1.5 if words[begin - 1].lower() in _AFTER_NOT else 0.0
        cost += -0.4 if words[begin - 1].endswith((",", ";")) else 0.0
    return cost

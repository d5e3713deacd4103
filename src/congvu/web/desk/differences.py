"""Differences between two texts, line by line and inside a line word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

from markupsafe import Markup, escape

AROUND = 2  # lines of the same text shown before and after a difference
LONGEST = 2500  # lines compared; beyond them texts are shown as replaced
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_SEAM = re.compile(r"</(ins|del)>(\s+)<\1>")  # between two marked words that stand together
_NEAR = 0.5  # up to this likeness two lines are different lines, not one changed line
MOST_PAIRS = 900  # lines of one place that are compared with each other


def differences(old: str, new: str) -> list[dict[str, Any]]:
    """The lines of `ui.diff_view`: kind same, added, removed or skip, and the text."""
    before, after = _lines(old), _lines(new)
    found: list[dict[str, Any]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    is_short = max(len(before), len(after)) <= LONGEST
    whole = [("replace", 0, len(before), 0, len(after))]
    codes = matcher.get_opcodes() if is_short else whole
    for place, (tag, a1, a2, b1, b2) in enumerate(codes):
        if tag == "equal":
            found.extend(_same(after[b1:b2], first=place == 0, last=place == len(codes) - 1))
        else:
            found.extend(_changed(before[a1:a2], after[b1:b2]))
    return found


def _lines(text: str) -> list[str]:
    return [line for line in (one.strip() for one in text.splitlines()) if line]


def _same(lines: Sequence[str], *, first: bool, last: bool) -> Iterator[dict[str, Any]]:
    """The lines around a difference; what lies between them is only counted."""
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    if len(lines) <= head + tail + 1:
        yield from ({"kind": "same", "text": line} for line in lines)
        return
    yield from ({"kind": "same", "text": line} for line in lines[:head])
    yield {"kind": "skip", "text": f"{len(lines) - head - tail} dòng giống nhau"}
    yield from ({"kind": "same", "text": line} for line in lines[len(lines) - tail :])


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Changed lines beside what they were; the rest was taken out or added."""
    pair = _likest(old, new)
    if pair is None:
        yield from ({"kind": "removed", "text": line} for line in old)
        yield from ({"kind": "added", "text": line} for line in new)
        return
    a, b = pair
    yield from _changed(old[:a], new[:b]) if a or b else ()
    removed, added = _by_words(old[a], new[b])
    yield {"kind": "removed", "text": removed}
    yield {"kind": "added", "text": added}
    yield from _changed(old[a + 1 :], new[b + 1 :])


def _likest(old: Sequence[str], new: Sequence[str]) -> tuple[int, int] | None:
    """The two lines most like each other; None where none is like enough, or they are too many."""
    if not old or not new or len(old) * len(new) > MOST_PAIRS:
        return None
    best, pair = _NEAR, None
    matcher = SequenceMatcher(None, autojunk=False)
    for b, after in enumerate(new):
        matcher.set_seq2(_WORDS.findall(after))
        for a, before in enumerate(old):
            matcher.set_seq1(_WORDS.findall(before))
            if matcher.quick_ratio() > best and (ratio := matcher.ratio()) > best:
                best, pair = ratio, (a, b)
    return pair


def _by_words(old: str, new: str) -> tuple[Markup, Markup]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    removed, added = Markup(), Markup()
    for tag, a1, a2, b1, b2 in matcher.get_opcodes():
        gone, come = escape("".join(before[a1:a2])), escape("".join(after[b1:b2]))
        if tag == "equal":
            removed, added = removed + gone, added + come
            continue
        removed += Markup("<del>{}</del>").format(gone) if gone else ""
        added += Markup("<ins>{}</ins>").format(come) if come else ""
    return _joined(removed), _joined(added)


def _joined(text: Markup) -> Markup:
    """Marked words that stand together as one mark. The text was escaped above."""
    return Markup(_SEAM.sub(r"\2", str(text)))  # noqa: S704

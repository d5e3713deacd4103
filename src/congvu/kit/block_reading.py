"""Reading typed text and pasted HTML into blocks: the numbering words of the law are recognised.

"Căn cứ …;", "Chương I", "Mục 1", "Điều 1. …", "1. …", "a) …", "- …", "I. …". Nothing is executed
and no markup survives: HTML is reduced by nh3 to a few tags, then only its letters are taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import nh3
from lxml import html as lxml_html
from lxml.etree import ParserError, _Element

from congvu.kit.blocks import (
    Align,
    Block,
    Cell,
    Kind,
    Run,
    refuse_bad_text,
    table,
    tidy_runs,
    without_start,
)
from congvu.kit.lettering import clean_text, plain_spaces

# A paragraph that ends so is a sentence; one that does not may be a title.
_SENTENCE_END = tuple(".;:,/!?…")
_LONGEST_TITLE = 220
_LEVELS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("part", re.compile(r"(?P<label>Phần (?:thứ \w+|[IVXLC]+|\d+))[.:]?(?: (?P<rest>.*))?")),
    ("chapter", re.compile(r"(?P<label>Chương (?:[IVXLC]+|\d+))[.:]?(?: (?P<rest>.*))?")),
    ("section", re.compile(r"(?P<label>Mục (?:[IVXLC]+|\d+))[.:]?(?: (?P<rest>.*))?")),
    ("subsection", re.compile(r"(?P<label>Tiểu mục (?:[IVXLC]+|\d+))[.:]?(?: (?P<rest>.*))?")),
)
_ARTICLE = re.compile(r"(?P<label>Điều \d+[a-zđ]?[.:])\s*(?=\S)")
_HEADING = re.compile(r"(?P<label>[IVX]{1,6}\.|[A-E]\.)\s+(?=\S)")
_CLAUSE = re.compile(r"(?P<label>\d{1,3}(?:\.\d{1,3})*\.|\d{1,3}(?:\.\d{1,3})+)\s+(?=\S)")
_POINT = re.compile(r"(?P<label>[a-zđ]{1,2}(?:\.\d{1,2})?\))\s*(?=\S)")
_ITEM = re.compile(r"(?P<label>[-–—•●▪◦*+])\s+(?=\S)")
_BASIS = re.compile(r"(Căn cứ|Theo đề nghị|Theo Tờ trình|Xét)\b")
_NEXT_BASIS = re.compile(r"(?<=;)\s+(?=Căn cứ )")

_TAGS = {
    "p", "div", "br", "b", "strong", "i", "em", "u", "span", "ul", "ol", "li", "blockquote",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tfoot", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {"td": {"colspan", "rowspan", "align"}, "th": {"colspan", "rowspan", "align"}}
_OWN_LINE = {"p", "div", "li", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol"}


@dataclass(frozen=True)
class _Line:
    """A paragraph not yet recognised; `kind` where the source already says what it is."""

    runs: tuple[Run, ...]
    kind: Kind | None = None
    label: str = ""

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


def from_plain_text(text: str) -> tuple[Block, ...]:
    """Blocks of a typed text, one line a block; neighbouring lines with tabs become a table.

    Raises Refusal kit.E021 (an encoding before Unicode) and kit.E023 (too long).
    """
    refuse_bad_text(text)
    lines: list[_Line | Block] = []
    rows: list[list[Cell]] = []
    for raw in clean_lines(text):
        cells = [Cell(tidy_runs([Run(part)])) for part in raw.split("\t")]
        if rows and len(cells) != len(rows[0]):
            lines.extend(_table_or_lines(rows))
            rows = []
        if len(cells) > 1:
            rows.append(cells)
        elif cells[0].runs:
            lines.append(_Line(cells[0].runs))
    lines.extend(_table_or_lines(rows))
    return _recognised(lines)


def clean_lines(text: str) -> list[str]:
    """The lines of a text, cleaned; tabs are kept because they divide cells."""
    parts = text.split("\t")
    return "\t".join(clean_text(part) for part in parts).split("\n")


def _table_or_lines(rows: Sequence[Sequence[Cell]]) -> list[_Line | Block]:
    if len(rows) >= 2:
        return [table(rows[1:], header=rows[0])]
    return [
        _Line(tidy_runs(Run(f"{run.text} ") for cell in row for run in cell.runs)) for row in rows
    ]


def from_html(source: str) -> tuple[Block, ...]:
    """Blocks of HTML from an editor or a paste; scripts, styles, links and pictures are left out.

    Raises Refusal kit.E021 and kit.E023 as `from_plain_text`.
    """
    refuse_bad_text(source)
    safe = nh3.clean(clean_text(source), tags=_TAGS, attributes=_ATTRIBUTES, link_rel=None)
    try:
        root = lxml_html.fragment_fromstring(clean_text(safe), create_parent="div")
    except ParserError:
        return ()
    return _recognised(list(_Walk().lines_of(root)))


class _Walk:
    """One pass over cleaned HTML, without recursion: deep nesting is only a long loop."""

    def __init__(self) -> None:
        self.line: list[Run] = []
        self.lists: list[list[str | int]] = []
        self.found: list[_Line | Block] = []
        self.kind: Kind | None = None
        self.label = ""

    def lines_of(self, root: _Element) -> list[_Line | Block]:
        bold = italic = 0
        skip: _Element | None = None
        for event, node in lxml_html.etree.iterwalk(root, events=("start", "end")):
            if skip is not None:
                if event == "end" and node is skip:
                    skip = None
                    self._add(node.tail, bold, italic)
                continue
            step = 1 if event == "start" else -1
            bold += step * (node.tag in {"b", "strong"})
            italic += step * (node.tag in {"i", "em"})
            if event == "start" and node.tag == "table":
                self._end_line()
                self.found.append(_table_of(node))
                skip = node
                continue
            self._mark(event, node.tag)
            self._add(node.text if event == "start" else node.tail, bold, italic)
        self._end_line()
        return self.found

    def _add(self, text: str | None, bold: int, italic: int) -> None:
        if text:
            self.line.append(Run(text.replace("\n", " "), bold > 0, italic > 0))

    def _mark(self, event: str, tag: str) -> None:
        if tag in _OWN_LINE or (tag == "br" and event == "start"):
            self._end_line()
        if tag in {"ul", "ol"}:
            if event == "start":
                self.lists.append([tag, 0])
            elif self.lists:
                self.lists.pop()
        if event == "start" and tag == "li":
            self._begin_item()
        elif event == "start" and tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.kind = "heading"

    def _begin_item(self) -> None:
        if self.lists and self.lists[-1][0] == "ol":
            self.lists[-1][1] = int(self.lists[-1][1]) + 1
            self.kind, self.label = "clause", f"{self.lists[-1][1]}."
        else:
            self.kind, self.label = "item", "-" if len(self.lists) < 2 else "+"

    def _end_line(self) -> None:
        runs = tidy_runs(self.line)
        self.line = []
        if runs:
            self.found.append(_Line(runs, self.kind, self.label))
            self.kind, self.label = None, ""


def _table_of(node: _Element) -> Block:
    rows = [
        [cell for cell in row if cell.tag in {"td", "th"}]
        for row in node.iter("tr")
        if next(row.iterancestors("table")) is node
    ]
    rows = [row for row in rows if row]
    headed = bool(rows) and all(cell.tag == "th" for cell in rows[0]) and len(rows) > 1
    cells = [[_cell_of(cell) for cell in row] for row in rows]
    return table(cells[1:], header=cells[0]) if headed else table(cells)


def _cell_of(node: _Element) -> Cell:
    bold = node.tag == "th" or any(child.tag in {"b", "strong"} for child in node)
    text = " ".join(node.itertext())
    aligns: dict[str, Align] = {"center": "center", "right": "right"}
    return Cell(
        tidy_runs([Run(text, bold and node.tag != "th")]),
        aligns.get(node.get("align", ""), "left"),
        _span(node.get("colspan")),
        _span(node.get("rowspan")),
    )


def _span(value: str | None) -> int:
    return max(1, min(100, int(value))) if value and value.isascii() and value.isdigit() else 1


# --- Recognition ---------------------------------------------------------------------------------


def _recognised(lines: Sequence[_Line | Block]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    skip = False
    for place, line in enumerate(lines):
        if skip:
            skip = False
            continue
        following = lines[place + 1] if place + 1 < len(lines) else None
        if isinstance(line, Block):
            blocks.append(line)
        elif line.kind is not None:
            blocks.append(Block(line.kind, line.label, line.runs, line.kind == "heading"))
        elif (level := _level(line)) is not None:
            skip = _takes_title(level, following)
            title = following.runs if skip and isinstance(following, _Line) else level.runs
            blocks.append(replace(level, runs=title))
        elif _is_basis(line.text, blocks):
            blocks.extend(_bases(line))
        else:
            blocks.append(_numbered(line, following))
    return tuple(blocks)


def _level(line: _Line) -> Block | None:
    """Phần, Chương, Mục: alone on the line, or with a title in capitals."""
    for kind, pattern in _LEVELS:
        found = pattern.fullmatch(line.text)
        if found and (not found["rest"] or is_upper(found["rest"])):
            rest = len(line.text) - len(found["rest"] or "")
            return Block(kind, found["label"], without_start(line.runs, rest), titled=True)
    return None


def _takes_title(level: Block, following: _Line | Block | None) -> bool:
    return not level.runs and isinstance(following, _Line) and is_upper(following.text)


def _is_basis(text: str, before: Sequence[Block]) -> bool:
    """Căn cứ stand first; the list goes on while lines end with a semicolon."""
    if any(block.kind != "basis" for block in before) or not _BASIS.match(text):
        return False
    return text.endswith(";") or bool(before and text.endswith((".", ",")))


def _bases(line: _Line) -> Iterator[Block]:
    """One basis a line, also where two were typed on one."""
    for part in _NEXT_BASIS.split(line.text):
        yield Block("basis", runs=tidy_runs([Run(part)]))


def _numbered(line: _Line, following: _Line | Block | None) -> Block:
    patterns: tuple[tuple[Kind, re.Pattern[str]], ...] = (
        ("article", _ARTICLE),
        ("heading", _HEADING),
        ("clause", _CLAUSE),
        ("point", _POINT),
        ("item", _ITEM),
    )
    for kind, pattern in patterns:
        if found := pattern.match(line.text):
            runs = without_start(line.runs, found.end())
            title = kind in {"article", "heading", "clause"} and _is_title(runs, following, pattern)
            if kind == "heading" and not title:
                continue
            label = "-" if found["label"] in "–—•●▪*" else found["label"]
            return Block(kind, label, runs, title)
    return Block("paragraph", runs=line.runs)


def _is_title(
    runs: Sequence[Run], following: _Line | Block | None, pattern: re.Pattern[str]
) -> bool:
    """A title is short, ends without a sign, and something stands under it, not its like."""
    text = "".join(run.text for run in runs)
    if following is None or len(text) > _LONGEST_TITLE or text.endswith(_SENTENCE_END):
        return False
    return isinstance(following, Block) or not pattern.match(following.text)


def is_upper(text: str) -> bool:
    """Whether the letters of a text are all capitals (and there are some)."""
    return text.isupper()


def words_of(text: str) -> str:
    """One clean line of text."""
    return plain_spaces(clean_text(text))

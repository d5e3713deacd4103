"""The content of a document as blocks: what is typed or pasted becomes parts of a legal text.

A text is a sequence of blocks: căn cứ, Phần, Chương, Mục, Tiểu mục, Điều, khoản, điểm, plain
paragraphs, list items, headings and tables. Blocks are plain data (no markup of any kind), travel
as JSON, and every text in them is clean (kit/lettering.py). Form of the parts: Nghị định
30/2020/NĐ-CP, Phụ lục I, Phần I, II.6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

from congvu.kit.lettering import clean_text, looks_like_legacy_encoding, plain_spaces
from congvu.kit.refusal import refusal, refuse_if
from congvu.kit.refusals import LEGACY_ENCODING, MALFORMED_CONTENT, TOO_LONG

Kind = Literal[
    "basis",  # căn cứ ban hành
    "part",  # Phần
    "chapter",  # Chương
    "section",  # Mục
    "subsection",  # Tiểu mục
    "article",  # Điều
    "clause",  # khoản
    "point",  # điểm
    "heading",  # "I. …", "A. …" of reports and plans
    "paragraph",
    "centred",
    "item",  # a dash
    "table",
]
Align = Literal["left", "center", "right"]
KINDS: frozenset[str] = frozenset(get_args(Kind))
ALIGNS: frozenset[str] = frozenset(get_args(Align))

MOST_LETTERS = 1_500_000
MOST_COLUMNS = 14
MOST_LABEL = 60


@dataclass(frozen=True)
class Run:
    """Consecutive letters in one style."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Cell:
    """One cell of a table; spans count columns and rows, at least 1."""

    runs: tuple[Run, ...] = ()
    align: Align = "left"
    colspan: int = 1
    rowspan: int = 1


@dataclass(frozen=True)
class Block:
    """One block. `label` is what the law numbers it with ("Điều 1.", "a)"), `titled` says that the
    text is a title on a line of its own. Tables use `columns` (shares of the width), `header`
    (may be empty) and `rows`; in these each row fills the columns exactly.
    """

    kind: Kind
    label: str = ""
    runs: tuple[Run, ...] = ()
    titled: bool = False
    columns: tuple[float, ...] = ()
    header: tuple[Cell, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()

    @property
    def text(self) -> str:
        """The words of the block without its label."""
        return "".join(run.text for run in self.runs)


def refuse_bad_text(text: str) -> None:
    """Refuse a text that is too long (kit.E023) or in an encoding before Unicode (kit.E021)."""
    refuse_if(len(text) > MOST_LETTERS, TOO_LONG, size=len(text), limit=MOST_LETTERS)
    refuse_if(looks_like_legacy_encoding(text), LEGACY_ENCODING)


def tidy_runs(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Clean runs: single spaces, no space at either end, neighbours of one style joined."""
    kept: list[Run] = []
    for run in runs:
        text = clean_text(run.text)
        words = plain_spaces(text)
        if text[:1].isspace() and kept and not kept[-1].text.endswith(" "):
            words = f" {words}"
        if text[-1:].isspace() and words.strip():
            words += " "
        if kept and (kept[-1].bold, kept[-1].italic) == (run.bold, run.italic):
            kept[-1] = replace(kept[-1], text=kept[-1].text + words)
        elif words:
            kept.append(replace(run, text=words))
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    if kept:
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip())
    return tuple(kept)


def without_start(runs: Sequence[Run], count: int) -> tuple[Run, ...]:
    """The runs without their first `count` letters."""
    rest: list[Run] = []
    for run in runs:
        rest.append(replace(run, text=run.text[count:]))
        count = max(0, count - len(run.text))
    return tidy_runs(run for run in rest if run.text)


def table(rows: Sequence[Sequence[Cell]], *, header: Sequence[Cell] = ()) -> Block:
    """A table block: rows are squared (missing cells added), columns share by their content."""
    every = [*([header] if header else []), *rows]
    count = min(MOST_COLUMNS, max((sum(cell.colspan for cell in row) for row in every), default=1))
    head = squared_rows([header], count)[0] if header else ()
    body = squared_rows(rows, count)
    return Block("table", columns=_shares(count, [head, *body]), header=head, rows=body)


def squared_rows(rows: Sequence[Sequence[Cell]], count: int) -> tuple[tuple[Cell, ...], ...]:
    """Rows that fill `count` columns exactly: spans are cut at the edges, gaps become cells."""
    taken = [0] * count  # for how many more rows a cell from above still fills each column
    squared: list[tuple[Cell, ...]] = []
    for place, row in enumerate(rows):
        waiting = list(row)
        line: list[Cell] = []
        column = 0
        while column < count:
            if taken[column]:
                column += 1
                continue
            free = next((k for k in range(column, count) if taken[k]), count) - column
            cell = waiting.pop(0) if waiting else Cell()
            wide = max(1, min(cell.colspan, free))
            deep = max(1, min(cell.rowspan, len(rows) - place))
            line.append(replace(cell, colspan=wide, rowspan=deep))
            taken[column : column + wide] = [deep] * wide
            column += wide
        taken = [max(0, left - 1) for left in taken]
        squared.append(tuple(line))
    return tuple(squared)


def _shares(count: int, rows: Sequence[Sequence[Cell]]) -> tuple[float, ...]:
    """Widths of columns in proportion to the square root of their longest text."""
    longest = [3] * count
    for row in rows:
        if len(row) != count:
            continue
        for column, cell in enumerate(row):
            size = sum(len(run.text) for run in cell.runs)
            longest[column] = max(longest[column], min(size, 120))
    return tuple(round(size**0.6, 2) for size in longest)


# --- JSON ----------------------------------------------------------------------------------------


def to_json(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON-able data; `from_json` reads it back to equal blocks."""
    return [_block_to_json(block) for block in blocks]


def _block_to_json(block: Block) -> dict[str, Any]:
    if block.kind == "table":
        return {
            "kind": "table",
            "columns": list(block.columns),
            "header": [_cell_to_json(cell) for cell in block.header],
            "rows": [[_cell_to_json(cell) for cell in row] for row in block.rows],
        }
    return {
        "kind": block.kind,
        "label": block.label,
        "titled": block.titled,
        "runs": _runs_to_json(block.runs),
    }


def _runs_to_json(runs: Iterable[Run]) -> list[dict[str, Any]]:
    return [
        {
            "text": run.text,
            **({"bold": True} if run.bold else {}),
            **({"italic": True} if run.italic else {}),
        }
        for run in runs
    ]


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    return {
        "runs": _runs_to_json(cell.runs),
        "align": cell.align,
        "colspan": cell.colspan,
        "rowspan": cell.rowspan,
    }


def from_json(content: object) -> tuple[Block, ...]:
    """Blocks from JSON data of any origin; Refusal kit.E022 where it has another shape."""
    if not isinstance(content, list):
        raise _malformed("đầu nội dung", "phải là một danh sách các khối")
    blocks = tuple(_block_from_json(entry, place + 1) for place, entry in enumerate(content))
    refuse_bad_text(to_text(blocks))
    return blocks


def _malformed(place: str, fault: str) -> Exception:
    return refusal(MALFORMED_CONTENT, place=place, fault=fault)


def _block_from_json(entry: object, number: int) -> Block:
    place = f"khối {number}"
    if not isinstance(entry, Mapping) or entry.get("kind") not in KINDS:
        raise _malformed(place, "không rõ loại khối")
    if entry["kind"] == "table":
        return _table_from_json(entry, place)
    label = entry.get("label", "")
    if not isinstance(label, str) or len(label) > MOST_LABEL:
        raise _malformed(place, "số thứ tự không hợp lệ")
    return Block(
        entry["kind"],
        plain_spaces(clean_text(label)),
        _runs_from_json(entry.get("runs"), place),
        entry.get("titled") is True,
    )


def _runs_from_json(entries: object, place: str) -> tuple[Run, ...]:
    if not isinstance(entries, list):
        raise _malformed(place, "thiếu phần chữ")
    runs = []
    for entry in entries:
        if not isinstance(entry, Mapping) or not isinstance(entry.get("text"), str):
            raise _malformed(place, "phần chữ không hợp lệ")
        runs.append(Run(entry["text"], entry.get("bold") is True, entry.get("italic") is True))
    return tidy_runs(runs)


def _table_from_json(entry: Mapping[str, Any], place: str) -> Block:
    header, rows, columns = entry.get("header", []), entry.get("rows"), entry.get("columns")
    if not isinstance(rows, list) or not isinstance(header, list):
        raise _malformed(place, "bảng không có hàng")
    block = table(
        [_cells_from_json(row, place) for row in rows], header=_cells_from_json(header, place)
    )
    if _are_shares(columns, len(block.columns)):
        return replace(block, columns=tuple(float(share) for share in columns or ()))
    return block


def _are_shares(columns: object, count: int) -> bool:
    return (
        isinstance(columns, list)
        and len(columns) == count
        and all(isinstance(share, int | float) and 0.1 <= share <= 1000 for share in columns)
    )


def _cells_from_json(row: object, place: str) -> list[Cell]:
    if not isinstance(row, list):
        raise _malformed(place, "hàng của bảng không hợp lệ")
    cells = []
    for cell in row:
        if not isinstance(cell, Mapping):
            raise _malformed(place, "ô của bảng không hợp lệ")
        align = cell.get("align", "left")
        spans = [cell.get("colspan", 1), cell.get("rowspan", 1)]
        if align not in ALIGNS or not all(isinstance(s, int) and 1 <= s <= 1000 for s in spans):
            raise _malformed(place, "ô của bảng không hợp lệ")
        cells.append(Cell(_runs_from_json(cell.get("runs"), place), align, *spans))
    return cells


# --- Text ----------------------------------------------------------------------------------------


def to_text(blocks: Iterable[Block]) -> str:
    """The plain text of blocks, one line each: for searching and for showing differences."""
    return "\n".join(_block_to_text(block) for block in blocks)


def _block_to_text(block: Block) -> str:
    if block.kind != "table":
        return f"{block.label} {block.text}".strip()
    rows = [*([block.header] if block.header else []), *block.rows]
    return "\n".join(
        "\t".join("".join(run.text for run in cell.runs) for cell in row) for row in rows
    )


def without_bases(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """The căn cứ at the beginning, and the rest."""
    count = next((k for k, block in enumerate(blocks) if block.kind != "basis"), len(blocks))
    return tuple(blocks[:count]), tuple(blocks[count:])

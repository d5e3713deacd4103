"""A draft as the editor shows it, and back: plain text with the few marks of the editor.

"# " opens a heading, `**đậm**` and `_nghiêng_` mark words, a line that begins with "|" is a row of
a table (a row of dashes under the first one makes it the header). Everything else ("Căn cứ …;",
"Điều 1.", "1.", "a)", "-") is recognised as the law writes it. A backslash keeps a mark a letter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from congvu.documents.types import AttachedPart, DraftContent, draft_of_text
from congvu.kit.block_reading import from_html
from congvu.kit.blocks import Block, Cell, Run, refuse_bad_text
from congvu.kit.lettering import clean_text
from congvu.kit.official_text import read_official_text

_MARKS = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*|(?<![\w\\])_(?=\S)(.+?)(?<=\S)_(?!\w)")
_ESCAPED = re.compile(r"\\([\\*_#|])")
_DASHES = re.compile(r"\|(\s*:?-{2,}:?\s*\|)+")
_HIDDEN = "\ue000"  # stands for an escaped letter while marks are read; private use, then gone
_LETTERS = "\\*_#|"


# --- From the draft to the editor -----------------------------------------------------------------


def editor_text(blocks: Iterable[Block]) -> str:
    """Blocks as the editor shows them, one line a block."""
    return "\n".join(_line(block) for block in blocks)


def _line(block: Block) -> str:
    if block.kind == "table":
        return "\n".join(_table_lines(block))
    words = _marked(block.runs)
    if block.kind == "heading" and not block.label:
        return f"# {words}"
    line = f"{block.label} {words}".strip()
    return f"\\{line}" if line.startswith(("#", "|")) else line


def _table_lines(block: Block) -> Iterator[str]:
    if block.header:
        yield _row(block.header)
        yield "|" + " --- |" * len(block.columns)
    yield from (_row(row) for row in block.rows)


def _row(cells: Sequence[Cell]) -> str:
    texts = [_marked(cell.runs).replace("|", "\\|") for cell in cells]
    return "| " + " | ".join(texts) + " |"


def _marked(runs: Sequence[Run]) -> str:
    return "".join(_mark(run) for run in runs)


def _mark(run: Run) -> str:
    text = _MARKS.sub(lambda found: _escape(found[0]), run.text.replace("\\", "\\\\"))
    inner = text.strip()
    if not inner:
        return text
    before, after = text[: text.index(inner)], text[text.rindex(inner) + len(inner) :]
    if run.italic:
        inner = f"_{inner}_"
    if run.bold:
        inner = f"**{inner}**"
    return f"{before}{inner}{after}"


def _escape(text: str) -> str:
    return re.sub(r"([*_])", r"\\\1", text)


# --- From the editor to the draft -----------------------------------------------------------------


def draft_of_editor(text: str, attached: Iterable[tuple[str, str, str]] = ()) -> DraftContent:
    """The content of what was typed; `attached`: (type name, subject, text) of texts issued by it.

    A whole official document that was pasted is taken apart: head and signature are left to the
    form, texts issued with it become attached ones. Raises Refusal kit.E021, kit.E023.
    """
    parts = tuple(
        AttachedPart(clean_text(name).strip().upper(), clean_text(subject).strip(), blocks_of(body))
        for name, subject, body in attached
        if body.strip()
    )
    whole = read_official_text(text)
    if whole.type_name and (whole.number or whole.agency_lines):
        taken = draft_of_text(text)
        return DraftContent(
            blocks=taken.blocks,
            attached=(*taken.attached, *parts),
            issuing_authority=taken.issuing_authority,
        )
    return DraftContent(blocks=blocks_of(text), attached=parts)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a text with the marks of the editor."""
    refuse_bad_text(text)
    lines = clean_text(text.replace("\t", " ")).split("\n")
    return from_html("".join(_html(lines)))


def _html(lines: Sequence[str]) -> Iterator[str]:
    rows: list[str] = []
    for line in [*(one.strip() for one in lines), ""]:
        if line.startswith("|"):
            rows.append(line)
            continue
        if rows:
            yield _html_table(rows)
            rows = []
        if line.startswith("# ") or re.match(r"#{2,} ", line):
            yield f"<h2>{_inline(line.lstrip('#').strip())}</h2>"
        elif line:
            yield f"<p>{_inline(line)}</p>"


def _html_table(rows: Sequence[str]) -> str:
    headed = len(rows) > 2 and _DASHES.fullmatch(rows[1])
    parts = []
    for place, row in enumerate(rows):
        if _DASHES.fullmatch(row):
            continue
        tag = "th" if headed and place == 0 else "td"
        cells = _hide(row).strip().removeprefix("|").removesuffix("|").split("|")
        parts.append(
            "<tr>" + "".join(f"<{tag}>{_inline(cell.strip())}</{tag}>" for cell in cells) + "</tr>"
        )
    return f"<table>{''.join(parts)}</table>"


def _inline(text: str) -> str:
    """Marks as tags; escaped letters stand hidden meanwhile, so that they mark nothing."""
    marked = html.escape(_hide(text), quote=False)
    for _ in range(3):  # bold may hold italic and the other way round
        marked = _MARKS.sub(_tag, marked)
    return _show(marked)


def _tag(found: re.Match[str]) -> str:
    return f"<b>{found[1]}</b>" if found[1] else f"<i>{found[2]}</i>"


def _hide(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(ord(_HIDDEN) + _LETTERS.index(found[1])), text)


def _show(text: str) -> str:
    for place, letter in enumerate(_LETTERS):
        text = text.replace(chr(ord(_HIDDEN) + place), letter)
    return text

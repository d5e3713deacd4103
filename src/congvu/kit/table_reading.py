"""Lists that people bring: CSV, text pasted from a spreadsheet, XLSX; read inside the sandbox only.

The answer is plain: header, rows of text, and a fault in words that say what to do; rows are worked
on some thousand at a time. Formulas are
never computed (the value that was saved counts), dates come as ISO text, numbers as people type
them. Called through `run_limited`; nothing here runs in a process that serves.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

import openpyxl

from congvu.kit.folding import fold
from congvu.rules.secrecy import text_hits

MOST_CELL = 1000
AT_ONCE = 5000
MOST_HITS = 20
_MARKS = (";", ",", "\t")


class TableFault(Exception):
    """What is wrong with the list, in words."""


def read_table(file: BinaryIO, options: Mapping[str, Any]) -> bytes:
    """A line of JSON with {"header", "count", "is_as_before", "fault", "hits"}, then the rows in
    lines of JSON, some thousand in each. Options: most_rows, most_columns, and as_before: names of
    columns that the rows are made of, in that order, whatever further ones the list has.

    `hits`: marks of state secrets in the text (rule, place, decision, level), for the caller.
    """
    start = file.read(4)
    file.seek(0)
    told: dict[str, Any] = {"header": [], "count": 0, "is_as_before": True, "fault": "", "hits": []}
    out = io.BytesIO()
    try:
        lines = _sheet(file) if start.startswith(b"PK\x03\x04") else _text(file.read())
        filled = (line for line in lines if any(line))
        header = _header(filled, options["most_columns"])
        places = _as_before(options.get("as_before", ()), header)
        told["hits"] = _hits([header])
        for piece in _pieces(_rows(filled, len(header), options["most_rows"])):
            told["hits"] += _hits(piece)
            told["count"] += len(piece)
            if places is not None:
                piece = [[row[place] for place in places] for row in piece]
            out.write(json.dumps(piece, ensure_ascii=False).encode() + b"\n")
    except TableFault as fault:
        return json.dumps({**told, "fault": str(fault)}).encode()
    told["header"] = header
    told["is_as_before"] = places is None or len(places) == len(options["as_before"])
    told["hits"] = told["hits"][:MOST_HITS]
    return json.dumps(told).encode() + b"\n" + out.getvalue()


def marks_of_text(file: BinaryIO, options: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Marks of state secrets in a list of plain text, before anybody takes it apart."""
    try:
        lines = iter(_decoded(file.read()).splitlines())
    except TableFault:
        return []
    found: list[tuple[str, str, str, str]] = []
    while piece := list(itertools.islice(lines, AT_ONCE)):
        cells = [re.split(r"[;,\t]", line.replace('"', "")) for line in piece]
        found += _hits(cells)
    return found[:MOST_HITS]


def _hits(rows: Sequence[Sequence[str]]) -> list[tuple[str, str, str, str]]:
    text = "\n".join("\n".join(cell for cell in row if cell) for row in rows)
    hits = text_hits(text, "danh sách")
    return [(one.rule, one.place, one.decision.value, one.level) for one in hits[:MOST_HITS]]


def _pieces(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    while piece := list(itertools.islice(rows, AT_ONCE)):
        yield piece


def _as_before(known: Sequence[str], header: Sequence[str]) -> list[int] | None:
    """Where the known columns stand in this list; None where any will do."""
    places = {fold(name): place for place, name in reversed(list(enumerate(header)))}
    return [places[fold(name)] for name in known if fold(name) in places] if known else None


def _header(filled: Iterator[list[str]], most_columns: int) -> list[str]:
    header = next(filled, None)
    if header is None:
        raise TableFault("Danh sách trống. Dòng đầu tiên phải là tên các cột.")
    while header and not header[-1]:
        header.pop()
    if len(header) > most_columns:
        raise TableFault(f"Danh sách có {len(header)} cột; tối đa {most_columns} cột.")
    if not all(header):
        place = header.index("") + 1
        raise TableFault(f"Cột thứ {place} không có tên. Dòng đầu tiên phải là tên các cột.")
    return header


def _rows(filled: Iterator[list[str]], width: int, most_rows: int) -> Iterator[list[str]]:
    number = 0
    for number, line in enumerate(filled, start=1):
        if number > most_rows:
            said = f"{most_rows:,}".replace(",", ".")
            raise TableFault(f"Danh sách dài quá {said} dòng. Hãy chia thành nhiều đợt gửi.")
        if any(line[width:]):
            raise TableFault(
                f"Dòng {number + 1} có nhiều ô hơn dòng tiêu đề; xem lại dấu phân cách."
            )
        yield [*line, *[""] * width][:width]
    if not number:
        raise TableFault("Danh sách chỉ có dòng tiêu đề, chưa có người nhận nào.")


def _text(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    first = text.split("\n", 1)[0]
    mark = max(_MARKS, key=first.count)
    csv.field_size_limit(100_000)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            yield [_clean(cell) for cell in line]
    except csv.Error as fault:
        said = "Danh sách sai cấu trúc CSV: dấu ngoặc kép mở mà không đóng, hoặc ô quá dài."
        raise TableFault(said) from fault


def _decoded(content: bytes) -> str:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as fault:
        said = (
            "Tệp không ghi theo bảng mã UTF-8 nên chữ tiếng Việt sẽ sai. Trong Excel, chọn "
            "“Lưu thành” rồi “CSV UTF-8”, hoặc tải lên tệp .xlsx."
        )
        raise TableFault(said) from fault
    if "\x00" in text:
        raise TableFault("Tệp không phải danh sách văn bản. Hãy chọn tệp CSV hoặc .xlsx.")
    return text


def _sheet(file: BinaryIO) -> Iterator[list[str]]:
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        for line in sheet.iter_rows(values_only=True):
            yield [_clean(_word(value)) for value in line]
    except TableFault:
        raise
    except Exception as fault:  # the library raises what it likes on broken files
        raise TableFault("Không đọc được bảng tính này. Hãy lưu lại tệp rồi thử lại.") from fault


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "có" if value else "không"
    if isinstance(value, datetime):
        return (
            f"{value:%d/%m/%Y}" if not (value.hour or value.minute) else f"{value:%d/%m/%Y %H:%M}"
        )
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _clean(cell: str) -> str:
    """One line; the mark that `'=1` is text, which our own files carry, goes away."""
    words = " ".join(cell.replace("\x00", "").split())[:MOST_CELL]
    return words[1:] if words[:1] == "'" and words[1:2] in tuple("=+-@") else words

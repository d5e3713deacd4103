"""Read a list that people bring: past the gate, then row by row in the sandbox.

What comes back is text in pieces, handed to the database as it is: a list of 100,000 rows never
stands as objects in a process that serves.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from congvu.bulk.types import MOST_COLUMNS, MOST_ROWS
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.refusal import Refusal, refuse_if
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.kit.screening import XLSX
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.kit.virus_scan import ScanVerdict, scan
from congvu.rules.clauses import clause
from congvu.rules.secrecy import Decision, Hit

LIMITS = Limits(cpu_seconds=120, wall_seconds=240.0)
OUTSIDE_THE_ZONE = "-elsewhere"  # as the gate names a mark that stands in a cell
SHEET = b"PK\x03\x04"
# Read while its bringer waits: a few seconds at most (a spreadsheet is packed, and slower).
MOST_AT_ONCE = {True: 300_000, False: 2_000_000}


@dataclass(frozen=True)
class ListRead:
    """A list as it was read: the names of its columns, how many rows, the rows in pieces of JSON
    (arrays of rows). `is_as_before`: the columns that were asked for are there, in their order."""

    header: list[str]
    count: int
    is_as_before: bool
    body: io.BytesIO

    def pieces(self) -> Iterator[str]:
        """The rows, a few thousand at a time."""
        for line in self.body:
            yield line.decode()


def is_long(content: bytes) -> bool:
    """Whether reading it takes longer than somebody should wait for a page."""
    return len(content) > MOST_AT_ONCE[content.startswith(SHEET)]


@clause("QC.4.1", "S.31")
def screen_list(content: bytes, name: str) -> None:
    """The gate: refuses what is no list (E031), is too large or carries malware (E032), and marks
    of state secrets in a spreadsheet: nobody is asked about a list, so a doubt refuses it."""
    if content.startswith(SHEET):
        passed = pass_gate(content, name, entrance=Entrance.INTAKE, kinds={XLSX: "XLSX"})
        marks = [one for one in passed.hits if one.rule.endswith(OUTSIDE_THE_ZONE)]
        graver = [Hit(one.rule, one.place, Decision.REFUSE, one.level) for one in marks]
        refuse_state_secret(graver, entrance="list")
        return
    is_text = not name or name.lower().endswith((".csv", ".txt", ".tsv"))
    refuse_if(not is_text, "bulk.E031", name=name)
    too_large = len(content) > settings.MAX_UPLOAD_BYTES
    refuse_if(too_large, "bulk.E032", said="Tệp vượt giới hạn dung lượng tải lên.")
    verdict, _ = scan(content)
    refuse_if(verdict is ScanVerdict.INFECTED, "bulk.E032", said="Tệp có mã độc.")


@clause("QC.4.1")
def refuse_marked_text(content: bytes) -> None:
    """Before a list of plain text is kept to be read later: marks of state secrets refuse it."""
    if content.startswith(SHEET):
        return
    try:
        found = run_limited("congvu.kit.table_reading:marks_of_text", content, limits=LIMITS)
    except SandboxFailure:
        found = []  # it cannot be read either: that is said when it is
    hits = [Hit(rule, place, Decision(what), level) for rule, place, what, level in found]
    refuse_state_secret(hits, entrance="list")


@clause("QC.4.1", "S.31")
def read_list(
    content: bytes | Path, *, agency_id: int | None, as_before: Sequence[str] = ()
) -> ListRead:
    """Read it; `as_before`: names of columns, of which alone and in that order the rows are made.

    Refuses one that cannot be read (E032, in words) and marks of state secrets (QC.4.1).
    """
    options = {"most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS, "as_before": list(as_before)}
    try:
        answer: bytes = run_limited(
            "congvu.kit.table_reading:read_table", content, options=options, limits=LIMITS
        )
    except SandboxFailure as failure:
        said = "Không đọc được danh sách: tệp quá nặng hoặc bị hỏng. Hãy lưu thành CSV UTF-8."
        raise Refusal("bulk.E032", said, field="file") from failure
    body = io.BytesIO(answer)
    head = json.loads(body.readline())
    hits = [Hit(rule, place, Decision(what), level) for rule, place, what, level in head["hits"]]
    refuse_state_secret(hits, entrance="list", agency_id=agency_id)
    refuse_if(head["fault"], "bulk.E032", said=head["fault"])
    return ListRead(head["header"], head["count"], head["is_as_before"], body)

"""One clerk of `congvu bench`, in a process of its own: numbers documents as fast as it can.

Reads one line with its turns, answers "ready", and then for each line "go" does the next turn and
answers when it began and when it ended (monotonic seconds, the same clock for all processes).
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

RAW, STATEMENT, VERB = "raw", "statement", "verb"


@dataclass(frozen=True)
class Turn:
    """What a clerk does: the documents, each with its book and the clerk's posting."""

    kind: str
    at: datetime
    documents: Sequence[tuple[int, int, int]]  # document, book, posting


def as_line(turns: Sequence[Turn]) -> str:
    """The turns as the line that a clerk reads."""
    return json.dumps([[one.kind, one.at.isoformat(), list(one.documents)] for one in turns])


def from_line(line: str) -> list[Turn]:
    """The turns of such a line."""
    return [
        Turn(kind, datetime.fromisoformat(at), [(row[0], row[1], row[2]) for row in rows])
        for kind, at, rows in json.loads(line)
    ]


def main() -> None:
    """Take the turns one after another, each when told."""
    turns = from_line(sys.stdin.readline())
    importlib.import_module("django").setup()
    desk = importlib.import_module("congvu.run.bench_numbers")
    with desk.open_desk(turns) as acts:
        print("ready", flush=True)
        for turn, act in zip(turns, acts, strict=True):
            if not sys.stdin.readline():
                return
            began, ended = _timed(turn, act)
            print(began, ended, flush=True)


def _timed(turn: Turn, act: Callable[[int, int, int], None]) -> tuple[float, float]:
    began = time.monotonic()
    for document, book, posting in turn.documents:
        act(document, book, posting)
    return began, time.monotonic()


if __name__ == "__main__":
    main()

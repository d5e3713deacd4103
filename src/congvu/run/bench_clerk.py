"""One clerk of `congvu bench`, in a process of its own: numbers documents as fast as it can.

Importable before Django is set up, for a fresh process begins here.
"""

from __future__ import annotations

import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RAW, STATEMENT, VERB = "raw", "statement", "verb"


@dataclass(frozen=True)
class Turn:
    """What a clerk does: the documents, each with its book and the clerk's posting."""

    kind: str
    at: datetime
    documents: Sequence[tuple[int, int, int]]  # document, book, posting


def work(turns: Sequence[Turn], gate: Any, told: Any) -> None:
    """Take the turns one after another, all clerks at once; tell when each began and ended."""
    importlib.import_module("django").setup()
    desk = importlib.import_module("congvu.run.bench_numbers")
    with desk.open_desk(turns) as acts:
        for turn, act in zip(turns, acts, strict=True):
            gate.wait()
            told.put(_timed(turn, act))
            gate.wait()


def _timed(turn: Turn, act: Callable[[int, int, int], None]) -> tuple[float, float]:
    began = time.monotonic()
    for document, book, posting in turn.documents:
        act(document, book, posting)
    return began, time.monotonic()

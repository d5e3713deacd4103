"""Refusals: what the system says, with a stable code and the clause, when it may not act.

A refusal is an answer, not a failure: the web turns it into a message and keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    """Why an act is refused: a Vietnamese sentence that says what to do, and the clause if any."""

    say: str
    clause: str = ""
    field: str = ""
    not_found: bool = False


_BOOKS: dict[str, Reason] = {}


class Refusal(Exception):
    """Raised by verbs; `code` is stable ("documents.E010"), `say` is for the user."""

    def __init__(
        self, code: str, say: str, *, clause: str = "", field: str = "", not_found: bool = False
    ) -> None:
        super().__init__(f"{code}: {say}")
        self.code = code
        self.say = say
        self.clause = clause
        self.field = field
        self.not_found = not_found


def reason_book(room: str, reasons: Mapping[str, Reason]) -> dict[str, Reason]:
    """Register a room's refusals under `<room>.<code>`; called once in `<room>/refusals.py`."""
    book = {f"{room}.{code}": reason for code, reason in reasons.items()}
    _BOOKS.update(book)
    return book


def refusal(code: str, /, **values: object) -> Refusal:
    """The refusal registered under `code`, its text filled with `values`."""
    reason = _BOOKS[code]
    return Refusal(
        code,
        reason.say.format(**values) if values else reason.say,
        clause=reason.clause,
        field=reason.field,
        not_found=reason.not_found,
    )


def refuse_if(condition: object, code: str, /, **values: object) -> None:
    """Raise the refusal `code` when the condition holds."""
    if condition:
        raise refusal(code, **values)


def refuse_unless(condition: object, code: str, /, **values: object) -> None:
    """Raise the refusal `code` unless the condition holds."""
    if not condition:
        raise refusal(code, **values)


def known_codes() -> dict[str, Reason]:
    """All registered refusals, for the manual and the house tests."""
    return dict(_BOOKS)

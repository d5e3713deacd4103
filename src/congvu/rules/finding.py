"""What a rule answers: a value with its law, the calendar it used and words a clerk can read."""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Finding(Generic[T]):
    """One answer of one rule.

    value: the answer itself.
    clause: id of the clause that decided (see clauses.py).
    calendar_version: version of the working calendar used; empty when none was needed.
    explanation: one Vietnamese sentence for the screen ("Vì sao?").
    notes: cautions, e.g. a year whose official calendar has not been entered.
    """

    value: T
    clause: str
    calendar_version: str
    explanation: str
    notes: tuple[str, ...] = ()

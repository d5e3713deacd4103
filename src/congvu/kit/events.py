"""Events: facts of the past tense that other rooms may react to, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

Reaction = Callable[[Any], None]
_reactions: dict[type, Sequence[Reaction]] = {}


def install(reactions: Mapping[type, Sequence[Reaction]]) -> None:
    """Install the one table of reactions (`congvu.reactions.REACTIONS`), at start-up."""
    _reactions.clear()
    _reactions.update(reactions)


def publish(event: object) -> None:
    """Call the reactions to `event`, in their written order, in the caller's transaction.

    An event class that the table does not name is a mistake: KeyError.
    """
    for reaction in _reactions[type(event)]:
        reaction(event)


@dataclass(frozen=True)
class MalwareFound:
    """The scanner named malware in a file that was kept shut until it answered."""

    sha256: str
    found: str
    at: datetime


@dataclass(frozen=True)
class SecretRefused:
    """Somebody brought what bears the mark of a state secret, and it was refused.

    `by` is the actor (orgs.types.Actor; None: nobody signed in), `agency_id` whose entrance it
    was where no actor says it.
    """

    entrance: str
    rules: tuple[str, ...]
    places: tuple[str, ...]
    level: str
    at: datetime
    by: Any = None
    agency_id: int | None = None

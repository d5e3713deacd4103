"""What the roads carry, free of rows."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Waiting:
    """A delivery that has not left yet: to whom, and over which road."""

    to_agency_id: int
    is_for_information: bool
    road: str

"""What happened in the orgs room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class CalendarChanged:
    """Days or hours changed: open clocks must be counted again. agency_id None: everybody's."""

    version_id: int
    agency_id: int | None
    at: datetime


@dataclass(frozen=True)
class PostingEnded:
    """A posting ends on a day: its sessions and open work must be looked after."""

    posting_id: int
    person_id: int
    agency_id: int
    at: datetime


@dataclass(frozen=True)
class AgencyReorganised:
    """One agency took over from another."""

    predecessor_id: int
    successor_id: int
    at: datetime

"""What has happened in the bulk room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class ListLeft:
    """A long list is kept and waits to be read."""

    order_id: int
    at: datetime


@dataclass(frozen=True)
class ListTaken:
    """An order has a new list, or its columns are used otherwise: rows wait to be checked."""

    order_id: int
    at: datetime


@dataclass(frozen=True)
class OrderReleased:
    """An order may go out, or go on; its rows wait to become messages."""

    order_id: int
    at: datetime

"""Keyset paging: the next page starts after a key, never at an offset."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

T = TypeVar("T")
PAGE_SIZE = 30


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows and the key of the next page ("" at the end)."""

    rows: Sequence[T]
    next_key: str = ""


def encode_key(*parts: str | int) -> str:
    """Pack the sort key of the last row shown into a URL-safe text."""
    packed = json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(packed).decode().rstrip("=")


def decode_key(key: str, size: int) -> list[str | int] | None:
    """Unpack a key of moments (ISO text) and ids; None where there is none or it is not ours."""
    if not key:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    is_ours = isinstance(parts, list) and len(parts) == size and all(map(_may_be_sorted_by, parts))
    return parts if is_ours else None


def _may_be_sorted_by(part: object) -> bool:
    """What a stranger packed must not reach the database: only a moment or a 64-bit id may."""
    if isinstance(part, str):
        try:
            return datetime.fromisoformat(part).tzinfo is not None
        except ValueError:
            return False
    return type(part) is int and abs(part) < 1 << 63


def cut_page(rows: Sequence[T], key: Callable[[T], str], size: int = PAGE_SIZE) -> Page[T]:
    """Make a page of `size + 1` fetched rows: the extra row only tells that there is more."""
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], key(rows[size - 1]))

"""Keyset paging: the next page starts after a key, never at an offset."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
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
    """Unpack a key; None where there is none or it is not one of ours."""
    if not key:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    return parts if isinstance(parts, list) and len(parts) == size else None


def cut_page(rows: Sequence[T], key: Callable[[T], str], size: int = PAGE_SIZE) -> Page[T]:
    """Make a page of `size + 1` fetched rows: the extra row only tells that there is more."""
    if len(rows) <= size:
        return Page(rows)
    return Page(rows[:size], key(rows[size - 1]))

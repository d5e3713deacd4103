"""Write an audit entry in the caller's transaction: it stands or falls with the act."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from congvu.audit.models import Entry


class Doer(Protocol):
    """Whoever acts: an official in a posting (orgs.types.Actor has these)."""

    @property
    def person_id(self) -> int: ...
    @property
    def posting_id(self) -> int | None: ...
    @property
    def agency_id(self) -> int | None: ...
    @property
    def account_id(self) -> int | None: ...


@dataclass(frozen=True)
class Origin:
    """Where a request came from (S.13): address, port, and the request's own id."""

    address: str = ""
    port: int | None = None
    request_id: str = ""


_origin: ContextVar[Origin] = ContextVar("audit_origin", default=Origin())  # noqa: B039 (frozen)


@contextmanager
def coming_from(origin: Origin) -> Iterator[None]:
    """Entries written inside the block carry this origin."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def write_entry(
    kind: str,
    *,
    by: Doer | None,
    at: datetime,
    on: tuple[str, int] | None = None,
    agency_id: int | None = None,
    clause: str = "",
    outcome: str = "done",
    details: Mapping[str, object] | None = None,
) -> Entry:
    """Append one entry. `by` None means the system itself; `details` must be JSON-able.

    Raises ValueError for a moment without a time zone (S.18).
    """
    if at.tzinfo is None:
        raise ValueError("an audit entry needs an aware moment")
    origin = _origin.get()
    return Entry.objects.create(
        at=at,
        agency_id=agency_id if agency_id is not None else (by.agency_id if by else None),
        kind=kind,
        outcome=outcome,
        account_id=by.account_id if by else None,
        person_id=by.person_id if by else None,
        posting_id=by.posting_id if by else None,
        object_kind=on[0] if on else "",
        object_id=on[1] if on else None,
        clause=clause,
        source_address=origin.address,
        source_port=origin.port,
        request_id=origin.request_id,
        details=json.dumps(details or {}, ensure_ascii=False, sort_keys=True, default=str),
    )

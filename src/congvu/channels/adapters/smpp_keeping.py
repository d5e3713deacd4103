"""Keep what an SMSC handed over (deliver_sm), before it is told that it was taken.

An SMSC that was not answered hands the same over again on its next line: the same octets from the
same number on another line within ten minutes are the same message, on one line they are two.
Pieces of a long message are kept one by one, and once more as a whole when the last one is there.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from congvu.channels.adapters.smpp_words import (
    HEADER_CLASS,
    RECEIPT_CLASS,
    header_of,
    read_piece,
    written_event,
)
from congvu.channels.jobs import read_events
from congvu.channels.models import ProviderEvent
from congvu.channels.note_event import note_event
from congvu.kit import wall
from congvu.rules.clauses import clause

AGAIN_WITHIN = timedelta(minutes=10)
PIECES_WITHIN = timedelta(hours=1)
PATIENCE = timedelta(minutes=5)


@clause("QC.8.2.b", "QC.9.2")
def note_delivered_sms(
    *, provider_id: int, said: Mapping[str, Any], line: str, turn: int, at: datetime
) -> bool:
    """Commit one deliver_sm; whether it is new. line, turn: on which bind, and its
    number there."""
    octets = bytes.fromhex(said["octets"])
    named = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:40]
    with wall.crossing_agencies(), transaction.atomic():
        if said["esm_class"] & RECEIPT_CLASS:
            is_new = _note(provider_id, f"dlr-{named}", {"kind": "deliver", **said}, at)
        elif said["esm_class"] & HEADER_CLASS and header_of(octets) is not None:
            name = f"piece-{named}-{at:%Y%m%d}"
            is_new = _note(provider_id, name, {"kind": "piece", **said}, at)
            if is_new:
                _join(provider_id, said, octets, at)
        elif _came_on_another_line(provider_id, named, line, at):
            is_new = False
        else:
            name = f"mo-{named}-{line}-{turn}"
            is_new = _note(provider_id, name, {"kind": "deliver", **said}, at)
        if is_new:
            read_events.defer()
    return is_new


def _note(provider_id: int, name: str, facts: Mapping[str, Any], at: datetime) -> bool:
    raw = written_event({**facts, "id": name, "at": at.isoformat()})
    return note_event(provider_id=provider_id, external_id=name, raw=raw, at=at)


def _came_on_another_line(provider_id: int, named: str, line: str, at: datetime) -> bool:
    same = ProviderEvent.objects.filter(
        provider_id=provider_id,
        external_id__startswith=f"mo-{named}-",
        noted_at__gt=at - AGAIN_WITHIN,
    )
    return same.exclude(external_id__startswith=f"mo-{named}-{line}-").exists()


def join_incomplete(*, provider_id: int, at: datetime) -> int:
    """Long messages whose last piece never came are taken in as they are, and say what is missing;
    gives how many."""
    with wall.crossing_agencies(), transaction.atomic():
        pieces = ProviderEvent.objects.filter(
            provider_id=provider_id,
            external_id__startswith="piece-",
            noted_at__gt=at - PIECES_WITHIN,
            noted_at__lt=at - PATIENCE,
        )
        named = {}
        for raw in pieces.order_by("id").values_list("raw", flat=True):
            piece = read_piece(bytes(raw))
            named[piece.source, piece.destination, piece.reference] = json.loads(bytes(raw))
        return sum(
            _join(provider_id, said, bytes.fromhex(said["octets"]), at, is_late=True)
            for said in named.values()
        )


def _join(
    provider_id: int, said: Mapping[str, Any], octets: bytes, at: datetime, *, is_late: bool = False
) -> bool:
    """The whole message as an event of its own, once its last piece is here or nobody waits."""
    header = header_of(octets)
    if header is None:
        return False
    reference, of, _, _ = header
    name = f"mo-whole-{reference}-{of}-{said['source']}-{said['destination']}-"
    found = _pieces_since(provider_id, name, said, reference, of, at)
    if not found or (len(found) < of and not is_late):
        return False
    whole = b"".join(found[number] for number in sorted(found))
    facts = {
        **said,
        "kind": "deliver",
        "esm_class": 0,
        "octets": whole.hex(),
        "missing": [number for number in range(1, of + 1) if number not in found],
    }
    digest = hashlib.sha256(whole).hexdigest()[:24]
    is_new = _note(provider_id, f"{name}{digest}-{at:%Y%m%d}", facts, at)
    if is_new:
        read_events.defer()
    return is_new


def _pieces_since(
    provider_id: int, name: str, said: Mapping[str, Any], reference: int, of: int, at: datetime
) -> dict[int, bytes]:
    """Pieces that no whole message was made of yet: phones use a reference again."""
    events = ProviderEvent.objects.filter(
        provider_id=provider_id, noted_at__gt=at - PIECES_WITHIN
    ).order_by("id")
    used = events.filter(external_id__startswith=name).values_list("id", flat=True).last() or 0
    found = {}
    pieces = events.filter(id__gt=used, external_id__startswith="piece-")
    for raw in pieces.values_list("raw", flat=True):
        piece = read_piece(bytes(raw))
        if piece.of_one(said["source"], said["destination"], reference, of):
            found[piece.ordinal] = piece.octets
    return found

"""Seal committed entries into one hash chain per agency, in the background (S.14, S.15).

Writers never wait for the chain. A run of entries is sealed only when every transaction that could
still commit an entry with a lower number has ended, so the order under a seal is final.
"""

from __future__ import annotations

import hashlib
import json
import struct
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import groupby
from operator import attrgetter

from django.db import connection, transaction

from congvu.audit.models import Entry, Seal
from congvu.rules.clauses import clause

FIRST_HASH = "0" * 64
PROVINCE = 0  # the chain of entries that belong to no agency
LOCK = 7_106_001  # advisory: one sealer at a time
PATIENCE_SECONDS = 5.0
BEAT_SECONDS = 0.05
LARGEST_RUN = 5_000
DIGEST = struct.Struct(">q32s")


def canonical_bytes(entry: Entry) -> bytes:
    """The one place where an entry becomes bytes: version 1, JSON, UTC with microseconds."""
    fields = [
        1,
        entry.id,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.agency_id,
        entry.kind,
        entry.outcome,
        entry.account_id,
        entry.person_id,
        entry.posting_id,
        entry.object_kind,
        entry.object_id,
        entry.clause,
        entry.source_address,
        entry.source_port,
        entry.request_id,
        entry.details,
    ]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()


def digest_of(entry: Entry) -> bytes:
    """The SHA-256 of the entry's canonical bytes."""
    return hashlib.sha256(canonical_bytes(entry)).digest()


def pack_digests(entries: Iterable[Entry]) -> bytes:
    """For each entry its id and digest, 40 bytes."""
    return b"".join(DIGEST.pack(entry.id, digest_of(entry)) for entry in entries)


def unpack_digests(packed: bytes) -> list[tuple[int, bytes]]:
    """The ids and digests of a run."""
    return list(DIGEST.iter_unpack(packed))


def chain_hash(previous: str, chain: int, packed: bytes) -> str:
    """The hash of a link: the link before it, the chain it belongs to, and its digests."""
    return hashlib.sha256(f"{previous}|{chain}|".encode() + packed).hexdigest()


@clause("S.14", "S.15")
def seal_entries(*, at: datetime, patience: float = PATIENCE_SECONDS) -> int:
    """Seal what is final and return how many entries were sealed.

    Waits up to `patience` seconds for writers at work; what they write is sealed at a later run.
    """
    horizon = settled_horizon(patience)
    sealed = 0
    while horizon:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
                if not cursor.fetchone()[0]:
                    return sealed
            run = _unsealed(horizon)
            _write_seals(run, at)
        sealed += len(run)
        if len(run) < LARGEST_RUN:
            break
    return sealed


def settled_horizon(patience: float) -> int:
    """The largest number below which no entry can appear any more; 0 when that is not known yet.

    Whoever took a number holds the table's write lock until the end of its transaction. So: read
    the last number given out, then wait until all present holders of that lock are gone.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT last_value, is_called FROM audit_entry_id_seq")
        last, is_called = cursor.fetchone()
    if not is_called:
        return 0
    writers = _writers()
    waited = 0.0
    while writers and waited < patience:
        time.sleep(BEAT_SECONDS)
        waited += BEAT_SECONDS
        writers &= _writers()
    return 0 if writers else int(last)


def _writers() -> set[str]:
    """The other transactions that hold the write lock of the entries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT virtualtransaction FROM pg_locks WHERE relation = 'audit_entry'::regclass"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()"
        )
        return {row[0] for row in cursor.fetchall()}


def _unsealed(horizon: int) -> list[Entry]:
    """The next entries of all chains up to the horizon, in their order.

    Runs seal all chains together, so the last sealed number of any chain bounds them all.
    """
    last = Seal.objects.order_by("-last_entry_id").values_list("last_entry_id", flat=True).first()
    rows = Entry.objects.filter(id__gt=last or 0, id__lte=horizon).order_by("id")
    return list(rows[:LARGEST_RUN])


def _write_seals(run: Sequence[Entry], at: datetime) -> None:
    chained = sorted(run, key=lambda entry: (entry.agency_id or PROVINCE, entry.id))
    chains = groupby(chained, key=lambda entry: entry.agency_id or PROVINCE)
    runs = {chain: list(entries) for chain, entries in chains}
    latest = (
        Seal.objects.filter(chain_agency_id__in=runs)
        .order_by("chain_agency_id", "-id")
        .distinct("chain_agency_id")
    )
    heads = {seal.chain_agency_id: seal.own_hash for seal in latest}
    Seal.objects.bulk_create(
        [_seal(chain, entries, heads.get(chain, FIRST_HASH), at) for chain, entries in runs.items()]
    )


def _seal(chain: int, entries: list[Entry], previous: str, at: datetime) -> Seal:
    packed = pack_digests(entries)
    numbers = list(map(attrgetter("id"), entries))
    return Seal(
        chain_agency_id=chain,
        first_entry_id=numbers[0],
        last_entry_id=numbers[-1],
        entry_count=len(entries),
        digests=packed,
        previous_hash=previous,
        own_hash=chain_hash(previous, chain, packed),
        sealed_at=at,
    )

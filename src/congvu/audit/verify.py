"""Recompute the whole log and name the first broken entry (`congvu audit verify`, S.14)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from congvu.audit.models import DailyRoot, DroppedRun, Entry, Seal
from congvu.audit.root import chain_heads, end_of, root_hash
from congvu.audit.seal import FIRST_HASH, chain_hash, digest_of, unpack_digests
from congvu.rules.clauses import clause

BATCH = 100


@dataclass(frozen=True)
class Break:
    """Where the log no longer agrees with its seals. `entry_id` None: the seal or root itself."""

    chain: int
    entry_id: int | None
    seal_id: int | None
    why: str


@dataclass(frozen=True)
class Verdict:
    """The outcome over everything sealed; `first` is None when all of it agrees."""

    entries: int
    seals: int
    unsealed: int
    dropped_runs: int
    first: Break | None


@clause("S.14")
def verify_log() -> Verdict:
    """Walk every seal in its order, then the daily roots."""
    heads: dict[int, str] = {}
    dropped = set(DroppedRun.objects.values_list("seal_id", flat=True))
    entries = seals = kept = last = 0
    found: list[Break] = []
    for batch in _batches():
        present = _entries_of(batch, dropped)
        for seal in batch:
            found += _breaks_of_seal(seal, heads.get(seal.chain_agency_id, FIRST_HASH))
            heads[seal.chain_agency_id] = seal.own_hash
            seals, entries = seals + 1, entries + seal.entry_count
            last = max(last, seal.last_entry_id)
            if seal.id not in dropped:
                kept += seal.entry_count
                found += _breaks_of_entries(seal, present)
    found += _smuggled(last, kept)
    found += _breaks_of_roots()
    first = min(found, key=_place, default=None)
    unsealed = Entry.objects.filter(id__gt=last).count()
    return Verdict(entries, seals, unsealed, len(dropped), first)


def _batches() -> Iterator[list[Seal]]:
    """The seals in their order, a hundred at a time."""
    last = 0
    while batch := list(Seal.objects.filter(id__gt=last).order_by("id")[:BATCH]):
        yield batch
        last = batch[-1].id


def _entries_of(batch: list[Seal], dropped: set[int]) -> dict[int, Entry]:
    numbers = [
        number
        for seal in batch
        if seal.id not in dropped
        for number, _ in unpack_digests(bytes(seal.digests))
    ]
    return {entry.id: entry for entry in Entry.objects.filter(id__in=numbers)}


def _place(found: Break) -> tuple[int, int]:
    """Broken entries first, in their order; then seals; then roots."""
    if found.entry_id is not None:
        return (0, found.entry_id)
    return (1, found.seal_id) if found.seal_id is not None else (2, 0)


def _breaks_of_seal(seal: Seal, previous: str) -> Iterator[Break]:
    chain = seal.chain_agency_id
    if seal.previous_hash != previous:
        yield Break(chain, None, seal.id, "không nối tiếp dấu niêm trước")
    if chain_hash(seal.previous_hash, chain, bytes(seal.digests)) != seal.own_hash:
        yield Break(chain, None, seal.id, "dấu niêm đã bị sửa")


def _breaks_of_entries(seal: Seal, present: dict[int, Entry]) -> Iterator[Break]:
    chain = seal.chain_agency_id
    for number, digest in unpack_digests(bytes(seal.digests)):
        entry = present.get(number)
        if entry is None:
            yield Break(chain, number, seal.id, "mục đã bị xóa")
        elif digest_of(entry) != digest:
            yield Break(chain, number, seal.id, "mục đã bị sửa")


def _smuggled(last: int, kept: int) -> Iterator[Break]:
    """Entries below the sealed horizon that no seal knows: put in afterwards."""
    below = Entry.objects.filter(id__lte=last)
    if below.count() == kept:
        return  # the sealed ones are all there, or their loss is reported: nothing is too many
    known: set[int] = set()
    for packed in Seal.objects.values_list("digests", flat=True).iterator(chunk_size=BATCH):
        known.update(number for number, _ in unpack_digests(bytes(packed)))
    numbers = below.order_by("id").values_list("id", "agency_id")
    for number, agency_id in numbers.iterator(chunk_size=5_000):
        if number not in known:
            yield Break(agency_id or 0, number, None, "mục bị chèn sau khi niêm")


def _breaks_of_roots() -> Iterator[Break]:
    for root in DailyRoot.objects.order_by("day"):
        heads = chain_heads(end_of(root.day))
        if root_hash(root.day, heads) != root.root_hash:
            yield Break(0, None, None, f"gốc niêm phong ngày {root.day:%d/%m/%Y} không khớp")

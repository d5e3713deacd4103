"""Drop old entries: sealed, exported and older than the legal time, never a younger one (S.16)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Max

from congvu.audit import refusals  # noqa: F401  (registers the texts)
from congvu.audit.models import DroppedRun, Entry, Seal
from congvu.audit.seal import canonical_bytes
from congvu.audit.write import Doer, write_entry
from congvu.kit import blobs, clock
from congvu.kit.refusal import refuse_if
from congvu.rules.clauses import clause

FLOOR_MONTHS = 12  # QCVN 12:2026/BCA 3.9.2.1.9


def months_before(at: datetime, months: int) -> datetime:
    """The same Vietnamese wall-clock day so many months earlier (its month's last, if shorter)."""
    here = clock.local(at)
    whole = here.year * 12 + here.month - 1 - months
    year, month = divmod(whole, 12)
    day = here
    while True:
        try:
            return day.replace(year=year, month=month + 1)
        except ValueError:
            day -= timedelta(days=1)


@clause("S.16")
def drop_entries(*, before: datetime, by: Doer | None, at: datetime) -> int:
    """Export the sealed runs that end before the moment to the blob store, then delete their
    entries. The seals stay, so the chain still verifies. Returns how many entries went."""
    with transaction.atomic():
        refuse_if(before > months_before(at, FLOOR_MONTHS), "audit.E001", months=FLOOR_MONTHS)
        runs = [run for run in _old_runs(before) if _ends_before(run, before)]
        refuse_if(not runs, "audit.E002")

        kept = blobs.keep(_exported(runs), "application/jsonl")
        numbers = [number for run in runs for number in _numbers(run)]
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('congvu.dropping_sealed_runs', 'yes', true)")
            cursor.execute("DELETE FROM audit_entry WHERE id = ANY(%s)", [numbers])
            gone = cursor.rowcount
            cursor.execute("SELECT set_config('congvu.dropping_sealed_runs', '', true)")
        DroppedRun.objects.bulk_create(
            [DroppedRun(seal=run, export_sha256=kept.sha256, dropped_at=at) for run in runs]
        )

        write_entry(
            "audit.dropped",
            by=by,
            at=at,
            clause="S.16",
            details={"before": before.isoformat(), "entries": gone, "export": kept.sha256},
        )
    return int(gone)


def _old_runs(before: datetime) -> Sequence[Seal]:
    rows = Seal.objects.filter(dropped__isnull=True, sealed_at__lt=before).order_by("id")
    return list(rows)


def _numbers(run: Seal) -> list[int]:
    return list(_entries(run).order_by("id").values_list("id", flat=True))


def _entries(run: Seal):  # type: ignore[no-untyped-def]
    chain = run.chain_agency_id or None
    return Entry.objects.filter(
        id__gte=run.first_entry_id, id__lte=run.last_entry_id, agency_id=chain
    )


def _ends_before(run: Seal, before: datetime) -> bool:
    latest = _entries(run).aggregate(latest=Max("at"))["latest"]
    return latest is not None and latest < before


def _exported(runs: Sequence[Seal]) -> Iterator[bytes]:
    """One line per seal, then one line of canonical bytes per entry: it verifies by itself."""
    for run in runs:
        head = {
            "chain": run.chain_agency_id,
            "previous": run.previous_hash,
            "own": run.own_hash,
            "entries": run.entry_count,
        }
        yield json.dumps(head).encode() + b"\n"
        for entry in _entries(run).order_by("id").iterator(chunk_size=1_000):
            yield canonical_bytes(entry) + b"\n"

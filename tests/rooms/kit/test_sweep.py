"""The store is swept and re-read: leftovers go, orphans wait, damage is found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from congvu.audit.models import Entry
from congvu.audit.watch_files import watch_files
from congvu.kit import blobs
from congvu.kit.models import Blob
from congvu.kit.sweep import Damage, quarantine_orphans, recheck_files, sweep_unfinished

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.CONGVU_FILES = tmp_path  # type: ignore[attr-defined]
    yield tmp_path


def _age(file: Path, at: datetime, days: float) -> None:
    then = (at - timedelta(days=days)).timestamp()
    os.utime(file, (then, then))


def test_an_upload_that_never_ended_goes_after_a_day(at: datetime, store: Path) -> None:
    (store / "tmp").mkdir()
    old, fresh = store / "tmp" / "old", store / "tmp" / "fresh"
    for file, days in ((old, 1.1), (fresh, 0.5)):
        file.write_bytes(b"half")
        _age(file, at, days)
    assert sweep_unfinished(at=at) == 1
    assert not old.exists()
    assert fresh.exists()


def test_a_file_without_a_row_waits_in_quarantine_before_it_goes(at: datetime, store: Path) -> None:
    kept = blobs.keep(b"kept", "text/plain")
    orphan = blobs.keep(b"orphan", "text/plain")
    Blob.objects.filter(sha256=orphan.sha256).delete()
    for one in (kept, orphan):
        _age(blobs.path(one.sha256), at, 8)
    assert quarantine_orphans(at=at) == 1
    assert blobs.read(kept.sha256) == b"kept"
    aside = store / "quarantine" / orphan.sha256
    assert aside.read_bytes() == b"orphan"
    quarantine_orphans(at=at + timedelta(days=6))
    assert aside.exists()
    quarantine_orphans(at=at + timedelta(days=8))
    assert not aside.exists()


def test_an_orphan_of_yesterday_may_belong_to_an_act_still_under_way(at: datetime) -> None:
    orphan = blobs.keep(b"young", "text/plain")
    Blob.objects.filter(sha256=orphan.sha256).delete()
    _age(blobs.path(orphan.sha256), at, 1)
    assert quarantine_orphans(at=at) == 0


@pytest.mark.clause("S.20")
def test_one_changed_byte_is_found_and_alarmed(at: datetime) -> None:
    good = blobs.keep(b"good", "text/plain")
    bad = blobs.keep(b"to be changed", "text/plain")
    place = blobs.path(bad.sha256)
    place.chmod(0o640)
    place.write_bytes(b"to be Changed")
    assert Damage(bad.sha256, is_mended=False) in [*watch_files(at=at), *watch_files(at=at)]
    assert set(Blob.objects.filter(is_damaged=True).values_list("sha256", flat=True)) == {
        bad.sha256
    }
    assert not Blob.objects.get(sha256=good.sha256).is_damaged
    assert Entry.objects.filter(kind="alarm.file_damaged").exists()


@pytest.mark.clause("S.20")
def test_a_lost_file_is_damage(at: datetime) -> None:
    lost = blobs.keep(b"lost", "text/plain")
    blobs.path(lost.sha256).unlink()
    assert recheck_files(at=at, share=1) == [Damage(lost.sha256, is_mended=False)]


def test_every_file_is_read_once_in_a_round(at: datetime) -> None:
    for number in range(7):
        blobs.keep(f"{number}".encode(), "text/plain")
    for night in range(3):
        recheck_files(at=at + timedelta(days=night), share=3)
    assert not Blob.objects.filter(checked_at=None).exists()

"""A damaged file is mended from its second copy, and never served as good (S.20, S.21)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from django.db import transaction

from congvu.audit.models import Entry
from congvu.audit.watch_files import watch_files, watch_held_files
from congvu.kit import blobs, scan_held
from congvu.kit.models import Blob
from congvu.kit.refusals import FILE_DAMAGED, FILE_HELD
from congvu.kit.second_copy import copy_new
from congvu.kit.virus_scan import ScanVerdict
from paperwork import refused

pytestmark = pytest.mark.django_db(transaction=True)
GOOD = b"van ban da ky so " * 50


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, settings: object) -> Path:
    for name in ("FILES", "VAULT", "FILES_COPY"):
        setattr(settings, f"CONGVU_{name}", str(tmp_path / name.lower()))
    return tmp_path


def _flip(place: Path) -> bytes:
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 1
    place.chmod(0o600)
    place.write_bytes(content)
    return bytes(content)


@pytest.mark.clause("S.21")
@pytest.mark.parametrize("restricted", [False, True])
def test_a_flipped_byte_is_found_set_aside_and_mended(
    at: datetime, stores: Path, restricted: bool
) -> None:
    kept = blobs.keep(GOOD, "text/plain", restricted=restricted)
    assert [copy_new(at=at), copy_new(at=at)] == [1, 0]
    place = (blobs.sealed_path if restricted else blobs.path)(kept.sha256)
    bad = _flip(place)

    assert [(one.sha256, one.is_mended) for one in watch_files(at=at)] == [(kept.sha256, True)]
    assert blobs.read(kept.sha256) == GOOD
    assert (stores / "files" / "quarantine" / f"{kept.sha256}.bad").read_bytes() == bad
    assert Entry.objects.filter(kind="alarm.file_mended").count() == 1


@pytest.mark.clause("S.21")
def test_a_lost_file_comes_back(at: datetime) -> None:
    kept = blobs.keep(GOOD, "text/plain")
    copy_new(at=at)
    blobs.path(kept.sha256).unlink()
    assert watch_files(at=at)[0].is_mended
    assert blobs.read(kept.sha256) == GOOD


@pytest.mark.clause("S.21")
def test_where_both_are_bad_the_file_is_damaged_and_never_served(at: datetime) -> None:
    kept = blobs.keep(GOOD, "text/plain")
    copy_new(at=at)
    copy = blobs.copy_of(blobs.path(kept.sha256))
    assert copy is not None
    _flip(copy)
    _flip(blobs.path(kept.sha256))
    assert not watch_files(at=at)[0].is_mended
    with refused(FILE_DAMAGED):
        blobs.read(kept.sha256)
    assert Entry.objects.filter(kind="alarm.file_damaged").exists()


@pytest.mark.clause("S.22")
def test_a_file_that_becomes_restricted_leaves_no_open_second_copy(
    at: datetime, stores: Path
) -> None:
    kept = blobs.keep(GOOD, "text/plain")
    copy_new(at=at)
    with transaction.atomic():
        blobs.restrict(kept.sha256)
    copy_new(at=at)
    files = [file for file in stores.rglob("*") if file.is_file()]
    assert len(files) == 2
    assert not any(GOOD[:20] in file.read_bytes() for file in files)


@pytest.mark.clause("S.31")
def test_nobody_reads_a_file_before_the_scanner_has_spoken(
    at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    clean = blobs.keep(GOOD, "text/plain", held=True)
    ill = blobs.keep(b"ill" + GOOD, "text/plain", held=True)
    for said, word in ((ScanVerdict.DOWN, ""), (ScanVerdict.ABSENT, "")):
        monkeypatch.setattr(scan_held, "scan", lambda content, said=said, word=word: (said, word))
        watch_held_files(at=at)
        with refused(FILE_HELD):
            blobs.read(clean.sha256)

    def verdict(content: bytes) -> tuple[ScanVerdict, str]:
        is_ill = content.startswith(b"ill")
        return (ScanVerdict.INFECTED, "Trojan") if is_ill else (ScanVerdict.CLEAN, "")

    monkeypatch.setattr(scan_held, "scan", verdict)
    for _ in range(2):
        watch_held_files(at=at)
    assert blobs.read(clean.sha256) == GOOD
    with refused(FILE_HELD):
        blobs.read(ill.sha256)
    assert Entry.objects.filter(kind="alarm.malware").count() == 1
    assert Blob.objects.get(sha256=ill.sha256).is_infected

"""A file is safely on disk before its row is: a crash leaves at worst an orphan, never a hole."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from congvu.kit import blobs
from congvu.kit.models import Blob
from letters import at_once

HASH = hashlib.sha256(b"van ban").hexdigest()


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Path:
    settings.CONGVU_FILES = tmp_path / "files"
    return tmp_path / "files"


def files_of(store: Path) -> list[Path]:
    return [one for one in store.rglob("*") if one.is_file()]


@pytest.mark.django_db
def test_what_was_kept_is_read_byte_for_byte(store: Path) -> None:
    kept = blobs.keep(b"van ban", "application/pdf")
    assert (kept.sha256, kept.size, kept.mime) == (HASH, 7, "application/pdf")
    assert blobs.read(HASH) == b"van ban"
    assert blobs.path(HASH) == store / HASH[:2] / HASH[2:4] / HASH
    assert blobs.hash_of_file(blobs.path(HASH)) == HASH
    assert os.stat(blobs.path(HASH)).st_mode & 0o777 == 0o440  # nobody writes it again


@pytest.mark.django_db
def test_the_same_bytes_are_one_file(store: Path) -> None:
    first, again = blobs.keep(b"van ban", "a/b"), blobs.keep(iter([b"van", b" ban"]), "c/d")
    assert first.sha256 == again.sha256
    assert Blob.objects.count() == 1
    assert len(files_of(store)) == 1  # and nothing left in tmp/


@pytest.mark.django_db
def test_a_stream_that_breaks_leaves_nothing(store: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"nua dau"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        blobs.keep(broken(), "application/pdf")
    assert files_of(store) == []
    assert Blob.objects.count() == 0


@pytest.mark.django_db
def test_a_failed_request_leaves_an_orphan_that_is_taken_up_again(store: Path) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        blobs.keep(b"van ban", "application/pdf")
        raise ZeroDivisionError
    assert Blob.objects.count() == 0
    assert [one.name for one in files_of(store)] == [HASH]
    assert blobs.keep(b"van ban", "application/pdf").sha256 == HASH
    assert Blob.objects.get().sha256 == HASH


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 63, "/" + "a" * 63, "." * 64, ""])
def test_only_a_hash_names_a_file(name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        blobs.path(name)


@pytest.mark.django_db
def test_a_lost_file_is_said() -> None:
    with pytest.raises(FileNotFoundError):
        blobs.read("0" * 64)


@pytest.mark.django_db(transaction=True)
def test_many_uploads_of_one_file_at_once(store: Path) -> None:
    def keep() -> str:
        with transaction.atomic():
            return blobs.keep(b"van ban", "application/pdf").sha256

    assert set(at_once([keep] * 6)) == {HASH}
    assert Blob.objects.count() == 1
    assert len(files_of(store)) == 1

"""The vault: sealed bytes open whole or not at all, and a file moves without leaving a copy."""

from __future__ import annotations

import io
import itertools
import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as some

from congvu.kit import blobs, vault
from congvu.kit.models import Blob
from congvu.kit.refusals import FILE_DAMAGED
from congvu.kit.sweep import Damage, recheck_files, tidy_vault
from paperwork import refused

WORDS = "Số liệu chưa công bố về nhân sự ".encode() * 9


@pytest.fixture(autouse=True)
def stores(tmp_path: Path, settings: object) -> Path:
    settings.CONGVU_FILES, settings.CONGVU_VAULT = tmp_path / "files", tmp_path / "vault"  # type: ignore[attr-defined]
    return tmp_path


def _sealed(plain: bytes, key: bytes) -> bytes:
    return b"".join(vault.seal_pieces([plain], key))


def _open(sealed: bytes, key: bytes) -> bytes:
    return b"".join(vault.open_pieces(io.BytesIO(sealed), key))


@given(plain=some.binary(max_size=300), cuts=some.lists(some.integers(0, 300)), piece=some.just(64))
def test_sealed_bytes_open_to_the_same_however_they_came(
    plain: bytes, cuts: list[int], piece: int
) -> None:
    before, vault.PIECE = vault.PIECE, piece
    try:
        key, ends = vault.new_key(), sorted({0, *cuts, len(plain)})
        chunks = [plain[a:b] for a, b in itertools.pairwise(ends)]
        assert _open(b"".join(vault.seal_pieces(chunks, key)), key) == plain
    finally:
        vault.PIECE = before


@pytest.mark.parametrize("size", [0, 1, 64, 65, 200])
def test_a_changed_cut_or_swapped_piece_is_found(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault, "PIECE", 64)
    key = vault.new_key()
    sealed = _sealed(os.urandom(size), key)
    head, step = len(vault.MAGIC) + vault.PREFIX, 64 + vault.TAG
    flipped = bytearray(sealed)
    flipped[-1] ^= 1
    worse = [bytes(flipped), sealed[:-1], sealed + b"x", sealed[:head]]
    if len(sealed) > head + step:
        pieces = [sealed[k : k + step] for k in range(head, len(sealed), step)]
        worse += [sealed[:head] + b"".join(pieces[:-1]), sealed[:head] + b"".join(pieces[::-1])]
    for one in worse:
        with pytest.raises(vault.VaultClosed):
            _open(one, key)
    with pytest.raises(vault.VaultClosed):
        _open(sealed, vault.new_key())


def test_another_master_key_opens_nothing(tmp_path: Path, settings: object) -> None:
    wrapped, value = vault.wrap(vault.new_key()), vault.seal_json({"a": "ơ"})
    assert vault.open_json(value) == {"a": "ơ"}
    settings.CONGVU_KEYS = tmp_path / "other-keys"  # type: ignore[attr-defined]
    for act in (lambda: vault.unwrap(wrapped), lambda: vault.open_json(value)):
        with pytest.raises(vault.VaultClosed):
            act()
    assert (tmp_path / "other-keys" / "vault-key").stat().st_mode & 0o077 == 0


def _holds(folder: Path, words: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


@pytest.mark.clause("S.22")
@pytest.mark.django_db(transaction=True)
def test_a_restricted_file_never_lies_open_and_a_new_label_leaves_no_copy(stores: Path) -> None:
    kept = blobs.keep(WORDS, "text/plain", restricted=True)
    assert not _holds(stores, WORDS[:40])
    assert blobs.read(kept.sha256) == WORDS

    with transaction.atomic():
        blobs.release(kept.sha256)
    assert blobs.path(kept.sha256).read_bytes() == WORDS
    assert not blobs.sealed_path(kept.sha256).exists()

    with transaction.atomic():
        blobs.restrict(kept.sha256)
    assert not _holds(stores, WORDS[:40])
    assert blobs.read(kept.sha256) == WORDS
    assert blobs.keep(WORDS, "text/plain").sha256 == kept.sha256  # again, as if it were open
    assert not _holds(stores, WORDS[:40])
    with connection.cursor() as cursor:
        cursor.execute("SELECT wrapped_key FROM kit_blob WHERE sha256 = %s", [kept.sha256])
        assert len(bytes(cursor.fetchone()[0])) == vault.KEY_ID + 40


@pytest.mark.clause("S.22")
@pytest.mark.django_db
def test_a_move_that_was_cut_short_is_ended_by_the_sweep(
    stores: Path, at: datetime, django_capture_on_commit_callbacks: object
) -> None:
    kept = blobs.keep(WORDS, "text/plain")
    blobs.restrict(kept.sha256)  # the commit's last step never came: both copies lie there
    assert blobs.path(kept.sha256).exists()
    assert tidy_vault(at=at) == 1
    assert not _holds(stores, WORDS[:40])
    assert blobs.read(kept.sha256) == WORDS

    blobs.release(kept.sha256)
    os.utime(blobs.sealed_path(kept.sha256), (0, 0))
    assert tidy_vault(at=at) == 1
    assert not blobs.sealed_path(kept.sha256).exists()
    assert blobs.read(kept.sha256) == WORDS


@pytest.mark.clause("S.20")
@pytest.mark.django_db
def test_one_flipped_byte_in_the_vault_is_found(at: datetime) -> None:
    kept = blobs.keep(WORDS, "text/plain", restricted=True)
    assert recheck_files(at=at, share=1) == []
    place = blobs.sealed_path(kept.sha256)
    place.chmod(0o600)
    content = bytearray(place.read_bytes())
    content[60] ^= 1
    place.write_bytes(content)
    assert recheck_files(at=at + timedelta(days=1), share=1) == [
        Damage(kept.sha256, is_mended=False)
    ]
    assert Blob.objects.get(sha256=kept.sha256).is_damaged
    with refused(FILE_DAMAGED):
        blobs.read(kept.sha256)
    with pytest.raises(vault.VaultClosed):
        blobs.raw(kept.sha256)

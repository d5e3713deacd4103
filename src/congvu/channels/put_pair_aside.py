"""The tokens that Zalo has just given, on disk before they are in their row.

What they were given for (a code, a refresh token) serves once. A worker that dies between Zalo's
answer and the commit leaves the file; whoever asks for the same next takes the tokens from it and
asks Zalo nothing. Sealed like every stored secret, read by the service alone (0600), named by the
grant and by what was spent; removed once the row has the tokens.
"""

from __future__ import annotations

import hashlib
import logging
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from congvu.kit.vault import VaultClosed, open_json, seal_json
from congvu.rules.clauses import clause

log = logging.getLogger("congvu.zalo")


@dataclass(frozen=True)
class Pair:
    """Tokens as Zalo gave them; never logged."""

    access: str
    refresh: str
    expires_at: datetime


@clause("QC.10.4")
def put_pair_aside(grant_id: int, spent: str, pair: Pair) -> None:
    """Safe on disk when this returns. A disk that takes nothing is said in the log, and the row
    is tried all the same: it is the only place that is left."""
    place = _place(grant_id, spent)
    sealed = seal_json({**asdict(pair), "expires_at": pair.expires_at.isoformat()})
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(place, sealed)
    except OSError as full:
        log.error("the tokens of grant %s could not be put aside: %s", grant_id, full.strerror)


def pair_aside(grant_id: int, spent: str) -> Pair | None:
    """What was given for this code or refresh token, if the row may not have it yet."""
    try:
        told = open_json(_place(grant_id, spent).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, VaultClosed, ValueError):
        log.error("the tokens put aside for grant %s cannot be read", grant_id)
        return None
    return Pair(told["access"], told["refresh"], datetime.fromisoformat(told["expires_at"]))


def drop_pairs(grant_id: int) -> None:
    """The row has the tokens, or they are of no use any more."""
    for file in _folder().glob(f"{grant_id}-*"):
        with suppress(FileNotFoundError):
            file.unlink()


def grants_aside() -> set[int]:
    """Grants of which tokens lie here."""
    return set(_ids())


def _ids() -> Iterator[int]:
    for file in _folder().glob("*-*"):
        number, _, rest = file.name.partition("-")
        if number.isdigit() and rest.isalnum():
            yield int(number)


def _folder() -> Path:
    return Path(settings.CONGVU_VAULT) / "zalo"


def _place(grant_id: int, spent: str) -> Path:
    return _folder() / f"{grant_id}-{hashlib.sha256(spent.encode()).hexdigest()[:32]}"


def _write(place: Path, content: bytes) -> None:
    fresh = place.with_name(f"{place.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

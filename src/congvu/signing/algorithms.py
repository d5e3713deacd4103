"""Until when what proves a signature holds: the ends of certificates and of algorithms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import lru_cache
from pathlib import Path

import yaml
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

_TABLE = Path(__file__).parent / "algorithm_ends.yaml"
_RSA_STEPS = (4096, 3072, 2048, 1024)


@dataclass(frozen=True)
class Hold:
    """Until when a chain of certificates is worth something, and what ends first."""

    until: datetime
    ends_by: str  # "certificate" or "algorithm"
    what: str  # the certificate's subject or the algorithm


@lru_cache(maxsize=1)
def algorithm_ends() -> dict[str, datetime | None]:
    """Algorithm -> the moment from which it is not relied on any more; None: no end known."""
    rows = yaml.safe_load(_TABLE.read_text("utf-8"))["ends"]
    return {row["algorithm"]: _end_of_day(row["ends"]) for row in rows}


def hold_of(chain: Sequence[bytes]) -> Hold:
    """What ends first in a chain of DER certificates: one of them, its key's or a hash algorithm.

    An algorithm that the table does not name is not relied on: it has ended already.
    """
    holds = []
    for der in chain:
        one = x509.load_der_x509_certificate(der)
        holds.append(Hold(one.not_valid_after_utc, "certificate", one.subject.rfc4514_string()))
        for name in _algorithms(one):
            ends = algorithm_ends().get(name, datetime.min.replace(tzinfo=UTC))
            if ends is not None:
                holds.append(Hold(ends, "algorithm", name))
    return min(holds, key=lambda hold: hold.until)


def _algorithms(one: x509.Certificate) -> tuple[str, ...]:
    digest = one.signature_hash_algorithm
    return (_key_algorithm(one), digest.name if digest else "")


def _key_algorithm(one: x509.Certificate) -> str:
    key = one.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        step = next((size for size in _RSA_STEPS if key.key_size >= size), 0)
        return f"rsa-{step}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ec-{key.curve.key_size}"
    return type(key).__name__


def _end_of_day(text: str | None) -> datetime | None:
    if text is None:
        return None
    return datetime.combine(datetime.fromisoformat(text), time.max, UTC)

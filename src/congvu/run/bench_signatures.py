"""Figures of `congvu bench` for signatures that last: levels, verdicts, keys, size.

Each is a ratio against bare RSA-2048 signatures of the same run, or against the same act on a
smaller key or file (design: performance targets of documents and signatures).
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

from congvu.kit import blobs
from congvu.orgs import queries as orgs
from congvu.run.bench_meter import Figure, Meter, median
from congvu.run.bench_pages import backend, busy_posting
from congvu.run.bench_papers import RSA_SIGNATURES, Press, bare_signature
from congvu.signing import ports
from congvu.signing.adapters.demo_authority import installed_authority
from congvu.signing.enrol import mark_of_person
from congvu.signing.examine import examine_pdf
from congvu.signing.found_authority import found_authority
from congvu.signing.ports import Picture, SignatureOrder

LARGE_BYTES = 50_000_000
BOX = (330.0, 200.0, 480.0, 260.0)


def measure_signatures(at: datetime, *, rounds: int) -> list[Figure]:
    """What levels, verdicts, longer keys and larger files cost."""
    found_authority(at=at)
    leader = orgs.actor_for(busy_posting("leader").id, at)
    clerk = orgs.actor_for(busy_posting("clerk").id, at)
    meter, bare, press = Meter(backend()), bare_signature(), Press(leader, clerk, at)
    press.signed("b-lta")
    picture = Picture(blobs.read(mark_of_person(leader.person_id, at).image_id))
    bench = _Bench(meter, picture, at)
    rsa_ms = median([meter.cost(bare, RSA_SIGNATURES).app for _ in range(rounds)])
    paper = press.typeset().pdf
    figures = [
        _ratio("one", "Một chữ ký PAdES B-B / một chữ ký RSA-2048 trần",
               bench.median(lambda: bench.sign(paper, 2048, stamped=False), rounds), rsa_ms, 60),
        _ratio("levels", "Dàn trang, ba chữ ký, mức B-LTA / một chữ ký RSA-2048 trần",
               bench.median(lambda: press.signed("b-lta"), rounds), rsa_ms, 500),
    ]  # fmt: skip
    issued = press.signed("b-lta")
    # Hours after the signing, as it is in life: how a certificate stood then and how it stands now
    # are two questions.
    later = at + timedelta(hours=3)
    one = bench.median(lambda: examine_pdf(issued, at=later), rounds) / 3
    figures.append(
        _ratio("judge", "Kiểm tra một chữ ký B-LTA / một chữ ký RSA-2048 trần", one, rsa_ms, 130)
    )
    longer = bench.median(lambda: bench.sign(paper, 3072, stamped=False), rounds)
    shorter = bench.median(lambda: bench.sign(paper, 2048, stamped=False), rounds)
    figures.append(
        _ratio("longer_key", "Chữ ký RSA-3072 / RSA-2048, cả lượt ký", longer, shorter, None)
    )
    figures.append(bench.large(paper, max(2, rounds // 5)))
    return figures


def _ratio(key: str, name: str, cost: float, base: float, limit: float | None) -> Figure:
    details = {"ms": cost * 1000, "base_ms": base * 1000}
    return Figure(f"signature_{key}", name, cost / base, "×", limit, details=details)


class _Bench:
    """Signs files in place with keys of its own, as the verbs do, without the database."""

    def __init__(self, meter: Meter, picture: Picture, at: datetime) -> None:
        self.meter, self.picture, self.at = meter, picture, at
        self.maker = ports.signature_maker()
        self.chains = {bits: self._key(bits) for bits in (2048, 3072)}

    def median(self, act: Callable[[], object], rounds: int) -> float:
        """CPU seconds of an act, the middle one of its rounds."""
        act()
        return median([self.meter.cost(act).total for _ in range(rounds)])

    def sign(self, pdf: bytes, bits: int, *, stamped: bool) -> None:
        """One signature on a private copy."""
        with tempfile.NamedTemporaryFile(prefix="congvu-bench-") as file:
            file.write(pdf)
            file.flush()
            self._sign(Path(file.name), bits, stamped=stamped)

    def large(self, paper: bytes, rounds: int) -> Figure:
        """50 MB signed in place, against reading and hashing it, which nobody can leave out."""
        with tempfile.TemporaryDirectory(prefix="congvu-bench-") as folder:
            place = Path(folder) / "large.pdf"
            place.write_bytes(_padded(paper, LARGE_BYTES))
            hashing = self.median(lambda: blobs.hash_of_file(place), rounds)
            fields = iter(f"ChuKy{number}" for number in range(rounds + 1))
            signing = self.median(
                lambda: self._sign(place, 2048, stamped=True, field=next(fields)), rounds
            )
        return _ratio("large", "Ký tại chỗ 50 MB / chỉ đọc và băm tệp ấy", signing, hashing, 3)

    def _sign(self, path: Path, bits: int, *, stamped: bool, field: str = "ChuKy") -> None:
        reference, chain = self.chains[bits]
        order = SignatureOrder(field, 1, BOX, self.picture, "", self.at, chain)
        made = self.maker.prepare(path, order)
        raw = installed_authority().keys.sign_digest(reference, made.digest)
        stamper = ports.time_stamper()
        token = None
        if stamped and stamper is not None:
            token = stamper.stamp(hashlib.sha256(raw).digest(), self.at).token
        self.maker.complete(path, made, order, raw, token)

    @staticmethod
    def _key(bits: int) -> tuple[str, tuple[bytes, ...]]:
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        issued = installed_authority().issue_for_key(f"Đo hiệu năng {bits}", key)
        reference = issued.key_reference.partition(":")[2]
        return reference, (issued.certificate, *issued.chain[:-1])


def _padded(pdf: bytes, size: int) -> bytes:
    """The same with ballast behind it: bytes after %%EOF that the next revision steps over."""
    ballast = b"\n%" + b"0" * max(0, size - len(pdf) - 3) + b"\n"
    tail = pdf[pdf.rindex(b"startxref") :]
    return pdf + ballast + tail

"""Asks certificate authorities whether certificates are revoked: OCSP, then CRL, over HTTP.

The addresses are those in the certificates. An answer is kept for ten minutes, because one paper is
signed several times in a row; a list that this installation took in before serves where nobody
answers and it has not run out. What comes from outside is read in the sandbox (revocation_answer).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.signing.adapters.kept_connection import Call, KeptConnection, Unanswered
from congvu.signing.ports import Evidence, Gathered

KEPT_FOR = timedelta(minutes=10)
MOST_CONNECTIONS = 32
MOST_LIST_BYTES = 8 << 20  # some 330 000 lines: five seconds and 600 MB in the sandbox
MOST_ANSWER_BYTES = 1 << 17
MOST_KEPT = 500
_READERS = "congvu.signing.adapters.revocation_answer"
_LIMITS = Limits(cpu_seconds=10, wall_seconds=15.0, answer_bytes=1 << 16)


@dataclass(frozen=True)
class _Told:
    at: datetime
    content: bytes


@dataclass(frozen=True)
class _Asked:
    """Who is asked: an OCSP service a question, or a place of lists (no question)."""

    address: str
    question: bytes = b""

    @property
    def reader(self) -> str:
        """Which reader looks at the answer."""
        return "is_answer" if self.question else "is_list"

    def call(self, path: str) -> Call:
        """What is sent, and how much of an answer is taken."""
        if not self.question:
            return Call("GET", path, wants="application/pkix-crl", most=MOST_LIST_BYTES)
        kinds = ("application/ocsp-request", "application/ocsp-response")
        return Call("POST", path, self.question, *kinds, MOST_ANSWER_BYTES)


class HttpRevocation:
    """The RevocationSource over HTTP, with the lists known here as what is left."""

    def __init__(self) -> None:
        self._told: dict[_Asked, _Told] = {}
        self._connections: dict[str, KeptConnection] = {}
        self._standings: dict[tuple[object, ...], tuple[datetime, str]] = {}

    def gather(
        self,
        chain: Sequence[bytes],
        roots: Sequence[bytes],
        lists: Sequence[bytes],
        *,
        moment: datetime,
        at: datetime,
    ) -> Gathered:
        """Answers and lists about every certificate of `chain`, and what they say of `moment`."""
        above = [x509.load_der_x509_certificate(one) for one in (*chain, *roots)]
        answers: list[bytes] = []
        used: list[bytes] = []
        for one in above[: len(chain)]:
            issuer = next((up for up in above if up.subject == one.issuer), None)
            if one.issuer == one.subject:
                continue
            answer = self._answer(one, issuer, at) if issuer else None
            if answer is not None:
                answers.append(answer)
            else:
                used.extend(self._lists(one, lists, at))
        evidence = Evidence(tuple(chain), tuple(dict.fromkeys(used)), tuple(answers))
        return Gathered(evidence, self._standing(evidence, roots, moment))

    def goes_out(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether any certificate of the chain names a place to be asked."""
        return any(_has_address(one) for one in chain)

    def _standing(self, evidence: Evidence, roots: Sequence[bytes], moment: datetime) -> str:
        key = (evidence.certificates, evidence.lists, evidence.answers, tuple(roots))
        kept = self._standings.get(key)
        if kept is not None and abs(moment - kept[0]) < KEPT_FOR:
            return kept[1]
        found = str(
            _read(
                "standing",
                b"",
                chain=_texts(evidence.certificates),
                roots=_texts(roots),
                lists=_texts(evidence.lists),
                answers=_texts(evidence.answers),
                moment=moment.isoformat(),
            )
            or "no_list"  # what cannot be read within the limits proves nothing
        )
        _remember(self._standings, key, (moment, found))
        return found

    def _answer(
        self, one: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> bytes | None:
        for address in _answer_addresses(one):
            builder = ocsp.OCSPRequestBuilder().add_certificate(one, issuer, hashes.SHA1())  # noqa: S303
            asked = _Asked(address, builder.build().public_bytes(Encoding.DER))
            content = self._ask(asked, one, at)
            if content is not None:
                return content
        return None

    def _lists(
        self, one: x509.Certificate, known: Sequence[bytes], at: datetime
    ) -> Iterator[bytes]:
        for address in _list_addresses(one):
            content = self._ask(_Asked(address), one, at)
            if content is not None:
                yield content
                return
        yield from (content for content in known if _lists_issuer(content, one, at))

    def _ask(self, asked: _Asked, about: x509.Certificate, at: datetime) -> bytes | None:
        """What is answered and is what it should be; kept for a while."""
        kept = self._told.get(asked)
        if kept is not None and timedelta(0) <= at - kept.at < KEPT_FOR:
            return kept.content
        try:
            connection = self._connections.get(asked.address) or KeptConnection(asked.address)
            _remember(self._connections, asked.address, connection, most=MOST_CONNECTIONS)
            content = connection.ask(asked.call(connection.path))
        except Unanswered:
            return None
        told = base64.b64encode(about.public_bytes(Encoding.DER)).decode()
        if not _read(asked.reader, content, certificate=told, at=at.isoformat()):
            return None
        _remember(self._told, asked, _Told(at, content))
        return content


def _read(reader: str, content: bytes, **options: object) -> object:
    """What the reader says of bytes from outside; None where it breaks or takes too long."""
    try:
        return run_limited(f"{_READERS}:{reader}", content, options=options, limits=_LIMITS)
    except SandboxFailure:
        return None


def _texts(ders: Sequence[bytes]) -> list[str]:
    return [base64.b64encode(one).decode() for one in ders]


def _remember(memory: dict, key: object, value: object, most: int = MOST_KEPT) -> None:  # type: ignore[type-arg]
    """The oldest goes when there are too many."""
    memory[key] = value
    while len(memory) > most:
        memory.pop(next(iter(memory)))


@lru_cache(maxsize=MOST_KEPT)
def _has_address(der: bytes) -> bool:
    one = x509.load_der_x509_certificate(der)
    return bool(_answer_addresses(one) or _list_addresses(one))


def _answer_addresses(one: x509.Certificate) -> list[str]:
    try:
        access = one.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        line.access_location.value
        for line in access
        if line.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(line.access_location, x509.UniformResourceIdentifier)
    ]


def _list_addresses(one: x509.Certificate) -> list[str]:
    try:
        points = one.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        name.value
        for point in points
        for name in point.full_name or ()
        if isinstance(name, x509.UniformResourceIdentifier) and name.value.startswith("http")
    ]


def _lists_issuer(content: bytes, one: x509.Certificate, at: datetime) -> bool:
    """Of a list known here: it was read in the sandbox before it was kept."""
    try:
        issued = x509.load_der_x509_crl(content)
        ends = issued.next_update_utc
        return issued.issuer == one.issuer and (ends is None or ends > at)
    except ValueError:
        return False

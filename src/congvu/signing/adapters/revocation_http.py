"""Asks certificate authorities whether certificates are revoked: OCSP, then CRL, over HTTP.

The addresses are those in the certificates. An answer is kept for ten minutes, because one paper is
signed several times in a row; a list that this installation took in before serves where nobody
answers and it has not run out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID

from congvu.signing.adapters.kept_connection import Call, KeptConnection, Unanswered
from congvu.signing.adapters.standing import Grounds, signer_standing
from congvu.signing.ports import Evidence, Gathered

KEPT_FOR = timedelta(minutes=10)
MOST_CONNECTIONS = 32
MOST_LIST_BYTES = 20 << 20
MOST_ANSWER_BYTES = 1 << 17
MOST_KEPT = 500


@dataclass(frozen=True)
class _Told:
    at: datetime
    content: bytes


class HttpRevocation:
    """The RevocationSource over HTTP, with the lists known here as what is left."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, bytes], _Told] = {}
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

    def _standing(self, evidence: Evidence, roots: Sequence[bytes], moment: datetime) -> str:
        key = (evidence.certificates, evidence.lists, evidence.answers, tuple(roots))
        kept = self._standings.get(key)
        if kept is not None and abs(moment - kept[0]) < KEPT_FOR:
            return kept[1]
        load = asn1_x509.Certificate.load
        grounds = Grounds(
            [load(one) for one in roots],
            [asn1_crl.CertificateList.load(one) for one in evidence.lists],
            [asn1_ocsp.OCSPResponse.load(one) for one in evidence.answers],
            [load(one) for one in evidence.certificates[1:]],
        )
        found = signer_standing(load(evidence.certificates[0]), moment, grounds)
        _remember(self._standings, key, (moment, found))
        return found

    def _answer(
        self, one: x509.Certificate, issuer: x509.Certificate, at: datetime
    ) -> bytes | None:
        for address in _answer_addresses(one):
            builder = ocsp.OCSPRequestBuilder().add_certificate(one, issuer, hashes.SHA1())  # noqa: S303
            question = builder.build().public_bytes(Encoding.DER)
            call = ("application/ocsp-request", "application/ocsp-response", MOST_ANSWER_BYTES)
            content = self._ask(address, question, *call, at=at)
            if content is not None and _is_about(content, one):
                return content
        return None

    def _lists(
        self, one: x509.Certificate, known: Sequence[bytes], at: datetime
    ) -> Iterator[bytes]:
        for address in _list_addresses(one):
            content = self._ask(address, b"", "", "application/pkix-crl", MOST_LIST_BYTES, at=at)
            if content is not None and _lists_issuer(content, one, at):
                yield content
                return
        yield from (content for content in known if _lists_issuer(content, one, at))

    def _ask(
        self, address: str, body: bytes, sends: str, wants: str, most: int, *, at: datetime
    ) -> bytes | None:
        kept = self._told.get((address, body))
        if kept is not None and timedelta(0) <= at - kept.at < KEPT_FOR:
            return kept.content
        try:
            connection = self._connections.get(address) or KeptConnection(address)
            _remember(self._connections, address, connection, most=MOST_CONNECTIONS)
            method = "POST" if body else "GET"
            content = connection.ask(
                Call(method, connection.path, body or None, sends, wants, most)
            )
        except Unanswered:
            return None
        _remember(self._told, (address, body), _Told(at, content))
        return content


def _remember(memory: dict, key: object, value: object, most: int = MOST_KEPT) -> None:  # type: ignore[type-arg]
    """The oldest goes when there are too many."""
    memory[key] = value
    while len(memory) > most:
        memory.pop(next(iter(memory)))


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


def _is_about(content: bytes, one: x509.Certificate) -> bool:
    try:
        answer = ocsp.load_der_ocsp_response(content)
        return (
            answer.response_status == ocsp.OCSPResponseStatus.SUCCESSFUL
            and answer.serial_number == one.serial_number
        )
    except ValueError:
        return False


def _lists_issuer(content: bytes, one: x509.Certificate, at: datetime) -> bool:
    try:
        issued = x509.load_der_x509_crl(content)
        ends = issued.next_update_utc
        return issued.issuer == one.issuer and (ends is None or ends > at)
    except ValueError:
        return False

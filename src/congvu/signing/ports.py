"""What signing needs from the outside: keys, a maker of PDF signatures, a judge, an authority.

A signature is made in three steps so that the key may be anywhere. `prepare` writes the gap into
the file and says which hash must be signed; a key store turns the hash into a signature (a file
key and a PKCS#11 token at once, a remote service after its own confirmation, minutes later);
`complete` fills the gap. `Prepared` is plain values, so it can be kept while somebody confirms.
A service that answers with a whole CMS uses `embed`; a plug-in on the signer's own machine returns
the whole file and needs neither.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Picture:
    """A transparent PNG that fills the field; one colour, its shape in the alpha channel."""

    png: bytes


@dataclass(frozen=True)
class PagePicture:
    """A one-page PDF (transparent) that fills the field; made by the typesetter."""

    pdf: bytes


@dataclass(frozen=True)
class SignatureOrder:
    """One signature to make.

    `box` is (left, bottom, right, top) in points on page `page` (from 1), as PDF rectangles are
    written. `chain` holds DER certificates, the signer's first, then its issuers. `forms` are made
    or filled in the same step; `locks` names those that may not change after it.
    """

    field: str
    page: int
    box: tuple[float, float, float, float]
    look: Picture | PagePicture
    reason: str
    claimed_at: datetime
    chain: tuple[bytes, ...]
    forms: tuple[FormField, ...] = ()
    locks: tuple[str, ...] = ()


@dataclass(frozen=True)
class FormField:
    """A read-only text field of the file: made empty before somebody signs, filled before the next.

    `box` as in SignatureOrder. `words` empty: the field is made; else it exists and is filled, and
    shows the part of the one-page `look` (laid over `look_box`) that lies under it.
    """

    name: str
    page: int
    box: tuple[float, float, float, float]
    words: str = ""
    look: PagePicture | None = None
    look_box: tuple[float, float, float, float] | None = None


@dataclass(frozen=True)
class Prepared:
    """A file that waits for its signature: what must be signed and where the gap is."""

    digest: bytes  # SHA-256 of `attributes`: the hash to be signed
    attributes: bytes  # DER of the signed attributes
    gap_from: int
    gap_to: int


class SignatureMaker(Protocol):
    """Puts signatures into PDF files, in place, as incremental updates."""

    def prepare(self, path: Path, order: SignatureOrder) -> Prepared:
        """Append the field, its appearance and an empty gap to the file at `path`."""
        ...

    def complete(
        self,
        path: Path,
        made: Prepared,
        order: SignatureOrder,
        raw: bytes,
        time_stamp: bytes | None = None,
    ) -> None:
        """Fill the gap with a CMS around the raw signature over `made.digest`.

        `time_stamp` is a token over the SHA-256 digest of `raw`. Raises TooLarge.
        """
        ...

    def embed(self, path: Path, made: Prepared, cms: bytes) -> None:
        """Fill the gap with a finished CMS or time-stamp token. Raises TooLarge."""
        ...

    def put_forms(self, path: Path, forms: Sequence[FormField]) -> None:
        """Append text fields, made or filled, and nothing else: somebody else's program signs."""
        ...

    def add_evidence(self, path: Path, evidence: Evidence) -> None:
        """Append certificates, lists and answers by which the signatures can be judged later."""
        ...

    def prepare_stamp(self, path: Path, prefix: str, evidence: Evidence | None) -> Prepared:
        """Append `evidence` and an empty gap for a time-stamp of the whole file.

        Its field is `prefix` and the first number that is free in this file.

        `digest` of the answer is what the time-stamp must be over.
        """
        ...


class KeyStore(Protocol):
    """Hash in, signature out, at once. The key itself never leaves the store."""

    def sign_digest(self, reference: str, digest: bytes, *, pin: str = "") -> bytes:
        """Sign a SHA-256 digest: PKCS#1 v1.5 for RSA keys, DER (r, s) for EC keys.

        `pin` is what its holder typed; a store that asks for none ignores it. Raises KeyAbsent
        when the store lost the key, PinRefused when it wants a PIN or another one.
        """
        ...

    def wants_pin(self, reference: str) -> bool:
        """Whether the holder of this key must type a PIN at every act."""
        ...


class SignatureJudge(Protocol):
    """Reads a PDF from anywhere and says what its signatures are worth."""

    def judge(self, pdf: bytes | Path, options: Mapping[str, Any]) -> Mapping[str, Any]:
        """Facts per signature (see adapters.pyhanko_judge). Raises UnreadablePdf."""
        ...


@dataclass(frozen=True)
class Evidence:
    """What a later reader needs to judge certificates, all DER."""

    certificates: tuple[bytes, ...] = ()
    lists: tuple[bytes, ...] = ()
    answers: tuple[bytes, ...] = ()  # OCSP responses


@dataclass(frozen=True)
class Gathered:
    """Evidence about one chain, and how its first certificate stands by it: "good" or a word."""

    evidence: Evidence
    standing: str


@dataclass(frozen=True)
class TimeStamp:
    """A time-stamp token (DER), and the certificates in it, that of its signer first."""

    token: bytes
    chain: tuple[bytes, ...]


class TimeStamper(Protocol):
    """A time-stamping authority (RFC 3161). `goes_out`: it is asked over the network."""

    goes_out: bool

    def stamp(self, digest: bytes, at: datetime) -> TimeStamp:
        """A token over a SHA-256 digest, checked: it answers this question and its time is `at`.

        Raises TimeStampUnavailable with what is wrong.
        """
        ...


class RevocationSource(Protocol):
    """Asks certificate authorities whether certificates are revoked."""

    def gather(
        self,
        chain: Sequence[bytes],
        roots: Sequence[bytes],
        lists: Sequence[bytes],
        *,
        moment: datetime,
        at: datetime,
    ) -> Gathered:
        """Answers and lists about every certificate of `chain` (leaf first), as far as they exist.

        `lists` are those already known here; `at` is now, `moment` when the certificate was used.
        What cannot be had is left out; nothing is raised.
        """
        ...

    def goes_out(self, chain: Sequence[bytes], at: datetime) -> bool:
        """Whether somebody must be asked over the network about this chain now."""
        ...


class TimeStampUnavailable(Exception):
    """No time-stamp could be had; the text says why, in Vietnamese, for the one who waits."""


class TooLarge(Exception):
    """The signature does not fit in the gap kept for it."""


class KeyAbsent(Exception):
    """The store does not hold the key that the reference names."""


class PinRefused(Exception):
    """The PIN is missing or wrong. `tries_left` where the device says so; 0: it is locked."""

    def __init__(self, tries_left: int | None = None, *, is_missing: bool = False) -> None:
        super().__init__("pin")
        self.tries_left = tries_left
        self.is_missing = is_missing


class UnreadablePdf(Exception):
    """The file could not be read within the limits; `code` says how it failed."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate just issued: DER, the chain above it, and the reference of its key."""

    certificate: bytes
    chain: tuple[bytes, ...]
    key_reference: str


class Authority(Protocol):
    """Issues certificates; in the demonstration our own, elsewhere a provider's request desk."""

    def is_founded(self) -> bool:
        """Whether this authority exists on this installation."""
        ...

    def found(self, at: datetime) -> Sequence[bytes]:
        """Make it (once): its DER certificates, root first."""
        ...

    def time_stamp_root(self) -> bytes:
        """The DER certificate by which its time-stamps are trusted."""
        ...

    def issue_for_person(self, name: str, organisation: str, at: datetime) -> IssuedCertificate:
        """A certificate and key for a person."""
        ...

    def issue_for_agency(self, name: str, at: datetime) -> IssuedCertificate:
        """A certificate and key for an agency."""
        ...

    def revocation_lists(self, revoked: Mapping[int, datetime], at: datetime) -> Sequence[bytes]:
        """DER revocation lists, one per issuer, naming these serials."""
        ...


class MarkArtist(Protocol):
    """Draws marks for a demonstration; elsewhere people register their own."""

    def signature(self, name: str) -> bytes:
        """A blue transparent PNG."""
        ...

    def seal(self, agency_name: str) -> bytes:
        """A red transparent PNG."""
        ...


# --- remote signing ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Provider:
    """How a remote signing service is reached. The secret never stands in a text of ours."""

    id: int
    name: str
    base_url: str
    client_id: str
    secret: str = field(repr=False)
    profile_id: str = ""
    hashes: str = "base64"  # how a hash is written: base64 or hex


class Otp(StrEnum):
    """A one-time code that the holder of a remote key types here for each signature."""

    NONE = ""
    SHOWN = "shown"  # by the holder's own device or application
    SENT = "sent"  # by the service, when it is asked to


@dataclass(frozen=True)
class RemoteCertificate:
    """A key of a person at a service, with its certificates in DER (its own first).

    `wants_pin` and `otp`: what its holder types here for each request. `at_once`: how many
    signatures one confirmation may be for.
    """

    credential: str
    chain: tuple[bytes, ...]
    why_not: str = ""  # why it cannot be used here, in Vietnamese; empty: it can
    wants_pin: bool = False
    otp: str = Otp.NONE
    at_once: int = 1


@dataclass(frozen=True)
class HashToSign:
    """One of the hashes of a request; its name and its title are ours."""

    document_id: str
    title: str
    digest: bytes


@dataclass(frozen=True)
class RemoteAsk:
    """Hashes to be signed by one confirmation of the key's holder.

    `request_id` is ours and the same when the asking is repeated.
    """

    request_id: str
    title: str  # what the holder reads on the phone
    user: str
    credential: str
    certificate: bytes
    hashes: tuple[HashToSign, ...]
    pin: str = field(default="", repr=False)
    otp: str = field(default="", repr=False)


class RemoteState(StrEnum):
    """How far a remote signature is."""

    WAITING = "waiting"
    SIGNED = "signed"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class RemoteAnswer:
    """What the service said; `signatures` by our names of the documents, each raw or a CMS, as
    the service gives it. Where one is missing the service did not sign that document."""

    state: RemoteState
    transaction: str = ""
    signatures: Mapping[str, bytes] = field(default_factory=dict)
    said: str = ""  # why not, in Vietnamese


class RemoteTrouble(Exception):
    """The service could not be asked, or answered what it must not; `said` ends its sentence.

    `is_passing`: it may be well again in a moment (no connection, too slow, its own failure).
    """

    def __init__(self, said: str, *, is_passing: bool = False, status: int = 0) -> None:
        super().__init__(said)
        self.said = said
        self.is_passing = is_passing
        self.status = status  # of HTTP, where the service answered with one


class SecretRefused(RemoteTrouble):
    """The service does not take the PIN or the one-time code; its holder may try again."""


class RemoteSigner(Protocol):
    """Hashes in, signatures out later: their holder confirms once, on a device of their own.

    Every call raises RemoteTrouble and takes at most 15 seconds.
    """

    def certificates(self, provider: Provider, user: str) -> Sequence[RemoteCertificate]:
        """The keys of a user; also the real test of address, client and secret."""
        ...

    def start(self, provider: Provider, ask: RemoteAsk) -> RemoteAnswer:
        """Ask for the signatures. Repeated with the same `request_id` it is the same request."""
        ...

    def poll(self, provider: Provider, ask: RemoteAsk, transaction: str) -> RemoteAnswer:
        """How far the request is."""
        ...

    def send_otp(self, provider: Provider, ask: RemoteAsk) -> None:
        """Have the service send its holder a one-time code (only where `Otp.SENT`)."""
        ...


# --- what the settings put behind the ports ------------------------------------------------------


@lru_cache(maxsize=16)
def _adapter(port: str) -> Any:
    return import_string(settings.CONGVU_ADAPTERS[port])()


def signature_maker() -> SignatureMaker:
    """The installed maker of PDF signatures."""
    return cast(SignatureMaker, _adapter("signing.maker"))


def signature_judge() -> SignatureJudge:
    """The installed judge."""
    return cast(SignatureJudge, _adapter("signing.judge"))


class Road(StrEnum):
    """How a key is reached, by the scheme of its reference (`settings.KEY_ROADS`)."""

    AT_ONCE = "at_once"  # the store answers in the same breath: file, PKCS#11
    REMOTE = "remote"  # a service asks its holder first: minutes
    PLUGIN = "plugin"  # a program on the signer's own machine returns the whole file


def road_of(reference: str) -> Road:
    """The road to the key of this reference."""
    return Road(settings.KEY_ROADS[reference.partition(":")[0]])


def is_connected(reference: str) -> bool:
    """Whether this installation has a road to keys of this kind at all."""
    return reference.partition(":")[0] in settings.KEY_ROADS


def key_store(reference: str) -> tuple[KeyStore, str]:
    """The store that a reference "<scheme>:<name>" points to, and the name inside it.

    Raises KeyAbsent where the optional library of this kind of key is not installed.
    """
    scheme, _, name = reference.partition(":")
    try:
        return cast(KeyStore, _adapter(f"signing.keys.{scheme}")), name
    except ImportError as missing:
        raise KeyAbsent(reference) from missing


def remote_signer(kind: str) -> RemoteSigner:
    """The adapter for services of this kind."""
    return cast(RemoteSigner, _adapter(f"signing.remote.{kind}"))


def time_stamper() -> TimeStamper | None:
    """The installed time-stamping authority; None where there is none."""
    has_one = "signing.time" in settings.CONGVU_ADAPTERS
    return cast(TimeStamper, _adapter("signing.time")) if has_one else None


def revocation_source() -> RevocationSource:
    """The installed asker of certificate authorities."""
    return cast(RevocationSource, _adapter("signing.revocation"))


def authority() -> Authority | None:
    """The installed authority; None where certificates come from outside."""
    has_one = "signing.authority" in settings.CONGVU_ADAPTERS
    return cast(Authority, _adapter("signing.authority")) if has_one else None


def mark_artist() -> MarkArtist:
    """The artist of demonstration marks."""
    return cast(MarkArtist, _adapter("signing.marks"))

"""What crosses the walls of channels: orders, what adapters carry and answer, what comes in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from congvu.rules.moments import Audience, Channel

MAIL, SMS, ZALO = Channel.OFFICIAL_MAIL.value, Channel.SMS.value, Channel.ZALO.value
CHANNEL_WORDS = {MAIL: "thư điện tử công vụ", SMS: "tin nhắn SMS", ZALO: "Zalo"}


@dataclass(frozen=True)
class Order:
    """A message to be sent. `key` is the order's own name: the same key twice is one message.

    `roads`: channels in the order in which they are tried; each needs its address and its text.
    `basis`: "duty QC.9.2.a" (official duty under a clause) or "consent" (looked up in the ledger
    for each road; a road without consent is left out). `files`: (sha256, name) of kept files.
    """

    agency_id: int
    key: str
    purpose: str
    audience: Audience
    roads: tuple[str, ...]
    addresses: Mapping[str, str]
    texts: Mapping[str, Mapping[str, Any]]
    basis: str
    to_person_id: int | None = None
    to_agency_id: int | None = None
    to_name: str = ""
    lane: int = 1
    files: tuple[tuple[str, str], ...] = ()
    subject: tuple[str, int] | None = None
    send_from: datetime | None = None
    from_person_id: int | None = None  # from an official's own mailbox: only that person reads it


@dataclass(frozen=True)
class Outgoing:
    """One attempt as an adapter carries it. `tracking` travels with it and names it in receipts."""

    attempt_id: int
    tracking: str
    address: str
    to_name: str
    text: Mapping[str, Any]
    purpose: str
    agency_id: int
    files: tuple[tuple[str, str], ...] = ()
    external_id: str = ""
    is_withdrawn: bool = False  # the consent that it goes by has ended since it was ordered


class Result(StrEnum):
    """What came of handing an attempt over."""

    ACCEPTED = "accepted"
    DELIVERED = "delivered"  # it entered an account of this installation, or the adapter saw it
    TEMPORARY = "failed_temporary"
    PERMANENT = "failed_permanent"
    UNKNOWN = "unknown"  # the line broke after the message may have gone


@dataclass(frozen=True)
class Outcome:
    """The provider's answer. `at` is its moment if it says one; `raw` what it said, word for word.

    `wait_seconds`: come back not before (throttling). `is_provider_down` counts for the breaker.
    """

    result: Result
    external_id: str = ""
    at: datetime | None = None
    code: str = ""
    said: str = ""
    raw: bytes = b""
    parts: int = 1
    wait_seconds: float | None = None
    is_provider_down: bool = False

    @property
    def is_trouble(self) -> bool:
        """The provider itself is ill: it cannot be reached, or cannot be understood."""
        return self.is_provider_down or self.result == Result.UNKNOWN


@dataclass(frozen=True)
class SecretField:
    """One line of a provider's form. Whatever is kept under it is sealed; what `is_hidden` is
    never shown again, not even to whoever wrote it."""

    name: str
    label: str
    help: str = ""
    is_required: bool = False
    is_hidden: bool = False
    is_long: bool = False
    choices: tuple[tuple[str, str], ...] = ()  # (value, words); the first is kept as nothing


@dataclass(frozen=True)
class ProviderFacts:
    """A provider as its adapter needs it: `secrets` opened, kept in memory only."""

    id: int
    channel: str
    adapter: str
    name: str
    secrets: Mapping[str, Any]
    per_second: float


@dataclass(frozen=True)
class Receipt:
    """What a provider says later about an attempt it took: named by `tracking` or `external_id`.

    `address`, `submitted_at`: to whom and when it was taken, where the provider says so.
    """

    kind: str  # models.Evidence.Kind
    grade: str  # models.Evidence.Grade
    at: datetime
    tracking: str = ""
    external_id: str = ""
    code: str = ""
    said: str = ""
    address: str = ""
    submitted_at: datetime | None = None


@dataclass(frozen=True)
class PartTaken:
    """An SMSC took one part of an attempt; ordinals begin with 1.

    `given_id` as the SMSC wrote it, `external_id` in the form in which ids are compared.
    """

    tracking: str
    ordinal: int
    of: int
    given_id: str
    external_id: str
    at: datetime


@dataclass(frozen=True)
class Incoming:
    """A message as it came in, understood by its adapter; `raw` word for word.

    `facts`: what decides about the automatic answer: is_automatic, is_bulk, spf, dkim, …
    `answers`: tracking of the message of ours that it answers, if it says so.
    """

    channel: str
    provider_id: int | None
    external_id: str
    to_address: str
    from_address: str
    from_name: str
    subject: str
    text: str
    raw: bytes
    raw_mime: str
    entered_at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[tuple[str, bytes], ...] = ()
    answers: str = ""
    links: tuple[tuple[str, str], ...] = ()  # (name, address): fetched later by a job


@dataclass(frozen=True)
class ContactNews:
    """What an event says of a person and an account: follow, unfollow, a word, shared details."""

    kind: str  # follow, unfollow, word, shared
    provider_id: int
    oa_id: str
    user_id: str
    at: datetime
    shared: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ArticleWords:
    """What an article for an account says; `cover` is the address of its picture."""

    title: str
    summary: str
    text: str
    cover: str

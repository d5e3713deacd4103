"""What other rooms and the pages know of a stay in the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from congvu.kit.refusal import Refusal
from congvu.orgs.types import Actor

Zone = Literal["internal", "internet"]
# What a session still owes before it may work: "ready" owes nothing; "idle" must sign in again.
Stage = Literal["factor", "enrol", "password", "ready", "idle"]


@dataclass(frozen=True)
class Entrance:
    """Where somebody stands when signing in: network address, zone, browser, trusted device."""

    address: str
    zone: Zone
    agent: str = ""
    device: str = ""


@dataclass(frozen=True)
class Visit:
    """A session as the web sees it. `who` acts only while `stage` is "ready"."""

    session_id: int
    account_id: int
    username: str
    kind: str
    stage: Stage
    who: Actor
    created_at: datetime
    last_seen_at: datetime
    factor_at: datetime | None
    idle_seconds: int
    posting_count: int = 1

    @property
    def actor(self) -> Actor | None:
        """Who acts; None until every duty of signing in is done."""
        return self.who if self.stage == "ready" else None


@dataclass(frozen=True)
class Attempt:
    """How a try to sign in (or to confirm a factor) ended: a new token, or a refusal to show.

    A failed try is recorded, therefore it is an answer and not an exception.
    """

    token: str = ""
    stage: Stage = "ready"
    refusal: Refusal | None = None


@dataclass(frozen=True)
class PostingChoice:
    """A posting that the person may switch to."""

    posting_id: int
    title: str
    unit_name: str
    agency_name: str
    roles: frozenset[str]


@dataclass(frozen=True)
class SessionLine:
    """A row of the list of one's own sessions."""

    session_id: int
    created_at: datetime
    last_seen_at: datetime
    ended_at: datetime | None
    end_reason: str
    address: str
    agent: str
    zone: str


@dataclass(frozen=True)
class AccountLine:
    """A row of the account list; the columns are those of QCVN 12:2026/BCA 3.7.2.5.1."""

    account_id: int
    kind: str
    username: str
    status: str
    asset: str
    person_name: str
    managing_person: str
    department: str
    activated_at: datetime
    deactivated_at: datetime | None


@dataclass(frozen=True, slots=True)
class ManagedAccount:
    """An account as its administrator sees it; `post`: the owner's main posting of today."""

    id: int
    username: str
    kind: str
    kind_label: str
    status: str
    status_label: str
    person_id: int
    person_name: str
    post: str
    agency_name: str
    last_sign_in_at: datetime | None
    locked_until: datetime | None
    must_change: bool
    has_factor: bool
    opened_at: datetime
    deactivated_at: datetime | None
    deactivation_reason: str


@dataclass(frozen=True)
class Mismatch:
    """An account or session that no longer agrees with the person's postings (A17)."""

    account_id: int
    username: str
    full_name: str
    why: str

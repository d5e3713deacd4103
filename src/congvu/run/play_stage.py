"""The stage of `congvu play`: who acts, behind which wall, at what time, and what is printed.

Every act goes through the same verbs, walls and jobs as in the running system; only the clock is
injected.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from congvu.accounts.models import Account
from congvu.documents.models import Arrival
from congvu.kit import clock, jobs, wall
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.clauses import citation
from congvu.rules.words import moment_words

ROAD_TAKES = timedelta(seconds=20)


class Stage:
    """Where the story happens. `out` is the folder of its papers."""

    def __init__(self, out: Path, *, is_quiet: bool = False) -> None:
        self.out = out
        self.is_quiet = is_quiet
        self.steps = 0
        self.at = clock.at_vietnam(2000, 1, 1)
        out.mkdir(parents=True, exist_ok=True)

    def actor(self, username: str) -> Actor:
        """The official behind a demonstration account, as of the story's moment."""
        account = Account.objects.get(username=username)
        held = orgs.postings_of(account.person_id, clock.local(self.at).date())
        return orgs.actor_for(held[0].posting_id, self.at, account.id)

    def clerk_of(self, agency_id: int) -> Actor:
        """A clerk of an agency, with or without an account."""
        held = orgs.clerks_of(agency_id, clock.local(self.at).date())
        return orgs.actor_for(held[0].posting_id, self.at)

    def set_clock(self, text: str) -> datetime:
        """Move the story to "21/01/2022 08:15" (Vietnam); it never goes back."""
        day, hour = text.split()
        moment = clock.at_vietnam(*_numbers(day, "/")[::-1], *_numbers(hour, ":"))
        if moment < self.at:
            raise ValueError(f"the story cannot go back to {text}")
        self.at = moment
        return moment

    @contextmanager
    def acting(self, by: Actor) -> Iterator[None]:
        """One request of the web: one transaction, behind the wall of the actor's agency."""
        with clock.frozen(self.at), transaction.atomic():
            wall.enter_agency(by.agency_id, by.person_id)
            yield

    def work_off(self) -> None:
        """Let the worker run what the acts have asked for, some seconds later."""
        with clock.frozen(self.at + ROAD_TAKES):
            jobs.run_all()

    def scene(self, title: str) -> None:
        """Print the head of a scene."""
        self.line(f"\n— {title}")

    def tell(self, by: Actor | None, what: str, law: str, *moments: tuple[str, datetime]) -> None:
        """Print one step: when, who, what, the legal moments, under which clause."""
        self.steps += 1
        who = f"{by.full_name}, {by.title}, {by.agency_name}" if by else "Hệ thống"
        self.line(f"{self.steps:>3}. {moment_words(self.at)} · {who}")
        self.line(f"     {what}")
        for name, moment in moments:
            self.line(f"       {name}: {moment_words(moment)}")
        self.line(f"       Căn cứ: {citation(law)} ({law})")

    def tell_arrival(self, document_id: int, agency_id: int) -> None:
        """Print the legal moments of one arrival, with the reason for the computed one."""
        arrival = Arrival.objects.get(document_id=document_id, agency_id=agency_id)
        self.tell(
            None,
            f"Văn bản vào tài khoản của {orgs.agency(agency_id).name}",
            "QC.8.1",
            ("gửi", arrival.sent_at),
            ("vào Hệ thống", arrival.entered_at),
            ("được tính là nhận", arrival.received_at),
        )
        self.line(f"       Vì sao: {arrival.findings['received_at']['explanation']}")

    def line(self, text: str) -> None:
        """Print, unless the story is told for a test."""
        if not self.is_quiet:
            print(text)

    def keep(self, name: str, content: bytes) -> Path:
        """Write one of the story's papers."""
        path = self.out / name
        path.write_bytes(content)
        return path


def _numbers(text: str, sign: str) -> list[int]:
    return [int(part) for part in text.split(sign)]

"""Figures of `congvu bench` for the list of arrivals and for search (issue: list page, search)."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection, transaction

from congvu.accounts.models import Account
from congvu.accounts.queries import policy
from congvu.accounts.sign_in import start_session
from congvu.accounts.types import Entrance
from congvu.documents.models import Arrival, Document
from congvu.documents.queries.found import find_documents
from congvu.kit import wall
from congvu.orgs import queries as orgs
from congvu.orgs.models import Posting
from congvu.orgs.types import Actor
from congvu.run.bench_meter import Cost, Figure, Meter, backend_cpu, median, percentile
from congvu.run.bench_words import unique_word
from congvu.wsgi import application

PAGE = "/van-ban-den/"
COMMON = ("điện tử", "văn bản", "he thong", "quy định")


@dataclass
class Recorder:
    """The statements that Django runs, to be run again without it."""

    statements: list[tuple[str, Any]] = field(default_factory=list)

    def __call__(
        self, execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any
    ) -> Any:
        self.statements.append((sql, values))
        return execute(sql, values, many, context)


class Browser:
    """A signed-in official's requests, through the whole middleware, as the web server makes
    them."""

    def __init__(self, posting: Posting, at: datetime) -> None:
        self._answer = application
        account, _ = Account.objects.get_or_create(
            person_id=posting.person_id,
            defaults={
                "username": f"bench{posting.id}",
                "password_hash": "!",
                "password_changed_at": at,
                "must_change": False,
                "opened_at": at,
                "activated_at": at,
            },
        )
        token = start_session(
            account,
            posting_id=posting.id,
            rules=policy(at),
            entrance=Entrance(address="127.0.0.1", zone="internal", agent="bench"),
            at=at,
        )
        self._cookie = f"{settings.SESSION_COOKIE}={token}"

    def get(self, path: str) -> bytes:
        """The body of the page; an answer other than 200 ends the measurement."""
        said: list[str] = []
        environ = {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": path,
            "QUERY_STRING": "",
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "127.0.0.1",
            "HTTP_COOKIE": self._cookie,
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(),
        }
        response = self._answer(environ, lambda status, headers: said.append(status))
        try:
            body = b"".join(response)
        finally:
            response.close()
        if not said[0].startswith("200"):
            raise RuntimeError(f"{path}: {said[0]}")
        return body


@contextmanager
def bare_connection() -> Iterator[psycopg.Connection[Any]]:
    """psycopg without Django, to the same database, prepared statements as in production."""
    wanted = connection.get_connection_params()
    options = {key: wanted[key] for key in ("dbname", "user", "password", "host", "port")}
    with psycopg.connect(**options, autocommit=True) as bare:
        bare.prepare_threshold = wanted.get("prepare_threshold", 2)
        yield bare


def backend() -> int:
    """The process id of Django's own database connection."""
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def replay(bare: psycopg.Connection[Any], statements: Sequence[tuple[str, Any]]) -> None:
    """The same statements in one transaction, their rows fetched and thrown away."""
    with bare.transaction(), bare.cursor() as cursor:
        for sql, values in statements:
            cursor.execute(sql, values)
            if cursor.description:
                cursor.fetchall()


def busy_posting(role: str) -> Posting:
    """A holder of the role in the agency that gets most documents."""
    agency_id = Arrival.objects.raw(
        "SELECT min(id) AS id, agency_id FROM documents_arrival GROUP BY agency_id"
        " ORDER BY count(*) DESC, agency_id LIMIT 1"
    )[0].agency_id
    return Posting.objects.filter(agency_id=agency_id, roles__contains=[role]).order_by("id")[0]


def measure_list(at: datetime, *, rounds: int, times: int) -> list[Figure]:
    """The list page as a clerk: against its own queries run bare, and against the same page
    without the wall."""
    browser, official = (Browser(busy_posting(role), at) for role in ("clerk", "official"))
    recorder = Recorder()
    browser.get(PAGE)
    with connection.execute_wrapper(recorder):
        browser.get(PAGE)
    pages, raws, unfiltered, officials = [], [], [], []
    with bare_connection() as bare:
        inside, outside = Meter(backend()), Meter(bare.info.backend_pid)
        _warm(browser, official, bare, recorder.statements)
        for _ in range(rounds):
            pages.append(inside.cost(lambda: browser.get(PAGE), times))
            raws.append(outside.cost(lambda: replay(bare, recorder.statements), times))
            with _no_wall():
                browser.get(PAGE)
                browser.get(PAGE)
                unfiltered.append(inside.cost(lambda: browser.get(PAGE), times))
            browser.get(PAGE)
            browser.get(PAGE)
            officials.append(inside.cost(lambda: official.get(PAGE), times))
    return _list_figures(pages, raws, unfiltered, officials, len(recorder.statements))


def _warm(
    browser: Browser,
    official: Browser,
    bare: psycopg.Connection[Any],
    statements: Sequence[tuple[str, Any]],
) -> None:
    """Plans prepared, templates compiled, pages of the tables read."""
    for _ in range(8):
        browser.get(PAGE)
        official.get(PAGE)
        replay(bare, statements)


@contextmanager
def _no_wall() -> Iterator[None]:
    """The web's role for the time being is the one whose policies let every row through."""
    before, wall.APP_ROLE = wall.APP_ROLE, wall.JOBS_ROLE
    try:
        yield
    finally:
        wall.APP_ROLE = before


def _list_figures(
    pages: Sequence[Cost],
    raws: Sequence[Cost],
    unfiltered: Sequence[Cost],
    officials: Sequence[Cost],
    statements: int,
) -> list[Figure]:
    whole, raw, free, narrow = (
        median([one.total for one in costs]) for costs in (pages, raws, unfiltered, officials)
    )
    against_raw = [page.total / bare.total for page, bare in zip(pages, raws, strict=True)]
    against_free = [page.total / open_.total for page, open_ in zip(pages, unfiltered, strict=True)]
    details = {
        "app_ms": median([one.app for one in pages]) * 1000,
        "database_ms": median([one.database for one in pages]) * 1000,
        "raw_ms": raw * 1000,
        "statements": statements,
    }
    return [
        Figure("list_ratio", "Trang văn bản đến / truy vấn trần", median(against_raw), "×", 6.0,
               details=details),
        Figure("list_ms", "Trang văn bản đến, CPU", whole * 1000, "ms", 5.0, details=details),
        Figure("list_wall", "Trang của văn thư / không có tường dòng", median(against_free), "×",
               1.3, details={"unfiltered_ms": free * 1000}),
        Figure("list_official", "Trang của chuyên viên, CPU", narrow * 1000, "ms"),
    ]  # fmt: skip


def measure_search(documents: int, at: datetime, *, rounds: int) -> list[Figure]:
    """p95 of a whole search (both phases, visibility, rows) for common words and unique terms.

    Agencies are drawn by lot, large and small; the cost is CPU in this process and in PostgreSQL.
    """
    drawn = random.Random(documents)  # noqa: S311 (a lot, not secrets)
    clerks = list(Posting.objects.filter(roles__contains=["clerk"]).order_by("id"))
    actors = [orgs.actor_for(one.id, at) for one in drawn.sample(clerks, min(len(clerks), 24))]
    actors.append(orgs.actor_for(busy_posting("clerk").id, at))
    common = [(by, word) for by in actors for word in COMMON]
    unique = [(_reader_of(number, actors), unique_word(number)) for number in
              drawn.sample(range(1, documents + 1), min(documents, len(common)))]  # fmt: skip
    figures = []
    for key, name, questions in (
        ("search_common", "Tìm từ phổ biến, p95 CPU", common),
        ("search_unique", "Tìm từ chỉ có một, p95 CPU", unique),
    ):
        spent, waited = _search_all(questions, rounds)
        figures.append(
            Figure(key, name, percentile(spent, 0.95) * 1000, "ms", 50.0,
                   details={"median_ms": median(spent) * 1000,
                            "worst_ms": max(spent) * 1000,
                            "wall_p95_ms": percentile(waited, 0.95) * 1000})
        )  # fmt: skip
    return figures


def _reader_of(number: int, actors: Sequence[Actor]) -> Actor:
    """Somebody whose agency has the document: its clerk, else anybody (who finds nothing)."""
    by_agency = {one.agency_id: one for one in actors}
    document = Document.objects.get(id=number)
    there = [document.agency_id, *document.arrivals.values_list("agency_id", flat=True)]
    return next((by_agency[one] for one in there if one in by_agency), actors[-1])


def _search_all(
    questions: Sequence[tuple[Actor, str]], rounds: int
) -> tuple[list[float], list[float]]:
    spent, waited = [], []
    pid = backend()
    for _ in range(rounds):
        for by, text in questions:
            began = (time.process_time() + backend_cpu(pid), time.perf_counter())
            with transaction.atomic():
                wall.enter_agency(by.agency_id, by.person_id)
                find_documents(by, text)
            spent.append(time.process_time() + backend_cpu(pid) - began[0])
            waited.append(time.perf_counter() - began[1])
    return spent, waited

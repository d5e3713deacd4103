"""Figures of `congvu bench` for numbering: commits a second of several clerks at once.

Each client is a process of its own with its own connection. The yardstick is a bare insert with a
commit by as many processes. Beside the verb as a whole stands the statement that holds the book
until the commit: that is what the clerks of one book wait for.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
from django.db import connection, transaction

from congvu.documents.models.document import new_check_code
from congvu.documents.outgoing.number import TAKE_NUMBER, number_document
from congvu.kit import clock, wall
from congvu.orgs import queries as orgs
from congvu.orgs.models import Agency, Posting
from congvu.orgs.types import Actor
from congvu.run.bench_clerk import RAW, STATEMENT, VERB, Turn, as_line
from congvu.run.bench_meter import Figure, median
from congvu.run.bench_pages import bare_connection

# The row that a number is, in a table of the same shape with the same indexes and keys.
BARE_TABLE = """
DROP TABLE IF EXISTS bench_commit;
CREATE TABLE bench_commit (LIKE documents_numbering INCLUDING ALL);
DO $$ DECLARE key record; BEGIN
    FOR key IN SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint
        WHERE conrelid = 'documents_numbering'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE bench_commit ADD CONSTRAINT %I %s',
                       'bench_' || left(key.conname, 50), key.definition);
    END LOOP;
END $$
"""
BARE = (
    "INSERT INTO bench_commit (agency_id, document_id, book_id, number, suffix, symbol,"
    " \"on\", by_id, at, void_reason) VALUES (%s, %s, %s, %s, '', '01/QĐ-UBND', %s, %s, %s, '')"
)
DOCUMENTS = """
INSERT INTO documents_document (agency_id, origin, state, check_code, type_code,
    is_legal_normative, subject, urgency, field, language, issuer_name, issuer_code, number_suffix,
    symbol, symbol_key, signer_name, signer_title, base_file, signed_file, issued_file, slots,
    started_at, changed_at)
SELECT agency, 'ours', 'signed', %(code)s || n, 'quyet-dinh', false, 'Về việc cấp số', 0, '',
    'Tiếng Việt', '', '', '', '', '', '', '', '', '', '', '{}', %(at)s, %(at)s
FROM unnest(%(agencies)s::bigint[]) WITH ORDINALITY AS t(agency, n) RETURNING id, agency_id
"""
SIGNINGS = """
INSERT INTO documents_signing (agency_id, document_id, part, by_id, authority, certificate_subject,
    certificate_serial, file_before, file_after, at)
SELECT agency_id, id, 'person', %(by)s, '', '', '', '', '', %(at)s
FROM documents_document WHERE id = ANY(%(ids)s)
"""
BOOK_OF_STATEMENTS = """
INSERT INTO documents_registerbook (agency_id, direction, series, year, name, last_number,
    taken_over_at_number, taken_over_basis)
SELECT id, 'out', 'bench', %s, 'Sổ thử', 0, 0, '' FROM orgs_agency
ON CONFLICT (agency_id, direction, series, year) DO UPDATE SET name = excluded.name
RETURNING agency_id, id
"""


def measure_numbers(at: datetime, *, rounds: int, each: int, clients: int) -> list[Figure]:
    """Rates over all books and on one book; `each` documents per client, turn and round.

    The verb as a whole, slow beside a bare insert, gets a quarter of them.
    """
    clerks = _clerks()
    books = _books(at)
    agencies = sorted(clerks)
    plan = [
        (kind, spread)
        for _ in range(rounds)
        for kind, spread in (
            (RAW, agencies),
            (STATEMENT, agencies),
            (VERB, agencies),
            (STATEMENT, agencies[:1]),
            (VERB, agencies[:1]),
        )
    ]
    turns: list[list[Turn]] = [[] for _ in range(clients)]
    sizes: list[int] = []
    for kind, spread in plan:
        sizes.append(clients * (max(1, each // 4) if kind == VERB else each))
        wanted = [spread[k % len(spread)] for k in range(sizes[-1])]
        made = _signed_documents(wanted, clerks, at)
        rows = [(one, books[agency], clerks[agency]) for one, agency in made]
        for client in range(clients):
            turns[client].append(Turn(kind, at, rows[client::clients]))
    rates = _race(turns, sizes)
    return _figures(rates, len(plan) // rounds, clients)


def _figures(rates: Sequence[float], width: int, clients: int) -> list[Figure]:
    columns = [list(rates[place::width]) for place in range(width)]
    raw = columns[0]
    shares = [
        median([rate / bare for rate, bare in zip(column, raw, strict=True)])
        for column in columns[1:]
    ]
    told = [
        {"commits_per_second": median(column), "raw_per_second": median(raw), "clients": clients}
        for column in columns[1:]
    ]
    names = (
        ("number_books", "Cấp số, mọi sổ: câu lệnh giữ sổ / insert trần", 0.6),
        ("number_verb_books", "Cấp số, mọi sổ: cả thủ tục / insert trần", None),
        ("number_one", "Cấp số, một sổ: câu lệnh giữ sổ / insert trần", 0.2),
        ("number_verb_one", "Cấp số, một sổ: cả thủ tục / insert trần", None),
    )
    return [
        Figure(key, name, share, "×", limit, is_floor=True, details=details)
        for (key, name, limit), share, details in zip(names, shares, told, strict=True)
    ]


def _race(turns: Sequence[Sequence[Turn]], sizes: Sequence[int]) -> list[float]:
    """Commits a second of every turn, from the first start to the last end."""
    clerks = [
        subprocess.Popen(
            [sys.executable, "-m", "congvu.run.bench_clerk"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in turns
    ]
    try:
        for clerk, own in zip(clerks, turns, strict=True):
            _tell(clerk, as_line(own))
        for clerk in clerks:
            _hear(clerk)
        return [_rate(clerks, size) for size in sizes]
    finally:
        for clerk in clerks:
            clerk.kill()
            clerk.wait()


def _rate(clerks: Sequence[subprocess.Popen[str]], size: int) -> float:
    for clerk in clerks:
        _tell(clerk, "go")
    times = [[float(word) for word in _hear(clerk).split()] for clerk in clerks]
    return size / (max(ended for _, ended in times) - min(began for began, _ in times))


def _tell(clerk: subprocess.Popen[str], line: str) -> None:
    assert clerk.stdin is not None  # noqa: S101 (opened as a pipe)
    clerk.stdin.write(f"{line}\n")
    clerk.stdin.flush()


def _hear(clerk: subprocess.Popen[str]) -> str:
    assert clerk.stdout is not None  # noqa: S101 (opened as a pipe)
    line = clerk.stdout.readline()
    if not line:
        raise RuntimeError("a clerk of the bench has ended before its turn")
    return line


@contextmanager
def open_desk(turns: Sequence[Turn]) -> Iterator[list[Callable[[int, int, int], None]]]:
    """In the client's process: the act of each turn, everything opened and known beforehand."""
    postings = {posting for turn in turns for _, _, posting in turn.documents}
    actors = {posting: orgs.actor_for(posting, turns[0].at) for posting in postings}
    connection.ensure_connection()
    with bare_connection() as bare, clock.frozen(turns[0].at):
        yield [_act(turn, bare, actors) for turn in turns]


def _act(
    turn: Turn, bare: psycopg.Connection[Any], actors: dict[int, Actor]
) -> Callable[[int, int, int], None]:
    at, on = turn.at, clock.local(turn.at).date()

    def insert(document: int, book: int, posting: int) -> None:
        agency = actors[posting].agency_id
        bare.execute(BARE, [agency, document, book, document, on, posting, at])

    def take(document: int, book: int, posting: int) -> None:
        values = {
            "book_id": book,
            "agency_id": actors[posting].agency_id,
            "document_id": document,
            "after": "QĐ-UBND",
            "after_key": "/qd-ubnd",
            "on": on,
            "by_id": posting,
            "at": at,
        }
        bare.execute(TAKE_NUMBER, values)

    def number(document: int, book: int, posting: int) -> None:
        by = actors[posting]
        with transaction.atomic():
            wall.enter_agency(by.agency_id, by.person_id)
            number_document(document_id=document, by=by, at=at)

    return {RAW: insert, STATEMENT: take, VERB: number}[turn.kind]


def _clerks() -> dict[int, int]:
    """One clerk's posting per agency."""
    rows = Posting.objects.filter(roles__contains=["clerk"]).order_by("-id")
    return dict(rows.values_list("agency_id", "id"))


def _books(at: datetime) -> dict[int, int]:
    """A book of every agency for the bare statement; the verb opens its own."""
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)  # no parameters: the signs of format stay as they are
        cursor.execute(BOOK_OF_STATEMENTS, [clock.local(at).year])
        return dict(cursor.fetchall())


def _signed_documents(
    agencies: Sequence[int], clerks: dict[int, int], at: datetime
) -> list[tuple[int, int]]:
    """Documents that wait for their number, one for each agency named: (id, agency)."""
    signer = clerks[Agency.objects.filter(id__in=agencies).order_by("id")[0].id]
    with connection.cursor() as cursor:
        cursor.execute(
            DOCUMENTS, {"code": new_check_code()[:12], "agencies": list(agencies), "at": at}
        )
        made = cursor.fetchall()
        cursor.execute(SIGNINGS, {"by": signer, "at": at, "ids": [one for one, _ in made]})
    return made

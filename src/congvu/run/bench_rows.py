"""The data of `congvu bench`: documents, arrivals, registers, readers and search, from one seed.

Texts and addressees are drawn here and copied into a stage; everything else follows in SQL from
row numbers, so the same seed makes the same rows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from congvu.documents.incoming.receive import legal_moments
from congvu.kit.folding import symbol_key
from congvu.orgs import queries as orgs
from congvu.orgs.models import Agency
from congvu.rules.deadlines import Priority
from congvu.run.bench_people import standing_agencies
from congvu.run.bench_words import Wording

YEARS_BACK = timedelta(days=730)
EVERYWHERE, MANY = 0.004, 0.05  # shares of documents for all agencies, and for ten of them
OUTSIDE = 0.1  # share that came by hand from outside the province
TYPES = (
    ("cong-van", ""),
    ("cong-van", ""),
    ("cong-van", ""),
    ("quyet-dinh", "QĐ"),
    ("bao-cao", "BC"),
    ("to-trinh", "TTr"),
    ("thong-bao", "TB"),
    ("ke-hoach", "KH"),
    ("giay-moi", "GM"),
)
STAGE = """
DROP TABLE IF EXISTS bench_stage;
CREATE UNLOGGED TABLE bench_stage (id bigint, agency_id bigint, origin text, type_code text,
    subject text, number int, symbol text, symbol_key text, urgency int, issued_at timestamptz,
    issuer_name text, to_ids bigint[], folded_subject text, accented_subject text,
    folded_body text)
"""
DOCUMENTS = """
INSERT INTO documents_document (id, agency_id, origin, state, check_code, type_code,
    is_legal_normative, subject, urgency, field, language, page_count, issuer_name, issuer_code,
    number, number_suffix, symbol, symbol_key, issued_on, signer_name, signer_title, base_file,
    signed_file, issued_file, slots, started_at, issued_at, changed_at)
SELECT id, agency_id, origin, CASE origin WHEN 'ours' THEN 'issued' ELSE 'taken_in' END,
    'BENCH' || lpad(id::text, 16, '0'), type_code, false, subject, urgency, '', 'Tiếng Việt', 2,
    issuer_name, '', number, '', symbol, symbol_key, issued_at::date, 'Nguyễn Văn An', 'Giám đốc',
    '', '', '', '{}', issued_at, CASE origin WHEN 'ours' THEN issued_at END, issued_at
FROM bench_stage ORDER BY id
"""
ARRIVALS = """
INSERT INTO documents_arrival (agency_id, document_id, channel, state, urgency,
    is_for_information, sender_name, sent_at, entered_at, received_at, acknowledged_at,
    register_by, findings, first_read_at, changed_at)
SELECT agency, id, CASE origin WHEN 'ours' THEN 'exchange' ELSE 'by_hand' END,
    CASE WHEN fresh AND drawn < 60 THEN 'arrived'
         WHEN newer THEN
             (ARRAY['registered', 'presented', 'assigned', 'in_work', 'done'])[1 + drawn %% 5]
         WHEN drawn = 0 THEN 'in_work' WHEN drawn = 1 THEN 'handed_back' ELSE 'done' END,
    urgency, place > 1, issuer_name, issued_at, issued_at + interval '20 seconds',
    issued_at + interval '20 seconds', issued_at + interval '1 hour',
    issued_at + interval '1 day', %(findings)s::jsonb,
    CASE WHEN NOT fresh THEN issued_at + interval '2 hours' END, issued_at + interval '1 hour'
FROM (SELECT s.*, t.agency, t.place, abs(hashint8(s.id * 1000 + t.agency)) %% 100 AS drawn,
          s.issued_at > %(at)s::timestamptz - interval '2 days' AS fresh,
          s.issued_at > %(at)s::timestamptz - interval '15 days' AS newer
      FROM bench_stage s CROSS JOIN LATERAL unnest(s.to_ids) WITH ORDINALITY AS t(agency, place)
     ) drawn_rows
ORDER BY id, agency
"""
BOOKS = """
INSERT INTO documents_registerbook (agency_id, direction, series, year, name, last_number,
    taken_over_at_number, taken_over_basis)
SELECT agency_id, 'in', 'all', extract(year FROM received_at)::int, 'Sổ đăng ký văn bản đến',
    count(*), 0, ''
FROM documents_arrival WHERE state NOT IN ('arrived', 'handed_back')
GROUP BY agency_id, extract(year FROM received_at)
"""
REGISTRATIONS = """
INSERT INTO documents_registration (agency_id, arrival_id, book_id, number, "on", note, by_id, at)
SELECT a.agency_id, a.id, b.id, row_number() OVER (PARTITION BY b.id ORDER BY a.id),
    a.received_at::date, '', c.id, a.received_at + interval '1 hour'
FROM documents_arrival a
JOIN documents_registerbook b ON b.agency_id = a.agency_id AND b.direction = 'in'
    AND b.year = extract(year FROM a.received_at)
JOIN (SELECT agency_id, min(id) AS id FROM orgs_posting WHERE roles @> ARRAY['clerk']::varchar[]
      GROUP BY agency_id) c ON c.agency_id = a.agency_id
WHERE a.state NOT IN ('arrived', 'handed_back')
"""
READERS = """
INSERT INTO documents_reader (agency_id, document_id, posting_id, reason, at)
SELECT a.agency_id, a.document_id, p.ids[1 + abs(hashint8(a.id)) % cardinality(p.ids)], 'assigned',
    a.received_at
FROM documents_arrival a
JOIN (SELECT agency_id, array_agg(id ORDER BY id) AS ids FROM orgs_posting
      WHERE roles @> ARRAY['official']::varchar[] GROUP BY agency_id) p USING (agency_id)
WHERE a.state NOT IN ('arrived', 'registered', 'handed_back')
"""
SEARCH_ENTRIES = """
INSERT INTO documents_searchentry (document_id, agencies, received_at, tsv)
SELECT id, CASE WHEN agency_id = ANY(to_ids) THEN to_ids ELSE to_ids || agency_id END, issued_at,
    setweight(to_tsvector('simple', folded_subject), 'A')
    || setweight(to_tsvector('simple', accented_subject), 'B')
    || setweight(to_tsvector('simple', folded_body), 'D')
FROM bench_stage ORDER BY id
"""
SEARCH_INDEX = "documents_search_words"
TABLES = (
    "documents_document",
    "documents_arrival",
    "documents_registration",
    "documents_reader",
    "documents_searchentry",
    "orgs_posting",
    "orgs_person",
)


def enter_documents(count: int, at: datetime, seed: int) -> None:
    """`count` documents of the two years before `at`, in a database that has people."""
    agencies = list(standing_agencies())
    with connection.cursor() as cursor:
        cursor.execute(STAGE)
        with cursor.copy("COPY bench_stage FROM STDIN") as copy:
            for row in _documents(agencies, count, at, seed):
                copy.write_row(row)
        _run(cursor, "ANALYZE bench_stage", DOCUMENTS)
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence('documents_document', 'id'), %s)", [count]
        )
    searching = _beside(_enter_search_entries)
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, {"at": at, "findings": _findings(at)})
        _run(cursor, BOOKS, "ANALYZE documents_arrival")
        naming = _beside(_enter_readers)
        _run(cursor, REGISTRATIONS)
    searching.result()
    naming.result()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_stage")
        for table in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _beside(work: Callable[[], None]) -> Future[None]:
    """Do it on a connection of its own, for the other core; what fails there fails here."""

    def on_its_own() -> None:
        try:
            work()
        finally:
            connection.close()

    with_one_thread = ThreadPoolExecutor(1)
    started = with_one_thread.submit(on_its_own)
    with_one_thread.shutdown(wait=False)
    return started


def _enter_readers() -> None:
    with connection.cursor() as cursor:
        _run(cursor, READERS)


def _enter_search_entries() -> None:
    """Fill the search table, its word index built once at the end."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_indexdef(%s::regclass)", [SEARCH_INDEX])
        (definition,) = cursor.fetchone()
        _run(cursor, f"DROP INDEX {SEARCH_INDEX}", SEARCH_ENTRIES, definition)


def _run(cursor: Any, *statements: str) -> None:
    cursor.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    for statement in statements:
        cursor.execute(statement)


def _findings(at: datetime) -> str:
    """The findings of one real computation: every invented arrival carries as much text."""
    calendar = orgs.working_calendar(standing_agencies()[0].id, at)
    return legal_moments(at, Priority.NORMAL, calendar).findings


def _documents(
    agencies: Sequence[Agency], count: int, at: datetime, seed: int
) -> Iterator[tuple[Any, ...]]:
    """Rows of the stage, oldest first, numbers running per agency and year."""
    drawn = random.Random(seed)  # noqa: S311 (text, not secrets)
    wording = Wording(seed)
    weights = [1 if one.kind == "commune" else 6 for one in agencies]
    ids = [one.id for one in agencies]
    numbers: dict[tuple[int, int], int] = {}
    moments = sorted(_moment(drawn, at) for _ in range(count))
    senders = drawn.choices(agencies, weights, k=count)
    for number, (issued_at, sender) in enumerate(zip(moments, senders, strict=True), start=1):
        text, (type_code, letters) = wording.next_text(number), drawn.choice(TYPES)
        key = (sender.id, issued_at.year)
        numbers[key] = numbers.get(key, 0) + 1
        is_outside = drawn.random() < OUTSIDE
        symbol = f"{numbers[key]:02d}/{letters + '-' if letters else ''}{sender.symbol}"
        to_ids = [sender.id] if is_outside else _addressees(drawn, sender.id, ids, weights)
        yield (
            number,
            sender.id,
            "outside" if is_outside else "ours",
            type_code,
            text.subject,
            None if is_outside else numbers[key],
            symbol,
            symbol_key(symbol),
            drawn.choices((0, 1, 2, 3), (90, 7, 2, 1))[0],
            issued_at,
            "Bộ Nội vụ" if is_outside else sender.name,
            to_ids,
            text.folded_subject,
            text.accented_subject,
            text.folded_body,
        )


def _moment(drawn: random.Random, at: datetime) -> datetime:
    """A moment of office hours on a weekday; never after `at`."""
    moment = at - timedelta(seconds=drawn.randrange(int(YEARS_BACK.total_seconds())))
    moment = moment.replace(hour=drawn.randrange(1, 10))  # 08:00 to 17:00 in Vietnam
    moment -= timedelta(days=max(0, moment.weekday() - 4))
    return min(moment, at - timedelta(minutes=1))


def _addressees(
    drawn: random.Random, sender: int, ids: Sequence[int], weights: Sequence[int]
) -> list[int]:
    share = drawn.random()
    if share < EVERYWHERE:
        return [one for one in ids if one != sender]
    wanted = 10 if share < EVERYWHERE + MANY else drawn.randint(1, 3)
    return [one for one in dict.fromkeys(drawn.choices(ids, weights, k=wanted)) if one != sender]

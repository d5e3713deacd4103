"""Figure of `congvu bench` for the fan-out: one document to every agency, against bare SQL."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

import psycopg
from django.db import connection

from congvu.documents.incoming.receive import legal_moments
from congvu.documents.models import Document
from congvu.documents.models.document import new_check_code
from congvu.exchange.deliver import deliver_waiting
from congvu.kit import wall
from congvu.orgs import queries as orgs
from congvu.rules.deadlines import Priority
from congvu.run.bench_meter import Figure, Meter, median
from congvu.run.bench_pages import backend, bare_connection
from congvu.run.bench_people import standing_agencies

DOCUMENTS = """
INSERT INTO documents_document (agency_id, origin, state, check_code, type_code,
    is_legal_normative, subject, urgency, field, language, issuer_name, issuer_code, number_suffix,
    symbol, symbol_key, signer_name, signer_title, base_file, signed_file, issued_file, slots,
    started_at, issued_at, changed_at)
SELECT %(agency)s, 'ours', 'issued', %(code)s || n, 'cong-van', false, 'Về việc gửi tất cả', 0, '',
    'Tiếng Việt', 'Ủy ban nhân dân tỉnh', '', '', n || '/UBND', n || '/ubnd', '', '', '', '', '',
    '{}', %(at)s, %(at)s, %(at)s
FROM generate_series(1, %(count)s) AS n RETURNING id
"""
SEARCH_ENTRIES = """
INSERT INTO documents_searchentry (document_id, agencies, received_at, tsv)
SELECT id, ARRAY[agency_id], issued_at, to_tsvector('simple', 've viec gui tat ca')
FROM documents_document WHERE id = ANY(%(ids)s)
"""
DELIVERIES = """
INSERT INTO exchange_delivery (agency_id, document_id, to_agency_id, road, state,
    is_for_information, queued_at, state_at, state_reason, attempts)
SELECT d.agency_id, d.id, a.id, 'loopback', 'queued', false, %(at)s, %(at)s, '', 0
FROM documents_document d JOIN orgs_agency a ON a.id <> d.agency_id AND a.valid_to IS NULL
WHERE d.id = ANY(%(ids)s)
"""
# The rows that a delivery writes, as plainly as SQL can write them.
BARE = (
    """
INSERT INTO documents_arrival (agency_id, document_id, channel, state, urgency,
    is_for_information, sender_name, sent_at, entered_at, received_at, register_by, findings,
    changed_at)
SELECT to_agency_id, document_id, 'exchange', 'arrived', 0, false, 'Ủy ban nhân dân tỉnh',
    queued_at, %(at)s, %(received)s, %(due)s, %(findings)s::jsonb, %(at)s
FROM exchange_delivery WHERE document_id = %(document)s AND state = 'queued'
""",
    """
UPDATE documents_searchentry SET received_at = %(at)s, agencies = agencies || (
    SELECT array_agg(to_agency_id) FROM exchange_delivery WHERE document_id = %(document)s)
WHERE document_id = %(document)s
""",
    """
INSERT INTO exchange_receipt (document_id, delivery_id, from_agency_id, to_agency_id, code,
    by_name, reason, at, noted_at)
SELECT document_id, id, to_agency_id, agency_id, '01', '', '', %(at)s, %(at)s
FROM exchange_delivery WHERE document_id = %(document)s AND state = 'queued'
""",
    """
UPDATE exchange_delivery SET state = '01', state_at = %(at)s, sent_at = queued_at,
    entered_at = %(at)s, received_at = %(received)s, attempts = attempts + 1
WHERE document_id = %(document)s AND state = 'queued'
""",
)


def measure_fan_out(at: datetime, *, rounds: int) -> list[Figure]:
    """deliver_waiting against the bare SQL of the same rows, in turns; a document is used once."""
    warm = 4
    ids = _waiting_documents(2 * (rounds + warm), at)
    calendar = orgs.working_calendar(standing_agencies()[0].id, at)
    moments = legal_moments(at, Priority.NORMAL, calendar)
    values = {
        "at": at,
        "received": moments.received_at,
        "due": moments.register_by,
        "findings": moments.findings,
    }
    ours, theirs, reached = [], [], 0
    with bare_connection() as bare:
        inside, outside = Meter(backend()), Meter(bare.info.backend_pid)
        for place in range(0, len(ids), 2):
            mine, other = ids[place], ids[place + 1]
            ours.append(inside.cost(partial(deliver_waiting, document_id=mine, at=at)))
            bare_values = {**values, "document": other}
            theirs.append(outside.cost(partial(_deliver_bare, bare, bare_values)))
            reached = _arrived(mine)
            if _arrived(other) != reached:
                raise RuntimeError("the bare SQL wrote other rows than the verb")
    ratios = [one.total / other.total for one, other in zip(ours, theirs, strict=True)][warm:]
    details = {
        "agencies": reached,
        "app_ms": median([one.app for one in ours[warm:]]) * 1000,
        "database_ms": median([one.database for one in ours[warm:]]) * 1000,
        "raw_ms": median([one.total for one in theirs[warm:]]) * 1000,
    }
    name = f"Gửi tới {reached} cơ quan / SQL trần"
    return [Figure("fan_out", name, median(ratios), "×", 1.5, details=details)]


def _deliver_bare(bare: psycopg.Connection[Any], values: dict[str, Any]) -> None:
    with bare.transaction(), bare.cursor() as cursor:
        cursor.execute("SELECT set_config('role', %s, true)", [wall.JOBS_ROLE])
        for sql in BARE:
            cursor.execute(sql, values)


def _arrived(document_id: int) -> int:
    return Document.objects.get(id=document_id).arrivals.count()


def _waiting_documents(count: int, at: datetime) -> list[int]:
    """Issued documents whose deliveries to everybody else still wait."""
    agency_id = standing_agencies()[0].id
    with connection.cursor() as cursor:
        cursor.execute(
            DOCUMENTS,
            {"agency": agency_id, "code": new_check_code()[:12], "count": count, "at": at},
        )
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(SEARCH_ENTRIES, {"ids": ids})
        cursor.execute(DELIVERIES, {"ids": ids, "at": at})
    return ids

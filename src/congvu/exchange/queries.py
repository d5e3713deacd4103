"""What a page asks about deliveries: one row per recipient with its live state."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from congvu.exchange.states import DeliveryState


@dataclass(frozen=True)
class DeliveryRow:
    """One recipient of a document (theo dõi gửi nhận)."""

    agency_id: int
    agency_name: str
    group_name: str
    state: str
    state_label: str
    state_at: datetime
    reason: str
    sent_at: datetime | None
    entered_at: datetime | None
    received_at: datetime | None
    acknowledged_at: datetime | None
    is_for_information: bool


@dataclass(frozen=True)
class ReceiptRow:
    """One status message about a document."""

    code: str
    label: str
    from_name: str
    reason: str
    at: datetime


DELIVERIES = """
SELECT a.id, a.name, a.group_name, d.state, d.state_at, d.state_reason, d.sent_at, d.entered_at,
       d.received_at, d.acknowledged_at, d.is_for_information
FROM exchange_delivery d JOIN orgs_agency a ON a.id = d.to_agency_id
WHERE d.document_id = %s AND d.agency_id = %s ORDER BY a.ordering, a.id
"""
RECEIPTS = """
SELECT r.code, a.name, r.reason, r.at
FROM exchange_receipt r JOIN orgs_agency a ON a.id = r.from_agency_id
WHERE r.document_id = %s AND (r.to_agency_id = %s OR r.from_agency_id = %s)
ORDER BY r.at, r.id
"""


def deliveries_of(document_id: int, agency_id: int) -> list[DeliveryRow]:
    """All deliveries of a document that this agency sent."""
    with connection.cursor() as cursor:
        cursor.execute(DELIVERIES, [document_id, agency_id])
        return [
            DeliveryRow(
                *(
                    *row[:4],
                    str(DeliveryState(row[3]).label),
                    *row[4:],
                )
            )
            for row in cursor.fetchall()
        ]


def receipts_of(document_id: int, agency_id: int) -> list[ReceiptRow]:
    """The status messages this agency sent or got about a document, in time order."""
    with connection.cursor() as cursor:
        cursor.execute(RECEIPTS, [document_id, agency_id, agency_id])
        return [
            ReceiptRow(code, str(DeliveryState(code).label), name, reason, at)
            for code, name, reason, at in cursor.fetchall()
        ]


def tally(rows: Sequence[DeliveryRow]) -> dict[str, int]:
    """How many recipients stand in each state, by label."""
    counts: dict[str, int] = {}
    for row in rows:
        counts[row.state_label] = counts.get(row.state_label, 0) + 1
    return counts


def tallies_of(document_ids: Sequence[int], agency_id: int) -> dict[int, dict[str, int]]:
    """For each document how many of its recipients stand in each state (by code)."""
    tallies: dict[int, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, state, count(*) FROM exchange_delivery"
            " WHERE document_id = ANY(%s) AND agency_id = %s GROUP BY document_id, state",
            [list(document_ids), agency_id],
        )
        for document_id, state, count in cursor.fetchall():
            tallies.setdefault(document_id, {})[state] = count
    return tallies

"""Receive documents from the exchange: the facts are kept, the legal moments are computed.

QC.8.1 sends the document system to QĐ 55/2019; rules.moments says what is done in its place.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from congvu.kit.evidence import kept
from congvu.orgs import queries as orgs
from congvu.rules import deadlines, moments
from congvu.rules.calendar import WorkingCalendar
from congvu.rules.clauses import clause
from congvu.rules.deadlines import Priority


@dataclass(frozen=True)
class Incoming:
    """One document on its way into one agency."""

    agency_id: int
    is_for_information: bool = False


@dataclass(frozen=True)
class Received:
    """What the entry of a document at one agency brought about."""

    arrival_id: int
    agency_id: int
    entered_at: datetime
    received_at: datetime


INSERT_ARRIVALS = """
WITH found AS MATERIALIZED (SELECT %(findings)s::jsonb AS findings)
INSERT INTO documents_arrival (agency_id, document_id, channel, state, urgency,
    is_for_information, sender_name, sent_at, entered_at, received_at, register_by, findings,
    changed_at)
SELECT agency, %(document_id)s, 'exchange', 'arrived', %(urgency)s,
    agency = ANY(%(for_information)s::bigint[]), %(sender_name)s, %(sent_at)s, %(entered_at)s,
    %(received_at)s, %(register_by)s, findings, %(entered_at)s
FROM unnest(%(agencies)s::bigint[]) AS agency, found
ON CONFLICT (agency_id, document_id) DO NOTHING
RETURNING id, agency_id
"""

WIDEN_SEARCH = """
UPDATE documents_searchentry
SET agencies = (SELECT array_agg(DISTINCT a) FROM unnest(agencies || %s::bigint[]) AS t(a)),
    received_at = GREATEST(received_at, %s)
WHERE document_id = %s
"""


@clause("QC.8.1", "ND30.21", "ND30.4.2.c")
def receive_from_exchange(
    *,
    document_id: int,
    sender_name: str,
    urgency: int,
    sent_at: datetime,
    entered_at: datetime,
    incoming: Sequence[Incoming],
) -> list[Received]:
    """Enter one document at many agencies at once; those that have it are left alone.

    Runs in a job (crossing agencies): the caller holds the transaction and the wall.
    """
    received: list[Received] = []
    with transaction.atomic(), connection.cursor() as cursor:
        common = {
            "document_id": document_id,
            "urgency": urgency,
            "sender_name": sender_name,
            "sent_at": sent_at,
            "entered_at": entered_at,
            "for_information": [one.agency_id for one in incoming if one.is_for_information],
        }
        for moments, agencies in _by_moments(incoming, entered_at, Priority(urgency)):
            cursor.execute(INSERT_ARRIVALS, {**common, **vars(moments), "agencies": agencies})
            received += [
                Received(arrival_id, agency_id, entered_at, moments.received_at)
                for arrival_id, agency_id in cursor.fetchall()
            ]
        reached = [one.agency_id for one in received]
        cursor.execute(WIDEN_SEARCH, [reached, entered_at, document_id])
    return received


@dataclass(frozen=True)
class LegalMoments:
    """The computed moments of one entry, and the findings that explain them (JSON text)."""

    received_at: datetime
    register_by: datetime
    findings: str


def legal_moments(
    entered_at: datetime, urgency: Priority, calendar: WorkingCalendar
) -> LegalMoments:
    """When it counts as received, and by when it must stand in the register."""
    received = moments.received_through_document_system(entered_at, calendar)
    register = deadlines.register_by(received.value, urgency, calendar)
    acknowledge = deadlines.acknowledge_by(received.value, calendar)
    findings = {
        "received_at": kept(received),
        "register_by": kept(register),
        "acknowledge_by": kept(acknowledge),
    }
    return LegalMoments(
        received.value, register.value.latest, json.dumps(findings, ensure_ascii=False)
    )


def _by_moments(
    incoming: Sequence[Incoming], entered_at: datetime, urgency: Priority
) -> list[tuple[LegalMoments, list[int]]]:
    """The computed moments, each with its agencies: those that share a calendar share them."""
    calendars = orgs.working_calendars([one.agency_id for one in incoming], entered_at)
    groups: dict[int, tuple[LegalMoments, list[int]]] = {}
    for agency_id, calendar in calendars.items():
        if id(calendar) not in groups:
            groups[id(calendar)] = (legal_moments(entered_at, urgency, calendar), [])
        groups[id(calendar)][1].append(agency_id)
    return list(groups.values())

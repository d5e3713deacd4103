"""Figures of `congvu bench` for what comes in: a mail at the edge, and its clocks counted again."""

from __future__ import annotations

import asyncio
import smtplib
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import connection

from congvu.channels.adapters.lmtp import Edge, protocol_of
from congvu.channels.models import InboundMessage, OwnAddress
from congvu.channels.types import MAIL
from congvu.kit import clock
from congvu.orgs.close_office import close_office
from congvu.run.bench_meter import Figure, Meter, median
from congvu.run.bench_pages import backend, bare_connection, busy_posting
from congvu.timers.models import Timer
from congvu.timers.recount import recount_timers

LINES = 4
BOX = "snv@bench.example"
LETTER = """From: Nguyen Thi Hoa <hoa{number}@dan.example>
To: {box}
Subject: Hoi thu tuc {number}
Message-ID: <{number}.{mark}@dan.example>
Date: Thu, 15 Dec 2022 09:00:00 +0700
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Toi muon hoi thu tuc dang ky dat dai cua thua so {number}.
"""
BARE_TABLE = """
DROP TABLE IF EXISTS bench_inbound;
CREATE TABLE bench_inbound (LIKE channels_inboundmessage INCLUDING ALL);
"""
BARE = """
INSERT INTO bench_inbound (agency_id, channel, external_id, to_address, from_address, from_name,
    audience, reference, subject, text, raw, facts, entered_at, received_at, received_finding,
    state, ack_finding, decision, became_kind)
SELECT agency_id, channel, %(key)s, to_address, from_address, from_name, audience, %(reference)s,
    subject, text, raw, facts, entered_at, received_at, received_finding, state, ack_finding,
    decision, became_kind
FROM channels_inboundmessage WHERE id = %(id)s
"""
# Two-hour clocks of the whole province, begun late on a Thursday: a closed Friday moves them all.
TIMERS = """
WITH made AS (
    INSERT INTO timers_timer (agency_id, subject_kind, subject_id, kind, clause, started_at,
        budget_minutes, state, due_at, next_rung_at, calendar_version, explanation, notes)
    SELECT agency.id, 'bench', n, 'decline', 'QC.9.2.b',
        %(from)s::timestamptz + (n %% 7000) * interval '1 second', 120, 'running', NULL, NULL, '',
        '', '[]'
    FROM generate_series(1, %(number)s::int) AS n
    JOIN LATERAL (SELECT id FROM orgs_agency WHERE valid_to IS NULL ORDER BY id
        LIMIT 1 OFFSET n %% 100) AS agency ON true
    RETURNING id)
INSERT INTO timers_timerrung (timer_id, name, after_minutes)
SELECT made.id, rung.name, rung.minutes FROM made
CROSS JOIN (VALUES ('sixty', 60), ('ninety', 90), ('broken', 120)) AS rung(name, minutes)
"""


def measure_clocks(at: datetime, *, clocks: int) -> list[Figure]:
    """Open clocks counted again after the province was closed for a day: CPU of it all."""
    own = Timer.objects.filter(subject_kind="bench")
    with connection.cursor() as cursor:
        cursor.execute(TIMERS, {"from": at.replace(hour=15, minute=2), "number": clocks})
        cursor.execute("ANALYZE timers_timer; ANALYZE timers_timerrung")
    recount_timers(agency_id=None, at=at)
    friday = clock.local(at).date() + timedelta(days=1)
    before = own.first().due_at
    close_office(
        agency_id=None, days={friday: None}, reason="Bão", basis="Công điện", by=None, at=at
    )
    meter = Meter(backend())
    later = at + timedelta(minutes=1)
    moved = 0

    def recount() -> None:
        nonlocal moved
        moved = recount_timers(agency_id=None, at=later)

    cost = meter.cost(recount)
    if moved < clocks or own.first().due_at == before:
        raise RuntimeError(f"only {moved} of {clocks} clocks have moved")
    again = meter.cost(lambda: recount_timers(agency_id=None, at=later))
    details = {
        "clocks": float(clocks),
        "app_s": cost.app,
        "database_s": cost.database,
        "nothing_moved_s": again.total,
    }
    name = "Tính lại hạn 02 giờ khi mọi đồng hồ đều dời, cho 100.000 đồng hồ: CPU"
    value = cost.total * 100_000 / clocks
    return [Figure("channel_recount", name, value, "s", 10, details=details)]


def measure_edge(at: datetime, *, rounds: int, mails: int) -> list[Figure]:
    """Mails over LMTP, each answered after its commit, against the insert of such a row alone."""
    agency_id = busy_posting("clerk").agency_id
    OwnAddress.objects.create(agency_id=agency_id, channel=MAIL, address=BOX, valid_from=at)
    with connection.cursor() as cursor:
        cursor.execute(BARE_TABLE)
    shares, rates, bares = [], [], []
    with _edge() as port, bare_connection() as bare:
        _send(port, "warm", 2 * LINES)  # the sandbox reads its parser in
        row = InboundMessage.objects.latest("id").id
        for turn in range(rounds):
            rates.append(mails / _seconds(partial(_send, port, str(turn), mails)))
            bares.append(mails / _seconds(partial(_insert, bare, row, turn, mails)))
            shares.append(rates[-1] / bares[-1])
    details = {"mails_per_second": median(rates), "raw_per_second": median(bares)}
    name = "Nhận thư qua LMTP đến khi ghi xong / insert trần"
    return [Figure("channel_edge", name, median(shares), "×", 0.5, True, details)]


def _seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _insert(bare: Any, row: int, turn: int, mails: int) -> None:
    for number in range(mails):
        key = f"{turn}-{number}"
        bare.execute(BARE, {"id": row, "key": key, "reference": key})


def _send(port: int, mark: str, mails: int) -> None:
    """The mails over a few lines at once, as an MTA hands them over."""
    with ThreadPoolExecutor(LINES) as lines:
        list(lines.map(partial(_send_some, port, mark, mails), range(LINES)))


def _send_some(port: int, mark: str, mails: int, first: int) -> None:
    with smtplib.LMTP("127.0.0.1", port, timeout=60) as line:
        for number in range(first, mails, LINES):
            text = LETTER.format(number=number, mark=mark, box=BOX).encode()
            line.sendmail(f"hoa{number}@dan.example", [BOX], text)


@contextmanager
def _edge() -> Iterator[int]:
    """The real edge in a thread of its own."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    serving = loop.create_server(protocol_of(Edge()), "127.0.0.1", 0)
    server = asyncio.run_coroutine_threadsafe(serving, loop).result()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)

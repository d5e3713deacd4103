"""Figures of `congvu bench` for channels: acceptance, an order of 100,000 beside urgent messages.

A real worker process hands over to a stub; the urgent messages are accepted in this process while
the order drains, and what is measured is the clock of the wall from acceptance to the provider's
yes, written down. Nothing may be lost or doubled: the run fails otherwise.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection, transaction

from congvu.bulk.check_rows import check_rows
from congvu.bulk.decide_template import approve_template
from congvu.bulk.models import BulkOrder
from congvu.bulk.open_order import open_order
from congvu.bulk.release_order import release_order
from congvu.bulk.submit_template import submit_template
from congvu.bulk.take_list import KEEP_ROWS
from congvu.bulk.types import Wording
from congvu.bulk.write_template import write_template
from congvu.channels.accept import accept_message
from congvu.channels.jobs import hand_over
from congvu.channels.models import Attempt, Evidence, Lane, Message, Provider
from congvu.channels.types import SMS, Order
from congvu.kit import wall
from congvu.orgs import queries as orgs
from congvu.orgs.types import Actor
from congvu.rules.moments import Audience
from congvu.run.bench_carrier import STUB
from congvu.run.bench_meter import TICK, Figure, Meter, percentile
from congvu.run.bench_pages import backend, busy_posting

URGENT_EVERY = 0.2  # seconds
LONGEST = 1800.0
TEXT = "Hồ sơ {{mã hồ sơ}} của Ông/Bà {{họ tên}} đã có kết quả, mời đến nhận từ {{ngày}}."
ROWS = """
SELECT jsonb_agg(jsonb_build_array('09' || lpad(n::text, 8, '0'), 'Nguyễn Thị Hoa',
    'H45.19.02-221214-' || lpad((n %% 10000)::text, 4, '0'), '16/12/2022') ORDER BY n)::text
FROM generate_series(%s::int, %s::int) AS n
"""


def measure_channels(at: datetime, *, rows: int, singles: int) -> list[Figure]:
    """Acceptance one by one; then an order of `rows` drains while urgent messages go."""
    Provider.objects.create(
        channel=SMS,
        adapter=STUB,
        name="Nhà mạng thử",
        secrets={},
        per_second=10_000,
        is_active=True,
        registered_at=at,
    )
    clerk = orgs.actor_for(busy_posting("clerk").id, at)
    leader = orgs.actor_for(busy_posting("leader").id, at)
    one = _accept_one_by_one(clerk, at, singles)
    order, checking = _order(clerk, leader, at, rows)
    return [one, checking, *_drain(order, clerk, at, rows + singles)]


def _urgent(agency_id: int, key: str) -> Order:
    return Order(
        agency_id=agency_id,
        key=key,
        purpose=Message.Purpose.CODE,
        audience=Audience.PERSON,
        roads=(SMS,),
        addresses={SMS: "84988888888"},
        texts={SMS: {"text": "Mã xác thực của Ông/Bà là 123456."}},
        basis="duty S.04",
        lane=Lane.NOW,
    )


def _accept_one_by_one(by: Actor, at: datetime, singles: int) -> Figure:
    meter, began = Meter(backend()), time.perf_counter()
    keys = iter(range(singles))

    def accept() -> None:
        with transaction.atomic():
            wall.enter_agency(by.agency_id, by.person_id)
            order = _urgent(by.agency_id or 0, f"bench-{next(keys)}")
            accept_message(order, by=by, at=at)

    cost = meter.cost(accept, singles)
    details = {
        "app_ms": cost.app * 1000,
        "database_ms": cost.database * 1000,
        "per_second_by_the_wall": singles / (time.perf_counter() - began),
    }
    name = "Tiếp nhận tin qua thủ tục, từng tin một: tin/giây CPU"
    return Figure("channel_accept", name, 1 / cost.total, "/s", 150, True, details)


def _order(by: Actor, leader: Actor, at: datetime, rows: int) -> tuple[BulkOrder, Figure]:
    wording = Wording(
        name="Báo kết quả",
        purpose="notice",
        sms=TEXT,
        ground="Quyết định số 1",
        needs_approval=False,
    )
    version = write_template(template_id=None, wording=wording, by=by, at=at)
    told = {"template_id": version.template_id, "at": at}
    submit_template(by=by, **told)
    approve_template(by=leader, version_id=version.id, **told)
    order = open_order(by=by, title="Đợt thử", **told)
    _fill(order, rows)
    meter = Meter(backend())
    cost = meter.cost(lambda: _check(order, at))
    name = "Kiểm tra danh sách: CPU cho một nghìn dòng"
    return order, Figure("channel_check", name, cost.total * 1e6 / rows, "ms", None)


def _fill(order: BulkOrder, rows: int) -> None:
    order.header = ["Số điện thoại", "Họ tên", "Mã hồ sơ", "Ngày"]
    order.columns = {SMS: 0, "{{họ tên}}": 1, "{{mã hồ sơ}}": 2, "{{ngày}}": 3}
    order.save()
    told = {"agency_id": order.agency_id, "order_id": order.id}
    with connection.cursor() as cursor:
        for first in range(0, rows, 5000):
            cursor.execute(ROWS, [first, min(first + 5000, rows) - 1])
            (piece,) = cursor.fetchone()
            cursor.execute(KEEP_ROWS, {**told, "first": first, "rows": piece})


def _check(order: BulkOrder, at: datetime) -> None:
    while check_rows(order_id=order.id, at=at):
        pass


def _drain(order: BulkOrder, by: Actor, at: datetime, expected: int) -> list[Figure]:
    sent_at: dict[str, float] = {}
    with _worker() as worker:
        hand_over.defer(channel=SMS)
        texts, began = Attempt.objects.filter(channel=SMS), time.time()
        while texts.exclude(state="accepted").exists() and time.time() - began < LONGEST:
            time.sleep(0.2)  # the worker has started, and worked off what was there
        ready, began, rows = _cpu(worker.pid), time.time(), order.rows.count()
        release_order(order_id=order.id, count=rows, send_from=None, by=by, at=at)
        while not _is_done(order) and time.time() - began < LONGEST:
            key = f"urgent-{len(sent_at)}"
            sent_at[key] = time.time()
            accept_message(_urgent(by.agency_id or 0, key), by=by, at=at)
            time.sleep(URGENT_EVERY)
        took, busy = time.time() - began, _cpu(worker.pid) - ready
        while texts.exclude(state="accepted").exists() and time.time() - began < LONGEST:
            time.sleep(0.2)
    _nothing_lost_or_doubled(expected + len(sent_at))
    taken = Attempt.objects.filter(message__key__in=sent_at, accepted_at__isnull=False)
    waits = [
        moment.timestamp() - sent_at[key]
        for key, moment in taken.values_list("message__key", "accepted_at")
    ]
    details = {
        "urgent": len(waits),
        "median_s": statistics.median(waits),
        "longest_s": max(waits),
        "bulk_rows": float(rows),
        "drained_per_second": rows / took,
        "worker_cpu_ms_each": busy * 1000 / rows,
    }
    name = "Tin khẩn khi đang gửi hàng loạt: 99% được chuyển trong"
    return [Figure("channel_urgent", name, percentile(waits, 0.99), "s", 5, details=details)]


def _is_done(order: BulkOrder) -> bool:
    order.refresh_from_db(fields=["state"])
    return order.state == "done"


def _nothing_lost_or_doubled(expected: int) -> None:
    found = (
        Message.objects.filter(state="sent", roads=[SMS]).count(),
        Attempt.objects.filter(state="accepted", channel=SMS).count(),
        Evidence.objects.filter(kind="accepted", attempt__channel=SMS).count(),
    )
    if found != (expected, expected, expected):
        raise RuntimeError(f"messages, attempts, proofs {found}; expected {expected} of each")


@contextmanager
def _worker() -> Iterator[subprocess.Popen[bytes]]:
    worker = subprocess.Popen([sys.executable, "-m", "congvu.run.bench_carrier"])
    try:
        yield worker
    finally:
        worker.terminate()
        worker.wait()


def _cpu(pid: int) -> float:
    columns = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(columns[11]) + int(columns[12])) * TICK

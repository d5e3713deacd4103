"""Take a list into an order: read in the sandbox, kept by row, columns matched by their names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from congvu.audit.write import write_entry
from congvu.bulk import access
from congvu.bulk.events import ListTaken
from congvu.bulk.match_columns import guess_columns
from congvu.bulk.models import BulkOrder
from congvu.bulk.states import OPEN, RowState
from congvu.bulk.types import MOST_COLUMNS, MOST_ROWS
from congvu.kit.events import publish
from congvu.kit.folding import fold
from congvu.kit.gate import Entrance, pass_gate
from congvu.kit.lettering import clean_text
from congvu.kit.refusal import Refusal, refuse_if, refuse_unless
from congvu.kit.sandbox import Limits, SandboxFailure, run_limited
from congvu.kit.screening import XLSX
from congvu.kit.secret_refusal import refuse_state_secret
from congvu.kit.virus_scan import ScanVerdict, scan
from congvu.orgs.types import Actor
from congvu.rules.clauses import clause
from congvu.rules.secrecy import Decision, Hit

LIMITS = Limits(cpu_seconds=40, wall_seconds=60.0)
AT_ONCE = 5000
KEEP_ROWS = """
INSERT INTO bulk_bulkrow (agency_id, order_id, ordinal, cells, state, faults, digest)
SELECT %(agency_id)s, %(order_id)s, %(first)s + place, cells, 'new', '{}', ''
FROM jsonb_array_elements(%(rows)s::jsonb) WITH ORDINALITY AS given(cells, place)
"""


@clause("QC.4.1", "S.31")
def take_list(
    *, order_id: int, content: bytes, name: str, only_wrong: bool, by: Actor, at: datetime
) -> BulkOrder:
    """The list replaces what was there; with `only_wrong` only the rows with faults are replaced,
    by rows of the same columns (the file of faults, mended). Pasted text comes as bytes as well.

    Refuses a file that is no list (E031), one that cannot be read (E032, in words), other columns
    (E034), and whatever the gate refuses.
    """
    refuse_unless(content.strip(), "bulk.E033")
    header, rows = _read(content, name, by)
    with transaction.atomic():
        order = access.order_for(by, order_id, to="prepare", lock=True)

        state = order.get_state_display()
        refuse_unless(order.state in OPEN, "bulk.E030", state=state, act="thay danh sách")
        if only_wrong and order.header:
            columns = _as_before(order.header, header)
            rows = [[row[place] for place in columns] for row in rows]
            order.rows.filter(state__in=[RowState.WRONG, RowState.REPEATED]).delete()
        else:
            order.rows.all().delete()
            order.list_hashes = []
            order.header, order.columns = header, guess_columns(order.version, header)
        first = order.rows.aggregate(last=Max("ordinal"))["last"] or 0
        too_many = first + len(rows) > 2 * MOST_ROWS or order.rows.count() + len(rows) > MOST_ROWS
        refuse_if(too_many, "bulk.E032", said="Danh sách dài quá 100.000 dòng. Hãy chia đợt gửi.")

        _keep_rows(order, rows, first)
        order.file_name = clean_text(name).strip()[:255]
        order.list_hashes = [*order.list_hashes, hashlib.sha256(content).hexdigest()]
        order.save(update_fields=["header", "columns", "file_name", "list_hashes"])
        write_entry(
            "bulk.list_taken",
            by=by,
            at=at,
            on=("bulk_order", order.id),
            clause="QC.7.2",
            details={"rows": len(rows), "only_wrong": only_wrong},
        )
        publish(ListTaken(order_id=order.id, at=at))
    return order


def _read(content: bytes, name: str, by: Actor) -> tuple[list[str], list[list[str]]]:
    if content.startswith(b"PK\x03\x04"):
        pass_gate(content, name, entrance=Entrance.INTAKE, kinds={XLSX: "XLSX"})
    else:
        lower = name.lower()
        refuse_if(name and not lower.endswith((".csv", ".txt", ".tsv")), "bulk.E031", name=name)
        most = settings.MAX_UPLOAD_BYTES
        refuse_if(len(content) > most, "bulk.E032", said="Tệp vượt giới hạn dung lượng tải lên.")
        verdict, _ = scan(content)
        refuse_if(verdict is ScanVerdict.INFECTED, "bulk.E032", said="Tệp có mã độc.")
    try:
        answer: dict[str, Any] = run_limited(
            "congvu.kit.table_reading:read_table",
            content,
            options={"most_rows": MOST_ROWS, "most_columns": MOST_COLUMNS},
            limits=LIMITS,
        )
    except SandboxFailure as failure:
        said = "Không đọc được danh sách: tệp quá nặng hoặc bị hỏng. Hãy lưu thành CSV UTF-8."
        raise Refusal("bulk.E032", said, field="file") from failure
    hits = [Hit(rule, place, Decision(what), level) for rule, place, what, level in answer["hits"]]
    refuse_state_secret(hits, entrance="list", agency_id=by.agency_id)
    refuse_if(answer["fault"], "bulk.E032", said=answer["fault"])
    return answer["header"], answer["rows"]


def _as_before(known: Sequence[str], header: Sequence[str]) -> list[int]:
    """Where the columns of the order stand in the new file, which may have further ones."""
    places = {fold(name): place for place, name in reversed(list(enumerate(header)))}
    found = [places.get(fold(name)) for name in known]
    refuse_if(None in found, "bulk.E034")
    return [place for place in found if place is not None]


def _keep_rows(order: BulkOrder, rows: Sequence[Sequence[str]], first: int) -> None:
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            piece = json.dumps(rows[start : start + AT_ONCE], ensure_ascii=False)
            told = {"agency_id": order.agency_id, "order_id": order.id, "first": first + start}
            cursor.execute(KEEP_ROWS, {**told, "rows": piece})

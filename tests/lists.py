"""Templates and bulk orders for tests: written, approved, filled and released as people do it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import openpyxl

from cast import House
from congvu.bulk.check_rows import check_rows
from congvu.bulk.decide_template import approve_template
from congvu.bulk.models import BulkOrder, TemplateVersion
from congvu.bulk.open_order import open_order
from congvu.bulk.release_order import release_order
from congvu.bulk.submit_template import submit_template
from congvu.bulk.take_list import take_list
from congvu.bulk.types import Wording
from congvu.bulk.write_template import write_template

SMS_TEXT = "Hồ sơ {{mã hồ sơ}} của Ông/Bà {{họ tên}} đã có kết quả. Mời nhận từ ngày {{ngày nhận}}."
HEADER = ("Số điện thoại", "Họ tên", "Mã hồ sơ", "Ngày nhận")
GROUND = "QĐ 12/QĐ-SNV ngày 21/02/2022"


def wording(**more: object) -> Wording:
    """A notice by SMS under official duty, which asks no leader for each order."""
    fields = {
        "name": "Báo kết quả hồ sơ",
        "purpose": "notice",
        "sms": SMS_TEXT,
        "ground": GROUND,
        "needs_approval": False,
    }
    return Wording(**{**fields, **more})


def approved(house: House, at: datetime, **more: object) -> TemplateVersion:
    """A template that may be used."""
    version = write_template(template_id=None, wording=wording(**more), by=house.clerk, at=at)
    submit_template(template_id=version.template_id, by=house.clerk, at=at)
    return approve_template(
        template_id=version.template_id, version_id=version.id, by=house.leader, at=at
    )


def line(number: int) -> tuple[str, ...]:
    """A good row."""
    return (f"09{number:08d}", "Nguyễn Thị Hoa", f"H45.19-220214-{number:04d}", "01/03/2022")


def as_csv(rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, mark: str = ";") -> bytes:
    """A list as people save it."""
    return "\n".join(mark.join(row) for row in (header, *rows)).encode("utf-8-sig")


def as_xlsx(rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER) -> bytes:
    """The same as a spreadsheet; cells keep their types."""
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def listed(
    house: House,
    at: datetime,
    rows: Sequence[Sequence[str]],
    version: TemplateVersion | None = None,
) -> BulkOrder:
    """An order with a checked list."""
    version = version or approved(house, at)
    order = open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)
    take_list(
        order_id=order.id, content=as_csv(rows), name="ds.csv", only_wrong=False, by=house.clerk, at=at
    )  # fmt: skip
    checked(order, at)
    return order


def checked(order: BulkOrder, at: datetime) -> BulkOrder:
    """Every row looked at."""
    while check_rows(order_id=order.id, at=at):
        pass
    order.refresh_from_db()
    return order


def released(house: House, at: datetime, count: int) -> BulkOrder:
    """An order of so many good rows, on its way."""
    order = listed(house, at, [line(number) for number in range(count)])
    return release_order(order_id=order.id, count=count, send_from=None, by=house.clerk, at=at)

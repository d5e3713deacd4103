"""A long list is kept first and read by a worker; what is wrong with it is said on the order."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, timedelta

import openpyxl
import pytest

from cast import House
from congvu.bulk import read_list
from congvu.bulk.forget_lists import KEPT_FOR, forget_lists
from congvu.bulk.forget_purged import forget_purged
from congvu.bulk.jobs import read
from congvu.bulk.leave_list import leave_list, take_left_list
from congvu.bulk.models import BulkOrder, ListFile
from congvu.bulk.open_order import open_order
from congvu.bulk.queries import waiting_file
from congvu.bulk.release_order import release_order
from congvu.bulk.steer_order import cancel_order
from lists import approved, as_csv, as_xlsx, checked, line, listed
from paperwork import refused

pytestmark = [pytest.mark.django_db, pytest.mark.clause("QC.7.2")]


def opened(house: House, at: datetime) -> BulkOrder:
    version = approved(house, at)
    return open_order(template_id=version.template_id, title="Đợt 1", by=house.clerk, at=at)


def leave(
    order: BulkOrder, content: bytes, house: House, at: datetime, name: str = "ds.csv",
    only_wrong: bool = False,
) -> None:  # fmt: skip
    leave_list(
        order_id=order.id, content=content, name=name, only_wrong=only_wrong, by=house.clerk, at=at
    )


@pytest.mark.parametrize("write", [as_csv, as_xlsx])
def test_the_file_is_kept_as_it_came_until_its_rows_are_there(
    house: House, at: datetime, write: object
) -> None:
    order = opened(house, at)
    content = write([line(n) for n in range(7)])  # type: ignore[operator]
    leave(order, content, house, at, "ds.xlsx" if write is as_xlsx else "ds.csv")
    file = ListFile.objects.get()
    assert bytes(file.content) == content and waiting_file(order) == (file.name, at)
    read(order_id=order.id)
    read(order_id=order.id)  # rung twice: once is enough
    order = checked(order, at)
    assert order.rows_by_state == {"good": 7} and not ListFile.objects.exists()
    assert list(order.rows.order_by("ordinal").values_list("ordinal", flat=True)) == [*range(1, 8)]


def test_a_newer_file_takes_the_place_of_one_that_waits(
    house: House, at: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = opened(house, at)
    leave(order, as_csv([line(1)]), house, at)
    honest = read_list.run_limited

    def meanwhile(*words: object, **more: object) -> object:
        monkeypatch.setattr(read_list, "run_limited", honest)
        leave(order, as_csv([line(2), line(3)]), house, at)  # while the first is being read
        return honest(*words, **more)

    monkeypatch.setattr(read_list, "run_limited", meanwhile)
    take_left_list(order_id=order.id, at=at)
    assert order.rows.count() == 0 and ListFile.objects.count() == 1
    take_left_list(order_id=order.id, at=at)
    assert checked(order, at).rows_by_state == {"good": 2}


def test_what_cannot_be_read_is_said_and_the_rows_that_were_there_stay(
    house: House, at: datetime
) -> None:
    order = listed(house, at, [line(1)])
    leave(order, b"a;b\n1;2;3\n", house, at)
    with refused("bulk.E038"):
        release_order(order_id=order.id, count=1, send_from=None, by=house.clerk, at=at)
    take_left_list(order_id=order.id, at=at)
    order.refresh_from_db()
    assert "nhiều ô hơn dòng tiêu đề" in order.list_fault and not ListFile.objects.exists()
    assert order.rows_by_state == {"good": 1}
    leave(order, as_csv([("a", "b")], ("Cột lạ", "Cột")), house, at, only_wrong=True)
    take_left_list(order_id=order.id, at=at)
    order.refresh_from_db()
    assert "Cột của tệp mới khác" in order.list_fault


def test_mended_rows_come_back_in_the_order_of_the_columns(house: House, at: datetime) -> None:
    order = listed(house, at, [line(1), ("0123", *line(2)[1:])])
    header: Sequence[str] = ("Lỗi", "Ngày nhận", "Mã hồ sơ", "Họ tên", "Số điện thoại")
    mended = ("x", *reversed(line(2)))
    leave(order, as_csv([mended], header), house, at, only_wrong=True)
    take_left_list(order_id=order.id, at=at)
    order = checked(order, at)
    assert order.rows_by_state == {"good": 2}
    assert order.rows.latest("ordinal").cells == list(line(2))


@pytest.mark.clause("QC.4.1", "S.31")
def test_marks_of_a_secret_leave_nothing_behind(house: House, at: datetime) -> None:
    order = opened(house, at)
    with refused("kit.E039"):
        leave(order, "Số;Tên\nTỐI MẬT;\n1;2".encode(), house, at)
    assert not ListFile.objects.exists() and order.rows.count() == 0
    with refused("kit.E034"):
        leave(order, b"PK\x03\x04 not a workbook", house, at, "a.xlsx")
    with refused("bulk.E031"):
        leave(order, b"%PDF-1.7", house, at, "a.pdf")


@pytest.mark.clause("QC.4.1", "S.31")
@pytest.mark.parametrize("is_streamed", [False, True])
def test_a_mark_far_down_in_a_spreadsheet_is_seen_at_the_gate(
    house: House, at: datetime, is_streamed: bool
) -> None:
    """Programs keep the words of cells in the rows or in a part of their own: both are read."""
    book = openpyxl.Workbook(write_only=is_streamed)
    sheet = book.create_sheet() if is_streamed else book.active
    for number in range(3000):
        sheet.append([*line(number), "TUYỆT MẬT" if number == 2900 else f"Ghi chú {number}"])
    out = io.BytesIO()
    book.save(out)
    order = opened(house, at)
    with refused("kit.E039"):
        leave(order, out.getvalue(), house, at, "ds.xlsx")
    assert not ListFile.objects.exists()


def test_a_waiting_file_goes_with_its_order(house: House, at: datetime) -> None:
    order, old = opened(house, at), listed(house, at, [line(1)], approved(house, at, name="Hai"))
    leave(order, as_csv([line(1)]), house, at)
    leave(old, as_csv([line(1)]), house, at)
    cancel_order(order_id=order.id, reason="Danh sách sai địa bàn.", by=house.clerk, at=at)
    assert ListFile.objects.count() == 1
    take_left_list(order_id=order.id, at=at)
    forget_lists(at=at + KEPT_FOR + timedelta(days=1))
    assert not ListFile.objects.exists()


@pytest.mark.clause("QC.4.1", "S.34")
def test_a_file_that_waits_is_reached_by_a_purge(house: House, at: datetime) -> None:
    order, content = opened(house, at), as_csv([line(n) for n in range(3)])
    leave(order, content, house, at)
    purged = hashlib.sha256(content).hexdigest()
    forget_purged(files=[purged], agency_id=house.agency.id, at=at)
    order.refresh_from_db()
    assert order.state == "cancelled" and not ListFile.objects.exists()
    assert not take_left_list(order_id=order.id, at=at)

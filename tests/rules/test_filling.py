"""Blanks of a template: what may stand in them, and what is said when it may not."""

from __future__ import annotations

import pytest

from congvu.rules import filling
from congvu.rules.filling import BlankKind

pytestmark = pytest.mark.clause("QC.7.2")


def test_the_blanks_are_found_in_their_order_and_once() -> None:
    texts = ("Hồ sơ {{ mã hồ sơ }} của {{họ tên}}", "Kính gửi {{họ tên}}, ngày {{ngày}}")
    assert filling.blanks_of(texts) == ("mã hồ sơ", "họ tên", "ngày")
    values = {"mã hồ sơ": "H45-220214-0001", "họ tên": "An"}
    assert filling.fill(texts[0], values) == "Hồ sơ H45-220214-0001 của An"
    assert filling.fill(texts[1], values).endswith("ngày {{ngày}}")  # never silently empty


@pytest.mark.parametrize("text", ["Hồ sơ {{mã", "mã}} hồ sơ", "{{" + "a" * 41 + "}}", "{{}}"])
def test_braces_that_are_no_blank_are_said(text: str) -> None:
    assert filling.fault_of(text)
    assert filling.fault_of("Hồ sơ {{mã}}, {một ngoặc}") == ""


@pytest.mark.parametrize(
    ("kind", "cell", "printed"),
    [
        ("date", "1/3/2022", "01/03/2022"),
        ("date", "2022-03-01", "01/03/2022"),
        ("date", "2022-03-01 00:00:00", "01/03/2022"),
        ("date", "01.03.2022", "01/03/2022"),
        ("dossier", " H45.19.02-220214-0023 ", "H45.19.02-220214-0023"),
        ("dossier", "000.00.04.H45-220214-0023", "000.00.04.H45-220214-0023"),
        ("money", "1250000", "1.250.000 đồng"),
        ("money", "1.250.000đ", "1.250.000 đồng"),
        ("money", "1,250,000 VND", "1.250.000 đồng"),
        ("number", "12,5", "12,5"),
        ("name", "Nguyễn  Thị\tHoa", "Nguyễn Thị Hoa"),
        ("text", "Phòng 3, tầng 2", "Phòng 3, tầng 2"),
    ],
)
def test_a_cell_is_printed_as_its_kind_is_written(kind: str, cell: str, printed: str) -> None:
    assert filling.filled(BlankKind(kind), cell) == filling.Filled(printed)


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("date", "31/02/2022"),
        ("date", "03/2022"),
        ("date", "hôm nay"),
        ("dossier", "H45"),
        ("dossier", "H45-2202-1"),
        ("money", "1.25"),
        ("money", "-5"),
        ("number", "mười"),
        ("name", "Hoa 2"),
        ("text", "{{họ tên}}"),
        ("text", "a" * 201),
        ("text", "  "),
    ],
)
def test_a_wrong_cell_is_said_in_a_sentence(kind: str, cell: str) -> None:
    got = filling.filled(BlankKind(kind), cell)
    assert got.value == "" and got.wrong.endswith(".")


@pytest.mark.parametrize(
    "cell", ["0912345678", "84912345678", "+84 912 345 678", "912345678", "0912.345.678"]
)
def test_a_mobile_number_is_known_in_every_spelling(cell: str) -> None:
    assert filling.phone(cell).value == "84912345678"


@pytest.mark.parametrize(
    "cell", ["", "0123456789", "091234567", "09123456789", "abc", "02573822222"]
)
def test_what_is_no_mobile_number_is_said(cell: str) -> None:
    assert filling.phone(cell).wrong.endswith(".")


def test_an_address_of_mail_is_read() -> None:
    assert filling.mail_address(" Dan@Example.com ").value == "dan@example.com"
    for wrong in ("", "dan", "dan@", "a@b", "a b@c.vn", "a@b..vn"):
        assert filling.mail_address(wrong).wrong


def test_the_kind_is_guessed_from_the_name() -> None:
    assert filling.guess_kind("ma ho so") is BlankKind.DOSSIER
    assert filling.guess_kind("ngay_nhan") is BlankKind.DATE
    assert filling.guess_kind("le phi") is BlankKind.MONEY
    assert filling.guess_kind("ho ten") is BlankKind.NAME
    assert filling.guess_kind("noi nhan") is BlankKind.TEXT

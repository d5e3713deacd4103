"""Numbers, symbols, series and date lines: decree 30/2020, articles 15 and 22, annex I."""

import unicodedata
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from congvu.rules.document_types import (
    ADMINISTRATIVE_TYPES,
    ALL_TYPES,
    DocumentType,
    Group,
    document_type,
    needs_addressees,
    types_on,
)
from congvu.rules.numbering import (
    AdministrativeSeries,
    NumberingError,
    SeriesPolicy,
    date_allowed,
    date_line,
    missing_numbers,
    next_number,
    number_and_symbol,
    padded,
    series_key,
    series_year,
    symbol,
)
from legal_time import vn

D = date.fromisoformat
COMMON = SeriesPolicy()
PER_TYPE = SeriesPolicy(AdministrativeSeries.PER_TYPE)
GROUPED = SeriesPolicy(AdministrativeSeries.PER_TYPE, {"quyet-dinh": "qd-qc", "quy-che": "qd-qc"})


@pytest.mark.clause("ND30.15.1", "ND30.15.1.a", "ND30.15.1.b", "ND30.15.1.c", "ND30.15.2")
@pytest.mark.parametrize(
    ("code", "policy", "key"),
    [
        ("quyet-dinh", COMMON, "common"),
        ("cong-van", COMMON, "common"),
        ("quyet-dinh", PER_TYPE, "type:quyet-dinh"),
        ("cong-van", PER_TYPE, "type:cong-van"),
        ("quyet-dinh", GROUPED, "group:qd-qc"),
        ("quy-che", GROUPED, "group:qd-qc"),
        ("cong-van", GROUPED, "type:cong-van"),
        ("quyet-dinh-qppl", COMMON, "legal:quyet-dinh-qppl"),  # one series for each legal kind
        ("nghi-quyet-qppl", PER_TYPE, "legal:nghi-quyet-qppl"),
        ("sao-y", PER_TYPE, "copies"),  # one series for all copies
        ("sao-luc", COMMON, "copies"),
        ("trich-sao", GROUPED, "copies"),
    ],
)
def test_which_series_a_document_draws_from(code: str, policy: SeriesPolicy, key: str) -> None:
    assert series_key(document_type(code), policy) == key


@pytest.mark.clause("ND30.15.1.b", "ND30.PL1.I.II.3.a")
def test_councils_and_sectors_have_their_own_series() -> None:
    decision = document_type("quyet-dinh")
    assert series_key(decision, COMMON, council="HĐTĐKT") == "council:HĐTĐKT"
    assert series_key(decision, COMMON, sector="thue") == "sector:thue"
    assert series_key(decision, COMMON, council="HĐTĐKT", sector="thue") == "council:HĐTĐKT"
    assert series_key(document_type("sao-y"), COMMON, council="HĐTĐKT") == "copies"
    legal = document_type("quyet-dinh-qppl")
    assert series_key(legal, COMMON, sector="thue") == "legal:quyet-dinh-qppl"


@pytest.mark.clause("ND30.15.1", "ND30.22.2")
def test_the_year_turns_at_midnight_in_vietnam() -> None:
    assert series_year(vn("2021-12-31 23:59")) == 2021
    assert series_year(vn("2022-01-01 00:00")) == 2022
    assert series_year(datetime(2021, 12, 31, 17, 0, tzinfo=UTC)) == 2022
    assert series_year(datetime(2021, 12, 31, 16, 59, tzinfo=UTC)) == 2021


@pytest.mark.clause("ND30.15.1", "ND30.22.2")
def test_every_series_opens_with_one_and_leaves_no_gap() -> None:
    assert next_number(None) == 1
    assert next_number(0) == 1
    assert next_number(2) == 3
    with pytest.raises(NumberingError, match="cannot stand at -1"):
        next_number(-1)
    assert missing_numbers([]) == ()
    assert missing_numbers([1, 2, 3]) == ()
    assert missing_numbers([5, 2]) == (1, 3, 4)


@pytest.mark.clause("ND30.15.1")
@given(st.integers(0, 60))
def test_numbers_drawn_one_after_another_have_no_gap(count: int) -> None:
    drawn: list[int] = []
    for _ in range(count):
        drawn.append(next_number(drawn[-1] if drawn else None))
    assert missing_numbers(drawn) == ()
    assert drawn == list(range(1, count + 1))


@pytest.mark.clause("ND30.15.1")
@pytest.mark.parametrize(
    ("document_date", "last", "allowed", "said"),
    [
        ("2022-01-31", "2022-01-28", True, "Ngày văn bản thứ Hai 31/01/2022 đúng thứ tự cấp số, theo Điều 15 khoản 1 Nghị định 30/2020/NĐ-CP."),
        ("2022-01-31", "2022-01-31", True, "đúng thứ tự"),
        ("2022-01-31", None, True, "đúng thứ tự"),
        ("2022-02-07", None, True, "đúng thứ tự"),
        ("2022-01-27", "2022-01-28", False, "Ngày văn bản thứ Năm 27/01/2022 trước ngày của số đã cấp gần nhất (thứ Sáu 28/01/2022); Điều 15 khoản 1 Nghị định 30/2020/NĐ-CP."),
        ("2022-02-08", None, False, "Ngày văn bản thứ Ba 08/02/2022 ở tương lai nên chưa thể cấp số; Điều 15"),
        ("2021-12-31", None, False, "Ngày văn bản thứ Sáu 31/12/2021 không thuộc năm 2022; Điều 15"),
    ],
)  # fmt: skip
def test_numbers_follow_the_order_of_dates_inside_one_year(
    document_date: str, last: str | None, allowed: bool, said: str
) -> None:
    found = date_allowed(D(document_date), D(last) if last else None, D("2022-02-07"))
    assert (found.value, found.clause, found.calendar_version) == (allowed, "ND30.15.1", "")
    assert said in found.explanation


@pytest.mark.clause("ND30.PL1.I.II.3")
def test_numbers_below_ten_get_a_zero() -> None:
    assert [padded(n) for n in (1, 9, 10, 123)] == ["01", "09", "10", "123"]
    with pytest.raises(NumberingError, match="not a document number: 0"):
        padded(0)


@pytest.mark.clause("ND30.PL1.I.II.3")
@pytest.mark.parametrize(
    ("number", "code", "agency", "unit", "written"),
    [
        (15, "quyet-dinh", "BNV", "", "15/QĐ-BNV"),
        (5, "cong-van", "BNV", "VP", "05/BNV-VP"),
        (12, "cong-van", "UBND", "VX", "12/UBND-VX"),
        (3, "quyet-dinh-qppl", "UBND", "", "03/2022/QĐ-UBND"),
        (45, "to-trinh", "SNV", "", "45/TTr-SNV"),
        (7, "quy-dinh", "UBND", "VX", "07/QyĐ-UBND"),  # a named type shows no unit
        (9, "sao-y", "SNV", "", "09/SY-SNV"),
        (1, "thu-cong", "UBND", "VP", "01/UBND-VP"),
        (100, "bao-cao", "TT-HĐND", "", "100/BC-TT-HĐND"),
    ],
)
def test_number_and_symbol_as_the_decree_writes_them(
    number: int, code: str, agency: str, unit: str, written: str
) -> None:
    kind = document_type(code)
    assert number_and_symbol(number, kind, agency, year=2022, unit=unit) == written


@pytest.mark.clause("ND30.PL1.I.II.3")
def test_a_letter_needs_its_unit_and_abbreviations_have_no_blanks() -> None:
    letter = document_type("cong-van")
    with pytest.raises(NumberingError, match="Công văn cần chữ viết tắt của đơn vị"):
        symbol(letter, "UBND")
    for agency, unit in (("UB ND", "VX"), ("UBND", "V/X"), ("", "VX")):
        with pytest.raises(NumberingError, match="not an abbreviation"):
            symbol(letter, agency, unit=unit)
    with pytest.raises(NumberingError, match="not an abbreviation"):
        symbol(document_type("quyet-dinh"), "")
    with pytest.raises(NumberingError, match="Công văn cần"):
        number_and_symbol(1, letter, "UBND", year=2022)


@pytest.mark.clause("ND30.PL1.I.II.4.b")
@pytest.mark.parametrize(
    ("day", "line"),
    [
        ("2022-01-31", "Phú Yên, ngày 31 tháng 01 năm 2022"),
        ("2020-01-05", "Phú Yên, ngày 05 tháng 01 năm 2020"),
        ("2022-02-09", "Phú Yên, ngày 09 tháng 02 năm 2022"),
        ("2022-03-10", "Phú Yên, ngày 10 tháng 3 năm 2022"),
        ("2019-06-29", "Phú Yên, ngày 29 tháng 6 năm 2019"),
        ("2019-12-01", "Phú Yên, ngày 01 tháng 12 năm 2019"),
    ],
)
def test_date_line(day: str, line: str) -> None:
    assert date_line("Phú Yên", D(day)) == line


# --- the types themselves -------------------------------------------------------------------


@pytest.mark.clause("ND30.7")
def test_the_decree_knows_29_types_and_27_abbreviations() -> None:
    assert len(ADMINISTRATIVE_TYPES) == 29
    assert [one.order for one in ADMINISTRATIVE_TYPES] == list(range(1, 30))
    assert all(one.group is Group.ADMINISTRATIVE for one in ADMINISTRATIVE_TYPES)
    abbreviations = [one.abbreviation for one in ADMINISTRATIVE_TYPES if one.abbreviation]
    assert abbreviations == [
        "NQ",
        "QĐ",
        "CT",
        "QC",
        "QyĐ",
        "TC",
        "TB",
        "HD",
        "CTr",
        "KH",
        "PA",
        "ĐA",
        "DA",
        "BC",
        "BB",
        "TTr",
        "HĐ",
        "CĐ",
        "BGN",
        "BTT",
        "GUQ",
        "GM",
        "GGT",
        "GNP",
        "PG",
        "PC",
        "PB",
    ]
    nameless = [one.name for one in ADMINISTRATIVE_TYPES if not one.abbreviation]
    assert nameless == ["Công văn", "Thư công"]


def fold(name: str) -> str:
    """A name as its code: `Đề án` -> `de-an`."""
    plain = unicodedata.normalize("NFD", name.lower().replace("đ", "d"))
    return "".join(ch for ch in plain if not unicodedata.combining(ch)).replace(" ", "-")


@pytest.mark.clause("ND30.7")
def test_codes_are_unique_and_found() -> None:
    assert len({one.code for one in ALL_TYPES}) == len(ALL_TYPES) == 34
    for one in ALL_TYPES:
        assert document_type(one.code) is one
    with pytest.raises(KeyError):
        document_type("cong_van")
    names = "; ".join(one.name for one in ADMINISTRATIVE_TYPES)
    assert names == (
        "Nghị quyết; Quyết định; Chỉ thị; Quy chế; Quy định; Thông cáo; Thông báo; Hướng dẫn; "
        "Chương trình; Kế hoạch; Phương án; Đề án; Dự án; Báo cáo; Biên bản; Tờ trình; Hợp đồng; "
        "Công văn; Công điện; Bản ghi nhớ; Bản thỏa thuận; Giấy ủy quyền; Giấy mời; "
        "Giấy giới thiệu; Giấy nghỉ phép; Phiếu gửi; Phiếu chuyển; Phiếu báo; Thư công"
    )
    for one in ALL_TYPES:
        assert one.code.removesuffix("-qppl") == fold(one.name)
    assert [one.abbreviation for one in ALL_TYPES if one.group is Group.COPY] == ["SY", "SL", "TrS"]
    legal = [one for one in ALL_TYPES if one.group is Group.LEGAL]
    assert [one.abbreviation for one in legal] == ["NQ", "QĐ"]
    assert all(one.year_in_symbol for one in legal)
    assert not any(one.year_in_symbol for one in ADMINISTRATIVE_TYPES)
    assert {one.order for one in ALL_TYPES if one.group is not Group.ADMINISTRATIVE} == {0}


@pytest.mark.clause("ND30.7")
def test_forms_of_the_types() -> None:
    forms = {one.code: one.form for one in ALL_TYPES}
    special = {code: form for code, form in forms.items() if form not in ("1.4", "")}
    assert special == {
        "nghi-quyet": "1.1", "quyet-dinh": "1.2", "cong-van": "1.5", "cong-dien": "1.6",
        "giay-moi": "1.7", "giay-gioi-thieu": "1.8", "bien-ban": "1.9", "giay-nghi-phep": "1.10",
        "sao-y": "3.1", "sao-luc": "3.1", "trich-sao": "3.1",
    }  # fmt: skip
    generic = "chi-thi quy-che quy-dinh thong-cao thong-bao huong-dan chuong-trinh ke-hoach"
    generic += " phuong-an de-an du-an bao-cao to-trinh giay-uy-quyen phieu-gui phieu-chuyen"
    generic += " phieu-bao"
    assert [code for code, form in forms.items() if form == "1.4"] == generic.split()


@pytest.mark.clause("ND30.7")
def test_types_are_dated() -> None:
    assert types_on(D("2020-03-04")) == ()
    assert types_on(D("2020-03-05")) == ALL_TYPES
    ended = DocumentType("x", "X", "X", Group.LEGAL, valid_to=D("2022-01-01"))
    assert ended.is_valid_on(D("2022-01-01"))
    assert not ended.is_valid_on(D("2022-01-01") + timedelta(days=1))


@pytest.mark.clause("ND30.PL1.I.II.9.a")
@pytest.mark.parametrize(
    ("code", "up", "down"),
    [
        ("cong-van", True, True),
        ("to-trinh", True, False),
        ("bao-cao", True, False),
        ("quyet-dinh", False, False),
        ("thong-bao", False, False),
    ],
)
def test_who_writes_kinh_gui(code: str, up: bool, down: bool) -> None:
    kind = document_type(code)
    assert needs_addressees(kind, goes_up=True) is up
    assert needs_addressees(kind, goes_up=False) is down

"""Clause ids, citations, and dates and durations in administrative Vietnamese."""

from datetime import UTC, date, datetime

import pytest

from congvu.rules.clauses import check_id, citation, clause
from congvu.rules.words import clock_words, day_words, local, minutes_words, moment_words
from legal_time import vn


@pytest.mark.parametrize(
    ("clause_id", "said"),
    [
        ("QC.8.3.b", "Điều 8 khoản 3 điểm b"),
        ("QC.6.1.đ", "Điều 6 khoản 1 điểm đ"),
        ("QC.1", "Điều 1"),
        ("QC", "Quy chế ban hành kèm theo Quyết định 03/2022/QĐ-UBND"),
        ("QD.2", "Điều 2 Quyết định 03/2022/QĐ-UBND"),
        ("ND30.18.1", "Điều 18 khoản 1 Nghị định 30/2020/NĐ-CP"),
        ("ND30.4.b", "Điều 4 điểm b Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL1.I.II.3.a", "Phụ lục I Phần I Mục II khoản 3 điểm a Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL6.III.8", "Phụ lục VI Mục III khoản 8 Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL2", "Phụ lục II Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL3", "Phụ lục III Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL5", "Phụ lục V Nghị định 30/2020/NĐ-CP"),
        ("ND30.PL4", "Phụ lục IV Nghị định 30/2020/NĐ-CP"),
        ("QD55", "Quyết định 55/2019/QĐ-UBND"),
        ("S.04", "mục S04 Danh mục kiểm tra an toàn"),
        ("S", "Danh mục kiểm tra an toàn"),
        ("XYZ.1", "Điều 1 XYZ"),
        ("XYZ", "XYZ"),
    ],
)
def test_how_a_clerk_writes_a_clause(clause_id: str, said: str) -> None:
    assert citation(clause_id) == said


@pytest.mark.parametrize(
    "wrong", ["", "qc.8", "QC.", "QC.8.", "QC..8", "QC 8", "QC.8.3.B1", "8.3.b", "QC.8.3.bb"]
)
def test_malformed_ids_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not a clause id"):
        check_id(wrong)
    with pytest.raises(ValueError, match="not a clause id"):
        clause("QC.8", wrong)
    with pytest.raises(ValueError, match="not a clause id"):
        citation(wrong)


def test_marks_are_kept_on_functions_and_classes() -> None:
    @clause("QC.1", "QC.3.1")
    @clause("QC.5.1")
    def act() -> str:
        return "done"

    @clause("QC.5.2")
    class Base:
        pass

    class Plain(Base):
        pass

    @clause("QC.5.3")
    class Child(Base):
        pass

    assert act() == "done"
    assert act.__clauses__ == ("QC.1", "QC.3.1", "QC.5.1")  # type: ignore[attr-defined]
    assert Base.__clauses__ == ("QC.5.2",)  # type: ignore[attr-defined]
    assert Child.__clauses__ == ("QC.5.3",)  # type: ignore[attr-defined]
    assert "__clauses__" not in vars(Plain)


def test_moments_in_words() -> None:
    assert moment_words(vn("2022-02-14 07:30")) == "07:30 thứ Hai 14/02/2022"
    assert moment_words(datetime(2022, 2, 13, 17, 30, tzinfo=UTC)) == "00:30 thứ Hai 14/02/2022"
    assert clock_words(vn("2022-02-14 17:00:05")) == "17:00:05"
    days = [day_words(date(2022, 2, d)) for d in range(14, 21)]
    assert days == [
        "thứ Hai 14/02/2022",
        "thứ Ba 15/02/2022",
        "thứ Tư 16/02/2022",
        "thứ Năm 17/02/2022",
        "thứ Sáu 18/02/2022",
        "thứ Bảy 19/02/2022",
        "Chủ nhật 20/02/2022",
    ]
    with pytest.raises(ValueError, match=r"^a legal moment needs a time zone"):
        local(datetime(2022, 2, 14))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (0, "0 phút"),
        (45, "45 phút"),
        (60, "1 giờ"),
        (90, "1 giờ 30 phút"),
        (480, "8 giờ"),
        (-61, "1 giờ 1 phút"),
    ],
)
def test_durations_in_words(minutes: int, said: str) -> None:
    assert minutes_words(minutes) == said

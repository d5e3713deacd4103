"""Registers, slips, indexes and evidence: the columns the law names, on paper that can be bound."""

from __future__ import annotations

import pytest

from congvu.documents.types import (
    EvidenceMoment,
    EvidenceSheet,
    RecordIndex,
    RecordIndexRow,
    RegisterPrint,
    RoutingOpinion,
    RoutingSlip,
)
from congvu.documents.typeset_prints import (
    typeset_evidence,
    typeset_record_index,
    typeset_register_of_incoming,
    typeset_register_of_outgoing,
    typeset_routing_slip,
)
from form_specimens import AT
from printed_page import read_pages, text_of

HEADING = {"agency_upper_lines": ("UBND TỈNH PHÚ YÊN",), "agency_lines": ("SỞ NỘI VỤ",)}
SUBJECT = "Quyết định ban hành Quy chế làm việc trên môi trường điện tử"
REST = ("Văn thư", "01", "31/01/2022", "", "gửi điện tử")


def register(rows: int) -> RegisterPrint:
    return RegisterPrint(
        agency_name="Sở Nội vụ",
        upper_name="Ủy ban nhân dân tỉnh Phú Yên",
        year=2022,
        from_day="01/01/2022",
        to_day="31/03/2022",
        from_number="01",
        to_number=str(rows),
        volume="01",
        rows=tuple(
            (f"{n:02d}/QĐ-SNV", "31/01/2022", SUBJECT, "Lê Văn Thành", "136 cơ quan", *REST)
            for n in range(1, rows + 1)
        ),
    )


@pytest.mark.clause("ND30.16.2.b", "ND30.PL4")
def test_the_register_of_outgoing_has_its_cover_and_ten_columns_on_every_page() -> None:
    typeset = typeset_register_of_outgoing(register(60), at=AT)
    cover, *pages = read_pages(typeset.pdf)
    assert (cover.width, cover.height) == pytest.approx((297, 210), abs=0.1)
    for words in (
        "SỔ ĐĂNG KÝ VĂN BẢN ĐI",
        "Năm: 2022",
        "Từ ngày 01/01/2022 đến ngày 31/03/2022",
        "Từ số 01 đến số 60",
        "Quyển số: 01",
    ):
        assert cover.line(words).text == words
    assert len(pages) >= 2
    for page in pages:
        text = " ".join(line.text for line in page.lines)
        assert all(f"({column})" in text for column in range(1, 11))
        for words in ("Số, ký hiệu", "Người ký", "Ký nhận", "Ghi chú"):
            assert words in text
        assert all(line.right <= 280 for line in page.lines)
    text = text_of(typeset.pdf)
    assert all(f"{n:02d}/QĐ-SNV" in text.replace("QĐ- SNV", "QĐ-SNV") for n in range(1, 61))


@pytest.mark.clause("ND30.22.3.b", "ND30.PL4")
def test_the_register_of_incoming_names_its_own_columns() -> None:
    text = text_of(typeset_register_of_incoming(register(3), at=AT).pdf)
    assert "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN" in text
    for words in ("Ngày đến", "Số đến", "Tác giả", "Đơn vị hoặc người nhận", "(10)"):
        assert words in text


def test_an_empty_register_prints_its_cover_and_header() -> None:
    assert typeset_register_of_outgoing(register(0), at=AT).pages == 2


def test_a_row_with_other_than_ten_columns_is_a_fault_of_the_program() -> None:
    faulty = RegisterPrint("A", "", 2022, "", "", "", "", "", (("1", "2"),))
    with pytest.raises(ValueError, match="ten columns"):
        typeset_register_of_incoming(faulty, at=AT)


@pytest.mark.clause("QC.8.3.b")
def test_evidence_shows_each_moment_with_its_clause_and_reasons() -> None:
    explanation = "Đến ngoài giờ làm việc; được tính là nhận lúc 07:30 thứ Hai 14/02/2022."
    sheet = EvidenceSheet(
        document_line="Quyết định số 03/2022/QĐ-UBND",
        subject=SUBJECT,
        sender="Ủy ban nhân dân tỉnh Phú Yên",
        receiver="Sở Nội vụ",
        file_hash="9f86d081" * 8,
        printed_at="09:12 ngày 15/02/2022",
        printed_by="Phạm Thị Lan",
        moments=(
            EvidenceMoment("Gửi", "18:40, thứ Sáu 11/02/2022", "Văn thư", "", ""),
            EvidenceMoment(
                "Nhận",
                "07:30, thứ Hai 14/02/2022",
                "Hệ thống",
                "Điều 8 khoản 3 điểm b Quy chế",
                explanation,
                "phu-yen-2022.1",
            ),
        ),
        notes=("Chữ ký hợp lệ.",),
        **HEADING,
    )
    text = text_of(typeset_evidence(sheet, at=AT).pdf)
    squeezed = text.replace(" ", "")
    for words in (explanation, "Điều 8 khoản 3 điểm b Quy chế", "phu-yen-2022.1", "9f86d081" * 8):
        assert words.replace(" ", "") in squeezed
    assert "Phạm Thị Lan" in text


@pytest.mark.clause("ND30.PL4")
def test_the_routing_slip_has_its_three_parts_and_room_where_nothing_is_said() -> None:
    slip = RoutingSlip(
        arrival_number="15",
        arrival_day="14/02/2022",
        document_line="Quyết định số 03/2022/QĐ-UBND",
        author="Ủy ban nhân dân tỉnh",
        subject=SUBJECT,
        leader=(
            RoutingOpinion(
                (("Chủ trì", "Phòng Cải cách hành chính"), ("Thời hạn", "17:00, 18/02/2022")),
                "Triển khai.",
                "Lê Văn Thành",
                "14/02/2022",
            ),
        ),
        **HEADING,
    )
    typeset = typeset_routing_slip(slip, at=AT)
    (page,) = read_pages(typeset.pdf)
    text = text_of(typeset.pdf)
    for words in ("Phòng Cải cách hành chính", "Triển khai.", "Lê Văn Thành", "PHIẾU GIẢI QUYẾT"):
        assert words in text
    empty = page.line("Ý kiến đề xuất").top - page.line("Người giải quyết").top
    assert empty > 15


@pytest.mark.clause("ND30.PL5")
def test_the_index_of_a_record_numbers_its_documents_in_seven_columns() -> None:
    index = RecordIndex(
        record_code="01.CCHC",
        record_title="Hồ sơ triển khai Quy chế",
        retention="10 năm",
        rows=tuple(RecordIndexRow(f"{n}/A", "31/01/2022", SUBJECT, "UBND", "2") for n in range(90)),
        **HEADING,
    )
    typeset = typeset_record_index(index, at=AT)
    text = text_of(typeset.pdf)
    assert typeset.pages >= 3
    assert "(7)" in text
    assert "(8)" not in text
    assert "89/A" in text
    assert text.count("Tác giả") == typeset.pages

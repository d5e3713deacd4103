"""Typeset what the office prints: registers, routing slips, indexes of records, evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from congvu.documents.types import (
    EvidenceSheet,
    RecordIndex,
    RegisterPrint,
    RoutingOpinion,
    RoutingSlip,
)
from congvu.kit.typeset import Typeset, render
from congvu.rules.clauses import clause

FORMS = Path(__file__).parent / "typst"


@clause("ND30.16.2.b", "ND30.PL4")
def typeset_register_of_outgoing(register: RegisterPrint, *, at: datetime) -> Typeset:
    """Sổ đăng ký văn bản đi, with its cover, for printing and binding."""
    return _register("register_outgoing.typ", "SỔ ĐĂNG KÝ VĂN BẢN ĐI", register, at)


@clause("ND30.22.3.b", "ND30.PL4")
def typeset_register_of_incoming(register: RegisterPrint, *, at: datetime) -> Typeset:
    """Sổ đăng ký văn bản đến, with its cover, for printing and binding."""
    return _register("register_incoming.typ", "SỔ ĐĂNG KÝ VĂN BẢN ĐẾN", register, at)


@clause("ND30.PL1.II.II", "ND30.16.2.b")
def typeset_register_of_copies(register: RegisterPrint, *, at: datetime) -> Typeset:
    """Sổ đăng ký bản sao, with its cover, for printing and binding."""
    return _register("register_copies.typ", "SỔ ĐĂNG KÝ BẢN SAO", register, at)


def _register(template: str, title: str, register: RegisterPrint, at: datetime) -> Typeset:
    if any(len(row) != 10 for row in register.rows):
        raise ValueError("a row of a register has ten columns")
    values = {
        **asdict(register),
        "title": title,
        "author": register.agency_name,
        "agency_name": register.agency_name.upper(),
        "upper_name": register.upper_name.upper(),
        "year": str(register.year),
    }
    return render(FORMS / template, values, at=at)


@clause("QC.8.1", "QC.8.3.b")
def typeset_evidence(sheet: EvidenceSheet, *, at: datetime) -> Typeset:
    """Phiếu chứng cứ gửi, nhận: each moment of a document with its clause and explanation."""
    facts = [
        ("Văn bản", sheet.document_line),
        ("Trích yếu", sheet.subject),
        ("Bên gửi", sheet.sender),
        ("Bên nhận", sheet.receiver),
        ("Mã băm SHA-256", _in_groups(sheet.file_hash)),
    ]
    values = {
        **asdict(sheet),
        "title": "PHIẾU CHỨNG CỨ GỬI, NHẬN VĂN BẢN ĐIỆN TỬ",
        "author": " ".join(sheet.agency_lines),
        "facts": [fact for fact in facts if fact[1]],
    }
    return render(FORMS / "evidence.typ", values, at=at)


def _in_groups(hexadecimal: str) -> str:
    return " ".join(hexadecimal[k : k + 8] for k in range(0, len(hexadecimal), 8))


@clause("ND30.PL4")
def typeset_routing_slip(slip: RoutingSlip, *, at: datetime) -> Typeset:
    """Phiếu giải quyết văn bản đến; parts without an opinion leave room for handwriting."""
    facts = [
        ("Số đến", f"{slip.arrival_number}, ngày đến {slip.arrival_day}"),
        ("Văn bản", slip.document_line),
        ("Tác giả", slip.author),
        ("Trích yếu", slip.subject),
    ]
    values = {
        "title": "PHIẾU GIẢI QUYẾT VĂN BẢN ĐẾN",
        "author": " ".join(slip.agency_lines),
        "agency_upper_lines": slip.agency_upper_lines,
        "agency_lines": slip.agency_lines,
        "facts": facts,
        "parts": [
            _part("Ý kiến của lãnh đạo cơ quan", "Chủ trì, phối hợp, thời hạn", slip.leader),
            _part("Ý kiến của lãnh đạo đơn vị", "Người giải quyết, thời hạn", slip.unit_heads),
            _part("Ý kiến đề xuất của người giải quyết", "", slip.handlers),
        ],
    }
    return render(FORMS / "routing_slip.typ", values, at=at)


def _part(name: str, hint: str, opinions: Sequence[RoutingOpinion]) -> dict[str, Any]:
    return {"name": name, "hint": hint, "opinions": [asdict(opinion) for opinion in opinions]}


@clause("ND30.PL5")
def typeset_record_index(index: RecordIndex, *, at: datetime) -> Typeset:
    """Mục lục văn bản trong hồ sơ, seven columns, in the order of the rows."""
    values = {
        "title": "MỤC LỤC VĂN BẢN TRONG HỒ SƠ",
        "author": " ".join(index.agency_lines),
        "agency_upper_lines": index.agency_upper_lines,
        "agency_lines": index.agency_lines,
        "facts": [
            ("Số, ký hiệu hồ sơ", index.record_code),
            ("Tiêu đề hồ sơ", index.record_title),
            ("Thời hạn bảo quản", index.retention),
        ],
        "rows": [
            (str(place), row.number, row.day, row.subject, row.author, row.pages, row.note)
            for place, row in enumerate(index.rows, start=1)
        ],
    }
    return render(FORMS / "record_index.typ", values, at=at)

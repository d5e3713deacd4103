"""Typeset an official document, and the strip with its number, as Nghị định 30/2020/NĐ-CP asks.

Forms: mẫu 1.2, 1.3 (quyết định), 1.4 (tên loại), 1.5 (công văn), 1.6 (công điện), 1.7 (giấy
mời), 1.8 (giấy giới thiệu), 1.9 (biên bản), 1.10 (giấy nghỉ phép), and thư công. The file carries
free places for the number strip, the signatures of the persons, the agency's seal and the arrival
stamp.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno

from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.types import AttachedPart, FormValues, Minutes, Slip
from congvu.kit.blocks import Block, to_json, without_bases
from congvu.kit.lettering import clean_text
from congvu.kit.line_breaking import even_lines
from congvu.kit.refusal import refuse_if, refuse_unless
from congvu.kit.typeset import Slot, Typeset, render
from congvu.rules.clauses import clause

FORMS = Path(__file__).parent / "typst"
BLANK = "\u00a0"
DOTS = "." * 20
MM = 72 / 25.4
_SYMBOL = re.compile(r"((?:\d+/){1,2}(?:\d{4}|[A-ZĐ][\w-]*\w)\b)")
# The beginnings of words that are too long for a line of text, or for a column of a table.
_LONG_WORD = re.compile(r"(\S{15})(?=\S{25})")
_LONG_CELL = re.compile(r"(\S{8})(?=\S{13})")
# Widths of lines in em of their type: a title at 14 points bold, "V/v" at 12, a name at 12 bold.
TITLE_WIDTH = 140 * MM / 14
SUBJECT_WIDTH = 64 * MM / 12
NAME_WIDTH = 62 * MM / 12

# Type names by abbreviation (Phụ lục III, I) with the form that sets them. Hợp đồng, bản
# ghi nhớ and bản thỏa thuận are signed with a party outside the agency, which is not done yet.
_NAMED = {
    "CT": "CHỈ THỊ",
    "QC": "QUY CHẾ",
    "QyĐ": "QUY ĐỊNH",
    "TC": "THÔNG CÁO",
    "TB": "THÔNG BÁO",
    "HD": "HƯỚNG DẪN",
    "CTr": "CHƯƠNG TRÌNH",
    "KH": "KẾ HOẠCH",
    "PA": "PHƯƠNG ÁN",
    "ĐA": "ĐỀ ÁN",
    "DA": "DỰ ÁN",
    "BC": "BÁO CÁO",
    "TTr": "TỜ TRÌNH",
    "GUQ": "GIẤY ỦY QUYỀN",
    "PG": "PHIẾU GỬI",
    "PC": "PHIẾU CHUYỂN",
    "PB": "PHIẾU BÁO",
}
FORM_OF_TYPE: Mapping[str, tuple[str, str]] = {
    "QĐ": ("quyet_dinh.typ", "QUYẾT ĐỊNH"),
    "NQ": ("quyet_dinh.typ", "NGHỊ QUYẾT"),
    "CV": ("cong_van.typ", ""),
    "GM": ("giay_moi.typ", "GIẤY MỜI"),
    "BB": ("bien_ban.typ", "BIÊN BẢN"),
    "CĐ": ("cong_dien.typ", "CÔNG ĐIỆN"),
    "GGT": ("giay_cap.typ", "GIẤY GIỚI THIỆU"),
    "GNP": ("giay_cap.typ", "GIẤY NGHỈ PHÉP"),
    "ThC": ("thu_cong.typ", ""),
    **{code: ("ten_loai.typ", name) for code, name in _NAMED.items()},
}
MINUTES = "BB"
TELEGRAM = "CĐ"
# What each paper given to one person must say (mẫu 1.8, 1.10).
SLIP_LINES: Mapping[str, tuple[str, ...]] = {
    "GGT": ("bearer", "title", "sent_to", "about", "ends"),
    "GNP": ("bearer", "title", "asked_on", "duration", "begins", "ends", "place", "counted_into"),
}
# "Kính gửi" belongs to công văn, and to tờ trình and báo cáo that go up (R32); a công điện names
# whom it is wired to in the same place, a thư công whom it greets.
TYPES_WITH_ADDRESSEES = frozenset({"CV", "TTr", "BC", "ThC", TELEGRAM})
URGENCIES = frozenset({"", "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC"})


@clause("QC.5.1", "ND30.8", "ND30.PL1.I.I", "ND30.PL1.I.II.6", "ND30.PL3")
def typeset_document(values: FormValues, *, at: datetime) -> Typeset:
    """The document as a PDF with its slots: `number_strip`, `co_signature_1` and on,
    `person_signature`, `agency_seal`, `arrival_stamp`.

    Raises Refusal for a type without a form, "Kính gửi" where the form has none, an unknown
    degree of urgency, and letters the print font lacks.
    """
    _refuse_wrong_form(values)
    template, _ = FORM_OF_TYPE[values.type_code]
    typeset = render(FORMS / template, _form(values), at=at)
    slots = {name: slot for name, slot in typeset.slots.items() if not name.startswith("_")}
    slots["arrival_stamp"] = _arrival_stamp(typeset.slots)
    return replace(typeset, slots=slots)


AGENCY_SHARE = 68 / 165  # the agency's column of the text width (common.typ)


def typeset_number_strip(*, number_line: str, date_line: str, at: datetime) -> Typeset:
    """The one-page overlay of the slot `number_strip`: "Số: 03/2022/QĐ-UBND" and place with date.

    Same size as the slot, transparent, same columns and type as a draft prints them in.
    """
    lines = {"number_line": number_line, "date_line": date_line}
    return render(FORMS / "number_strip.typ", lines, at=at)


def _refuse_wrong_form(values: FormValues) -> None:
    refuse_unless(values.type_code in FORM_OF_TYPE, "documents.E601", type_code=values.type_code)
    refuse_unless(
        values.type_code in TYPES_WITH_ADDRESSEES or not values.addressees, "documents.E602"
    )
    refuse_unless(values.addressees or values.type_code != "CV", "documents.E603")
    refuse_unless(values.addressees or values.type_code != TELEGRAM, "documents.E829")
    refuse_unless(values.invitation or values.type_code != "GM", "documents.E604")
    wanted = SLIP_LINES.get(values.type_code, ())
    refuse_if(missing_lines(wanted, values.slip) and not values.is_draft, "documents.E912")
    refuse_unless(values.urgency in URGENCIES, "documents.E605")


def missing_lines(wanted: Sequence[str], slip: Slip | None) -> tuple[str, ...]:
    """The lines of a paper given to one person that are not typed yet."""
    return tuple(name for name in wanted if not getattr(slip or Slip(), name))


def _form(values: FormValues) -> dict[str, Any]:
    type_name = FORM_OF_TYPE[values.type_code][1]
    bases, blocks = without_bases(values.blocks)
    invitation = values.invitation
    number_line, date_line = _head_lines(values)
    return {
        "title": f"{type_name.capitalize()} {values.subject}".strip() or "Công văn",
        "author": values.agency_name or " ".join(values.agency_lines),
        "type_name": type_name,
        "subject_lines": _subject_lines(values),
        "agency_upper_lines": values.agency_upper_lines,
        "agency_lines": values.agency_lines,
        "authority_of_issue_lines": even_lines(
            (values.issuing_authority or " ".join(values.agency_lines)).upper(), widest=TITLE_WIDTH
        ),
        "number_line": number_line,
        "date_line": date_line,
        "urgency": values.urgency,
        "addressees": values.addressees,
        "wired_by": values.issuing_authority or values.agency_name,
        "bases": _unbroken(bases),
        "blocks": _unbroken(blocks),
        "authority_lines": values.authority_lines,
        "signer_title": values.signer_title,
        "signer_name": values.signer_name,
        "received_by": _punctuated(values.received_by),
        "drafter_mark": values.drafter_mark,
        "seal_diameter_mm": values.seal_diameter_mm,
        "attached": [_attached(values, part) for part in values.attached],
        "invitation": vars(invitation) if invitation else None,
        "minutes": _minutes(values) if values.type_code == MINUTES else None,
        "slip": _slip(values) if values.type_code in SLIP_LINES else None,
        "co_signers": [vars(one) for one in values.co_signers],
        "qr_svg": qr_picture(values.qr_url) if values.qr_url else "",
        "check_lines": values.check_lines,
        "draft": values.is_draft,
    }


def _head_lines(values: FormValues) -> tuple[str, str]:
    if values.number_line or values.date_line or not values.is_draft:
        return values.number_line, values.date_line
    if values.type_code == MINUTES:
        return f"Số: {BLANK * 6}/{values.symbol}", ""  # the day stands in the text
    year = values.year if values.year else BLANK * 6
    date_line = f"{values.place}, ngày {BLANK * 4} tháng {BLANK * 4} năm {year}"
    return f"Số: {BLANK * 6}/{values.symbol}", date_line


@clause("ND30.PL3")
def _minutes(values: FormValues) -> dict[str, Any]:
    """The lines of mẫu 1.9; chair and secretary by name, as they sign."""
    minutes = values.minutes or Minutes()
    secretary = values.co_signers[0].name if values.co_signers else ""
    return {**vars(minutes), "chair": values.signer_name, "secretary": secretary}


@clause("ND30.PL3")
def _slip(values: FormValues) -> dict[str, Any]:
    """The lines of mẫu 1.8 or 1.10 and nothing of the other; dots stand where a draft has none."""
    slip = values.slip or Slip()
    wanted = SLIP_LINES[values.type_code]
    lines = {name: getattr(slip, name) or DOTS for name in wanted}
    issuer = values.agency_name or " ".join(values.agency_lines)
    return {**dict.fromkeys(vars(slip), ""), **lines, "issuer": issuer}


def _punctuated(lines: tuple[str, ...]) -> list[str]:
    """ "Nơi nhận" as the law ends its lines: a semicolon each, a full stop at the last."""
    bare = [line.rstrip(" ;.") for line in lines]
    return [f"{line}{';' if k + 1 < len(bare) else '.'}" for k, line in enumerate(bare)]


def _attached(values: FormValues, part: AttachedPart) -> dict[str, Any]:
    # Number and date of an electronic document stay blank here (Phụ lục I, Phần I, III.1.d).
    word = FORM_OF_TYPE[values.type_code][1].capitalize()
    gap = BLANK * 7
    issuer = values.agency_name or " ".join(values.agency_lines)
    return {
        "type_name": part.type_name,
        "subject_lines": even_lines(clean_text(part.subject), widest=TITLE_WIDTH),
        "reference_lines": [
            f"(Ban hành kèm theo {word} số {gap}/{values.symbol}",
            f"ngày {gap}tháng {gap}năm {gap}{BLANK * 2}của {issuer})",
        ],
        "blocks": _unbroken(part.blocks),
    }


def _unbroken(blocks: Sequence[Block]) -> list[dict[str, Any]]:
    """Blocks as JSON in which symbols ("61/2018/NĐ-CP") and dates in figures stay on one line, and
    words too long for a line may be broken anywhere.
    """
    content = to_json(blocks)
    for entry in content:
        if entry["kind"] == "table":
            for cell in (*entry["header"], *(cell for row in entry["rows"] for cell in row)):
                cell["runs"] = [piece for run in cell["runs"] for piece in _pieces(run, _LONG_CELL)]
        else:
            entry["runs"] = [part for run in entry["runs"] for part in _parts(run)]
    return content


def _parts(run: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for place, text in enumerate(_SYMBOL.split(run["text"])):  # every second piece is a symbol
        if place % 2:
            found.append({**run, "text": text, "unbroken": True})
        elif text:
            found.extend(_pieces({**run, "text": text}, _LONG_WORD))
    return found


def _pieces(run: dict[str, Any], pattern: re.Pattern[str]) -> list[dict[str, Any]]:
    pieces = [text for text in pattern.split(run["text"]) if text]
    if len(pieces) < 2:
        return [run]
    return [{**run, "text": text, "breakable": True} for text in pieces]


def _subject_lines(values: FormValues) -> tuple[str, ...]:
    subject = clean_text(values.subject)
    if values.type_code in SLIP_LINES:
        return ()
    if values.type_code == "ThC":
        return even_lines(subject.upper(), widest=TITLE_WIDTH)
    if values.type_code == "CV":
        return even_lines(f"V/v {subject}", widest=SUBJECT_WIDTH)
    return even_lines(subject, widest=TITLE_WIDTH)


@lru_cache(maxsize=256)
def qr_picture(url: str) -> str:
    """The QR code of an address as SVG; error level Q survives stamps and folds."""
    return str(segno.make(url, error="q", micro=False, mask=3).svg_inline(border=0))


def _arrival_stamp(slots: Mapping[str, Slot]) -> Slot:
    """The free place on the left between the head and the text, for dấu ĐẾN.

    The stamp has the proportions of the paper one (50 × 35 mm) but at most 34 mm of width, so that
    it stays beside the title; where little is free it shrinks, never under 28 mm.
    """
    head, start = slots["_head_end"], slots["_body_start"]
    free = head.y - start.y - 2 * MM if start.page == head.page else 35 * MM
    width = min(34 * MM, max(28 * MM, free * 50 / 35))
    height = width * 35 / 50
    return Slot(1, 8 * MM, head.y - 1 * MM - height, width, height)


def name_lines(name: str) -> tuple[str, ...]:
    """An agency's name in capitals as the lines of the heading, about equally long.

    "Ủy ban nhân dân tỉnh Phú Yên" -> ("ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN").
    """
    capitals = " ".join(name.upper().split())
    for opening in ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"):
        if capitals.startswith(f"{opening} "):
            place = capitals.removeprefix(f"{opening} ")
            return (opening, *even_lines(place, widest=NAME_WIDTH))
    return even_lines(capitals, widest=NAME_WIDTH)


def superior_lines(name: str) -> tuple[str, ...]:
    """The superior agency's name as the heading has it: common phrases abbreviated (ô số 2).

    "Ủy ban nhân dân tỉnh Phú Yên" -> ("UBND TỈNH PHÚ YÊN",).
    """
    capitals = " ".join(name.upper().split())
    for phrase, short in (("ỦY BAN NHÂN DÂN ", "UBND "), ("HỘI ĐỒNG NHÂN DÂN ", "HĐND ")):
        if capitals.startswith(phrase):
            capitals = short + capitals.removeprefix(phrase)
    return even_lines(capitals, widest=NAME_WIDTH)

"""Typeset an official document, and the strip with its number, as Nghị định 30/2020/NĐ-CP asks.

Forms: mẫu 1.2, 1.3 (quyết định), 1.4 (tên loại), 1.5 (công văn), 1.7 (giấy mời). The file carries
free places for the number strip, the person's signature, the agency's seal and the arrival stamp.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import segno

from congvu.documents import refusals  # noqa: F401  (registers the texts)
from congvu.documents.types import AttachedPart, FormValues
from congvu.kit.blocks import to_json, without_bases
from congvu.kit.refusal import refuse_unless
from congvu.kit.typeset import Slot, Typeset, render
from congvu.rules.clauses import clause

FORMS = Path(__file__).parent / "typst"
BLANK = "\u00a0"
MM = 72 / 25.4

# Type names by abbreviation (Phụ lục III, I) with the form that sets them. Other types (hợp đồng,
# biên bản, công điện, ...) have forms of their own that are not made yet.
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
    **{code: ("ten_loai.typ", name) for code, name in _NAMED.items()},
}
# "Kính gửi" belongs to công văn, and to tờ trình and báo cáo that go up (R32).
TYPES_WITH_ADDRESSEES = frozenset({"CV", "TTr", "BC"})
URGENCIES = frozenset({"", "KHẨN", "THƯỢNG KHẨN", "HỎA TỐC"})


@clause("QC.5.1", "ND30.8", "ND30.PL1.I.I", "ND30.PL1.I.II.6", "ND30.PL3")
def typeset_document(values: FormValues, *, at: datetime) -> Typeset:
    """The document as a PDF with its slots: `number_strip`, `person_signature`, `agency_seal`,
    `arrival_stamp`. Raises Refusal for a type without a form, "Kính gửi" where the form has none,
    an unknown degree of urgency, and letters the print font lacks.
    """
    _refuse_wrong_form(values)
    template, _ = FORM_OF_TYPE[values.type_code]
    typeset = render(FORMS / template, _form(values), at=at)
    slots = {name: slot for name, slot in typeset.slots.items() if not name.startswith("_")}
    slots["arrival_stamp"] = _arrival_stamp(typeset.slots)
    return replace(typeset, slots=slots)


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
    refuse_unless(values.invitation or values.type_code != "GM", "documents.E604")
    refuse_unless(values.urgency in URGENCIES, "documents.E605")


def _form(values: FormValues) -> dict[str, Any]:
    type_name = FORM_OF_TYPE[values.type_code][1]
    bases, blocks = without_bases(values.blocks)
    invitation = values.invitation
    number_line, date_line = _head_lines(values)
    return {
        "title": f"{type_name.capitalize()} {values.subject}".strip() or "Công văn",
        "author": values.agency_name or " ".join(values.agency_lines),
        "type_name": type_name,
        "subject": values.subject,
        "agency_upper_lines": values.agency_upper_lines,
        "agency_lines": values.agency_lines,
        "issuing_authority": values.issuing_authority or " ".join(values.agency_lines),
        "number_line": number_line,
        "date_line": date_line,
        "urgency": values.urgency,
        "addressees": values.addressees,
        "bases": to_json(bases),
        "blocks": to_json(blocks),
        "authority_lines": values.authority_lines,
        "signer_title": values.signer_title,
        "signer_name": values.signer_name,
        "received_by": _punctuated(values.received_by),
        "drafter_mark": values.drafter_mark,
        "seal_diameter_mm": values.seal_diameter_mm,
        "attached": [_attached(values, part) for part in values.attached],
        "invitation": vars(invitation) if invitation else None,
        "qr_svg": qr_picture(values.qr_url) if values.qr_url else "",
        "check_lines": values.check_lines,
        "draft": values.is_draft,
    }


def _head_lines(values: FormValues) -> tuple[str, str]:
    if values.number_line or values.date_line or not values.is_draft:
        return values.number_line, values.date_line
    year = values.year if values.year else BLANK * 6
    date_line = f"{values.place}, ngày {BLANK * 4} tháng {BLANK * 4} năm {year}"
    return f"Số: {BLANK * 6}/{values.symbol}", date_line


def _punctuated(lines: tuple[str, ...]) -> list[str]:
    """ "Nơi nhận" as the law ends its lines: a semicolon each, a full stop at the last."""
    bare = [line.rstrip(" ;.") for line in lines]
    return [f"{line}{';' if k + 1 < len(bare) else '.'}" for k, line in enumerate(bare)]


def _attached(values: FormValues, part: AttachedPart) -> dict[str, Any]:
    # Number and date of an electronic document stay blank here (Phụ lục I, Phần I, III.1.d).
    word = FORM_OF_TYPE[values.type_code][1].capitalize()
    gap = BLANK * 7
    issuer = values.agency_name or " ".join(values.agency_lines)
    reference = (
        f"(Ban hành kèm theo {word} số {gap}/{values.symbol} "
        f"ngày {gap}tháng {gap}năm {gap}của {issuer})"
    )
    return {
        "type_name": part.type_name,
        "subject": part.subject,
        "reference_line": reference,
        "blocks": to_json(part.blocks),
    }


@lru_cache(maxsize=256)
def qr_picture(url: str) -> str:
    """The QR code of an address as SVG; error level Q survives stamps and folds."""
    return str(segno.make(url, error="q", micro=False).svg_inline(border=0))


def _arrival_stamp(slots: Mapping[str, Slot]) -> Slot:
    """The free place on the left between the head and the text (dấu ĐẾN, Điều 22; 35 × 50 mm).

    Where less is free the stamp is smaller, never under 21 mm high, in the same proportions.
    """
    head, start = slots["_head_end"], slots.get("_body_start", slots["_head_end"])
    free = head.y - start.y if start.page == head.page else 35 * MM
    height = min(35 * MM, max(21 * MM, free - 2 * MM))
    return Slot(1, 8 * MM, head.y - 1 * MM - height, height * 50 / 35, height)


def name_lines(name: str, *, widest: int = 26) -> tuple[str, ...]:
    """An agency's name in capitals as the lines of the heading, about equally long.

    "Ủy ban nhân dân tỉnh Phú Yên" -> ("ỦY BAN NHÂN DÂN", "TỈNH PHÚ YÊN"). `widest` is the number
    of capitals that fit the column at 12 points bold.
    """
    capitals = " ".join(name.upper().split())
    for opening in ("ỦY BAN NHÂN DÂN", "HỘI ĐỒNG NHÂN DÂN"):
        if capitals.startswith(f"{opening} "):
            return (opening, *_even_lines(capitals.removeprefix(f"{opening} ").split(), widest))
    return _even_lines(capitals.split(), widest)


def _even_lines(words: list[str], widest: int) -> tuple[str, ...]:
    total = len(" ".join(words))
    count = -(-total // widest)
    lines: list[str] = [""]
    for word in words:
        longer = f"{lines[-1]} {word}".strip()
        closer = abs(len(longer) - total / count) <= abs(len(lines[-1]) - total / count)
        if (closer and len(longer) <= widest) or len(lines) == count + 1 or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return tuple(lines)

"""Reading a whole official document given as plain text, as law databases and e-mails carry it.

The head (agency, number, place and date), the title, căn cứ, the text, the signature and the texts
issued with it are told apart by the order that Nghị định 30/2020/NĐ-CP (Phụ lục I) prescribes.
What a web page put around the text is left out. A text without a head is all body.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from congvu.kit.block_reading import clean_lines, from_plain_text, is_upper, words_of
from congvu.kit.blocks import Block, refuse_bad_text, without_bases

_TITLES = frozenset(
    [
        "NGHỊ QUYẾT",
        "QUYẾT ĐỊNH",
        "CHỈ THỊ",
        "QUY CHẾ",
        "QUY ĐỊNH",
        "THÔNG CÁO",
        "THÔNG BÁO",
        "HƯỚNG DẪN",
        "CHƯƠNG TRÌNH",
        "KẾ HOẠCH",
        "PHƯƠNG ÁN",
        "ĐỀ ÁN",
        "DỰ ÁN",
        "BÁO CÁO",
        "TỜ TRÌNH",
        "GIẤY MỜI",
        "CÔNG ĐIỆN",
        "ĐIỀU LỆ",
        "DANH MỤC",
        "ĐỊNH MỨC",
        "BẢNG GIÁ",
        "NỘI QUY",
        "PHỤ LỤC",
    ]
)
_AUTHORITY = re.compile(r"(TM|KT|TL|TUQ|Q)\. ")
_NUMBER = re.compile(r"Số\s*:\s*(?P<number>\S+)")
_DATE = re.compile(r"(?P<place>.+), ngày (?P<d>\d{1,2}) tháng (?P<m>\d{1,2}) năm (?P<y>\d{4})")
_RULE = re.compile(r"[-–—_*=]{3,}")
_REFERENCE = re.compile(r"\((Ban hành |Phê duyệt )?[Kk]èm theo .*\)")
_ISSUERS = re.compile(
    r"(ỦY BAN|UỶ BAN|HỘI ĐỒNG|CHỦ TỊCH|BỘ TRƯỞNG|THỦ TƯỚNG|CHÍNH PHỦ|GIÁM ĐỐC|CHÁNH|TRƯỞNG|"
    r"CỤC TRƯỞNG|TỔNG CỤC)"
)
_TITLE_OF_OFFICE = re.compile(
    r"(PHÓ )?(CHỦ TỊCH|GIÁM ĐỐC|CHÁNH|BỘ TRƯỞNG|THỨ TRƯỞNG|TRƯỞNG|THỦ TƯỚNG|HIỆU TRƯỞNG|CỤC TRƯỞNG)"
)
# Lines a public law database puts before and after the text it shows.
_PAGE_TOP = frozenset({"Hệ thống pháp luật"})
_PAGE_END = frozenset({"HIỆU LỰC VĂN BẢN", "Tải văn bản", "Thuộc tính văn bản"})


@dataclass(frozen=True)
class AttachedText:
    """A text issued with a decision: its type, what it is about, its blocks."""

    type_name: str
    subject: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class OfficialText:
    """What a document says about itself; fields it does not show are empty (or None)."""

    agency_lines: tuple[str, ...] = ()
    number: str = ""
    place: str = ""
    dated: date | None = None
    type_name: str = ""
    subject: str = ""
    issuing_authority: str = ""
    bases: tuple[Block, ...] = ()
    blocks: tuple[Block, ...] = ()
    authority_lines: tuple[str, ...] = ()
    signer_title: str = ""
    signer_name: str = ""
    attached: tuple[AttachedText, ...] = ()


def read_official_text(text: str) -> OfficialText:
    """Take an official document apart. Raises Refusal kit.E021, kit.E023 as `from_plain_text`."""
    refuse_bad_text(text)
    lines = _own_lines(text)
    title = next((k for k, line in enumerate(lines[:40]) if line in _TITLES), None)
    if title is None:
        bases, blocks = without_bases(from_plain_text("\n".join(lines)))
        return OfficialText(bases=bases, blocks=blocks)
    signed = _signature_at(lines, title + 1)
    head, (subject, issuer, start) = lines[:title], _subject(lines, title + 1)
    bases, blocks = without_bases(from_plain_text("\n".join(lines[start : signed.start])))
    number, dated = _first(head, _NUMBER), _first(head, _DATE)
    return OfficialText(
        agency_lines=_agency_lines(head),
        number=number["number"] if number else "",
        place=dated["place"] if dated else "",
        dated=_day(dated) if dated else None,
        type_name=lines[title],
        subject=recased(subject, lines),
        issuing_authority=issuer,
        bases=bases,
        blocks=tuple(block for block in blocks if not _is_decision_word(block, lines[title])),
        authority_lines=signed.authority_lines,
        signer_title=signed.title,
        signer_name=signed.name,
        attached=_attached(lines, signed.end),
    )


def _own_lines(text: str) -> list[str]:
    lines = [words_of(line) if "\t" not in line else line for line in clean_lines(text)]
    end = next((k for k, line in enumerate(lines) if line in _PAGE_END), len(lines))
    return [
        line
        for line in lines[:end]
        if line.strip() and line not in _PAGE_TOP and not _RULE.fullmatch(line)
    ]


def _first(lines: Sequence[str], pattern: re.Pattern[str]) -> re.Match[str] | None:
    return next((found for line in lines if (found := pattern.fullmatch(line))), None)


def _day(dated: re.Match[str]) -> date | None:
    """The day that is written; none where the calendar has no such day."""
    try:
        return date(int(dated["y"]), int(dated["m"]), int(dated["d"]))
    except ValueError:
        return None


def _agency_lines(head: Sequence[str]) -> tuple[str, ...]:
    nation = next((k for k, line in enumerate(head) if line.startswith("CỘNG HÒA")), len(head))
    return tuple(line for line in head[:nation] if is_upper(line))


def _subject(lines: Sequence[str], start: int) -> tuple[str, str, int]:
    """What the document is about, who decides, and where căn cứ or the text begin."""
    end = start
    while end < len(lines) and end < start + 6 and is_upper(lines[end]):
        end += 1
    if end == start:
        return "".join(lines[start : start + 1]), "", start + 1
    if end - start > 1 and _ISSUERS.match(lines[end - 1]):
        return " ".join(lines[start : end - 1]), lines[end - 1], end
    return " ".join(lines[start:end]), "", end


def _is_decision_word(block: Block, type_name: str) -> bool:
    return block.kind == "paragraph" and block.text.rstrip(":") == type_name


@dataclass(frozen=True)
class _Signature:
    start: int
    end: int
    authority_lines: tuple[str, ...] = ()
    title: str = ""
    name: str = ""


def _signature_at(lines: Sequence[str], start: int) -> _Signature:
    """Capitals that name authority and office, then a line with a name."""
    for place in range(start, len(lines)):
        end = place
        while end < len(lines) and _is_office(lines[end]):
            end += 1
        if end > place and end < len(lines) and _is_name(lines[end]):
            offices = tuple(lines[place:end])
            return _Signature(place, end + 1, offices[:-1], offices[-1], lines[end])
    return _Signature(len(lines), len(lines))


def _is_office(line: str) -> bool:
    return is_upper(line) and bool(_AUTHORITY.match(line) or _TITLE_OF_OFFICE.match(line))


def _is_name(line: str) -> bool:
    words = line.split()
    return 2 <= len(words) <= 6 and all(word.istitle() for word in words)


def _attached(lines: Sequence[str], start: int) -> tuple[AttachedText, ...]:
    starts = [
        k
        for k in range(start, len(lines) - 1)
        if lines[k] in _TITLES and (k == start or lines[k - 1].endswith((".", "./.")))
    ]
    parts = []
    for place, end in pairwise([*starts, len(lines)]):
        subject, _, first = _subject(lines, place + 1)
        while first < end and _REFERENCE.fullmatch(lines[first]):
            first += 1
        blocks = from_plain_text("\n".join(lines[first:end]))
        parts.append(AttachedText(lines[place], recased(subject, lines), blocks))
    return tuple(parts)


def recased(title: str, lines: Sequence[str]) -> str:
    """A title in capitals as an ordinary sentence, with capitals where the text itself has them.

    Phrases of the title are looked for in the lines that are not in capitals, the longest first;
    what the text nowhere says is written small.
    """
    if not is_upper(title):
        return title
    text = " ".join(line for line in lines if not is_upper(line))
    folded = text.lower()
    words, place, found = title.split(), 0, []
    while place < len(words):
        end = len(words)
        while end > place + 1 and " ".join(words[place:end]).lower() not in folded:
            end -= 1
        phrase = " ".join(words[place:end]).lower()
        at = folded.find(phrase) if end > place + 1 else -1
        found.append(text[at : at + len(phrase)] if at >= 0 else phrase)
        place = end
    sentence = " ".join(found)
    return sentence[:1].upper() + sentence[1:]

"""Copies of documents: which there are, from what, and what they say. ND30.25 to ND30.27, PL1.II.

A copy is made properly or not at all: an electronic original has no electronic "sao y", because
the signed file itself may be sent on and is worth the original.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from congvu.rules.clauses import clause
from congvu.rules.finding import Finding
from congvu.rules.numbering import padded

LEAST_DPI = 200
LEAST_PDF = (1, 4)


class CopyKind(StrEnum):
    """Hình thức sao, by its abbreviation (ND30 Phụ lục III)."""

    FULL = "SY"
    FROM_COPY = "SL"
    EXTRACT = "TrS"


class Medium(StrEnum):
    """What a document or its copy stands on."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


COPY_WORDS = {
    CopyKind.FULL: "SAO Y",
    CopyKind.FROM_COPY: "SAO LỤC",
    CopyKind.EXTRACT: "TRÍCH SAO",
}
COPY_NAMES = {
    CopyKind.FULL: "Sao y",
    CopyKind.FROM_COPY: "Sao lục",
    CopyKind.EXTRACT: "Trích sao",
}
MEDIUM_WORDS = {Medium.PAPER: "văn bản giấy", Medium.ELECTRONIC: "văn bản điện tử"}
_WAYS: dict[CopyKind, frozenset[tuple[Medium, Medium]]] = {
    CopyKind.FULL: frozenset(
        {
            (Medium.PAPER, Medium.PAPER),
            (Medium.ELECTRONIC, Medium.PAPER),
            (Medium.PAPER, Medium.ELECTRONIC),
        }
    ),
    CopyKind.FROM_COPY: frozenset(
        {
            (Medium.PAPER, Medium.PAPER),
            (Medium.PAPER, Medium.ELECTRONIC),
            (Medium.ELECTRONIC, Medium.PAPER),
        }
    ),
    CopyKind.EXTRACT: frozenset((one, other) for one in Medium for other in Medium),
}


@clause("ND30.25")
def copy_allowed(
    kind: CopyKind, source: Medium, target: Medium, *, source_is_full_copy: bool = False
) -> Finding[bool]:
    """Whether there is such a copy. `source_is_full_copy`: what is copied is itself a "sao y"."""
    name = COPY_NAMES[kind]
    if kind is CopyKind.FROM_COPY and not source_is_full_copy:
        said = "Sao lục chỉ làm từ bản sao y. Văn bản này không phải bản sao y: hãy chọn Sao y."
        return Finding(False, "ND30.25", "", said)
    if kind is CopyKind.FULL and source_is_full_copy:
        said = "Văn bản này đã là bản sao y: sao tiếp từ bản sao y là Sao lục."
        return Finding(False, "ND30.25", "", said)
    if (source, target) not in _WAYS[kind]:
        said = (
            f"{name} không có hình thức từ {MEDIUM_WORDS[source]} sang {MEDIUM_WORDS[target]}."
            " Tệp đã ký số tự nó có giá trị như bản gốc: hãy gửi chính tệp ấy, hoặc trích sao,"
            " hoặc sao y sang văn bản giấy."
        )
        return Finding(False, "ND30.25", "", said)
    said = f"{name} từ {MEDIUM_WORDS[source]} sang {MEDIUM_WORDS[target]} là hình thức có quy định."
    return Finding(True, "ND30.25", "", said)


@clause("ND30.25")
def lawful_ways(
    source: Medium, *, source_is_full_copy: bool
) -> tuple[tuple[CopyKind, Medium], ...]:
    """What may be made of such a source: (kind, what the copy stands on)."""
    return tuple(
        (kind, target)
        for kind in CopyKind
        for target in (Medium.ELECTRONIC, Medium.PAPER)
        if copy_allowed(kind, source, target, source_is_full_copy=source_is_full_copy).value
    )


@clause("ND30.PL1.II.II", "ND30.15.1")
def copy_symbol(kind: CopyKind, number: int, agency: str) -> str:
    """Số, ký hiệu of a copy: `03/SY-SNV`. One series a year for all copies of the agency."""
    return f"{padded(number)}/{kind.value}-{agency}"


@clause("ND30.PL1.II.I")
def copy_line(kind: CopyKind, agency: str, at: datetime) -> str:
    """What an electronic copy says at its top right: form; agency; time of copying (ISO 8601).

    `at` is in Vietnam time.
    """
    return f"{COPY_WORDS[kind]}; {agency}; {at.isoformat(timespec='seconds')}"


@clause("ND30.25")
def extract_pages(wanted: Iterable[int], *, pages: int, signed_on: int) -> tuple[int, ...]:
    """The pages of an extract: those asked for, with the head (1) and the page of the signature.

    An extract shows the whole form of the original beside the part extracted, so the first page
    and the page `signed_on` always belong to it. Pages count from 1 to `pages`.
    """
    return tuple(sorted({1, signed_on, *(one for one in wanted if 1 <= one <= pages)}))


def read_pages(text: str) -> tuple[int, ...] | None:
    """ "2, 5-7" as pages (2, 5, 6, 7); None where it cannot be read."""
    found: set[int] = set()
    for part in text.replace(";", ",").replace("–", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first and not dash:
            continue
        if not first.isdecimal() or (dash and not last.isdecimal()):
            return None
        end = int(last) if dash else int(first)
        if end < int(first) or end > 5000:
            return None
        found.update(range(int(first), end + 1))
    return tuple(sorted(found))


@clause("ND30.PL1.II.I")
def scan_fault(
    version: tuple[int, int], pages: Iterable[tuple[float, bool]]
) -> tuple[int, str] | None:
    """What keeps a scan from becoming a copy: (page, or 0 for the file; why); None: nothing.

    `pages` are (dots per inch, is in colour); 0 dpi: the page carries no scanned picture.
    """
    if version < LEAST_PDF:
        return 0, f"tệp là PDF {version[0]}.{version[1]}, phải từ 1.4 trở lên"
    for number, (dpi, in_colour) in enumerate(pages, 1):
        if dpi <= 0:
            return number, "không phải ảnh quét của trang giấy"
        if round(dpi) < LEAST_DPI:
            return number, f"quét {round(dpi)} dpi, phải từ {LEAST_DPI} dpi trở lên"
        if not in_colour:
            return number, "quét đen trắng, phải là ảnh màu"
    return None


def page_words(pages: Iterable[int]) -> str:
    """Pages as people write them: (1, 2, 3, 7) -> "1-3, 7"."""
    spans: list[list[int]] = []
    for page in pages:
        if spans and page == spans[-1][1] + 1:
            spans[-1][1] = page
        else:
            spans.append([page, page])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)

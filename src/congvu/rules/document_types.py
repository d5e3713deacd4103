"""The kinds of documents: 29 administrative types of ND30.7, their abbreviations, legal kinds.

Abbreviations come from annex III; forms are the specimen numbers of annex III part II. Lists of
other standards (exchange, archives) number them differently and are mapped elsewhere.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from congvu.rules.clauses import clause

ND30_IN_FORCE = date(2020, 3, 5)


class Group(StrEnum):
    """Legal normative documents, administrative documents, copies."""

    LEGAL = "legal"
    ADMINISTRATIVE = "administrative"
    COPY = "copy"


class Addressing(StrEnum):
    """When the "Kính gửi" block is used (annex I part II.9)."""

    ALWAYS = "always"
    UPWARD = "upward"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One type of document.

    code: our stable key. abbreviation: empty for công văn and thư công. order: place in ND30.7
    (0 outside that list). form: specimen number in annex III. year_in_symbol: `03/2022/QĐ-UBND`.
    """

    code: str
    name: str
    abbreviation: str
    group: Group
    order: int = 0
    form: str = "1.4"
    addressing: Addressing = Addressing.NEVER
    year_in_symbol: bool = False
    valid_from: date = ND30_IN_FORCE
    valid_to: date | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether the type may be used for a document of that date."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


# code, name, abbreviation, form; in the order of ND30.7
_ROWS = (
    ("nghi-quyet", "Nghị quyết", "NQ", "1.1"),
    ("quyet-dinh", "Quyết định", "QĐ", "1.2"),
    ("chi-thi", "Chỉ thị", "CT", "1.4"),
    ("quy-che", "Quy chế", "QC", "1.4"),
    ("quy-dinh", "Quy định", "QyĐ", "1.4"),
    ("thong-cao", "Thông cáo", "TC", "1.4"),
    ("thong-bao", "Thông báo", "TB", "1.4"),
    ("huong-dan", "Hướng dẫn", "HD", "1.4"),
    ("chuong-trinh", "Chương trình", "CTr", "1.4"),
    ("ke-hoach", "Kế hoạch", "KH", "1.4"),
    ("phuong-an", "Phương án", "PA", "1.4"),
    ("de-an", "Đề án", "ĐA", "1.4"),
    ("du-an", "Dự án", "DA", "1.4"),
    ("bao-cao", "Báo cáo", "BC", "1.4"),
    ("bien-ban", "Biên bản", "BB", "1.9"),
    ("to-trinh", "Tờ trình", "TTr", "1.4"),
    ("hop-dong", "Hợp đồng", "HĐ", ""),
    ("cong-van", "Công văn", "", "1.5"),
    ("cong-dien", "Công điện", "CĐ", "1.6"),
    ("ban-ghi-nho", "Bản ghi nhớ", "BGN", ""),
    ("ban-thoa-thuan", "Bản thỏa thuận", "BTT", ""),
    ("giay-uy-quyen", "Giấy ủy quyền", "GUQ", "1.4"),
    ("giay-moi", "Giấy mời", "GM", "1.7"),
    ("giay-gioi-thieu", "Giấy giới thiệu", "GGT", "1.8"),
    ("giay-nghi-phep", "Giấy nghỉ phép", "GNP", "1.10"),
    ("phieu-gui", "Phiếu gửi", "PG", "1.4"),
    ("phieu-chuyen", "Phiếu chuyển", "PC", "1.4"),
    ("phieu-bao", "Phiếu báo", "PB", "1.4"),
    ("thu-cong", "Thư công", "", ""),
)
_ADDRESSING = {
    "cong-van": Addressing.ALWAYS,
    "to-trinh": Addressing.UPWARD,
    "bao-cao": Addressing.UPWARD,
}

ADMINISTRATIVE_TYPES = tuple(
    DocumentType(
        code,
        name,
        abbreviation,
        Group.ADMINISTRATIVE,
        order,
        form,
        _ADDRESSING.get(code, Addressing.NEVER),
    )
    for order, (code, name, abbreviation, form) in enumerate(_ROWS, start=1)
)

# What a province issues as legal normative documents; the year stands in the number.
LEGAL_TYPES = (
    DocumentType("nghi-quyet-qppl", "Nghị quyết", "NQ", Group.LEGAL, form="", year_in_symbol=True),
    DocumentType("quyet-dinh-qppl", "Quyết định", "QĐ", Group.LEGAL, form="", year_in_symbol=True),
)

COPY_TYPES = (
    DocumentType("sao-y", "Sao y", "SY", Group.COPY, form="3.1"),
    DocumentType("sao-luc", "Sao lục", "SL", Group.COPY, form="3.1"),
    DocumentType("trich-sao", "Trích sao", "TrS", Group.COPY, form="3.1"),
)

ALL_TYPES = ADMINISTRATIVE_TYPES + LEGAL_TYPES + COPY_TYPES
_BY_CODE = {one.code: one for one in ALL_TYPES}


@clause("ND30.7")
def document_type(code: str) -> DocumentType:
    """The type with this code. Raises KeyError when there is none."""
    return _BY_CODE[code]


@clause("ND30.7")
def types_on(day: date) -> tuple[DocumentType, ...]:
    """Types that may be used for a document of that date, in the order of the decree."""
    return tuple(one for one in ALL_TYPES if one.is_valid_on(day))


@clause("ND30.PL1.I.II.9.a")
def needs_addressees(kind: DocumentType, *, goes_up: bool) -> bool:
    """Whether the page carries "Kính gửi": công văn always, tờ trình and báo cáo upward."""
    if kind.addressing is Addressing.UPWARD:
        return goes_up
    return kind.addressing is Addressing.ALWAYS
